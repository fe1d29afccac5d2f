"""What topics may be about, changed by admins version by version; and who of the staff is in which group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Permission, Person
from livecart.domain.reason_code import REASON_CODES
from livecart.domain.staff_group import check_groups
from livecart.domain.taxonomy import CATEGORIES_MAX, TAXONOMY, Category, check_category_edit
from livecart.domain.taxonomy_rulings import category_changed, groups_given
from livecart.services.ports import Clock
from livecart.services.store import Store
from livecart.services.store_taxonomy import CategoryVersion
from livecart.services.views import person_view, rfc3339


@dataclass(frozen=True, slots=True)
class CategoryWish:
    """A category as it shall be. `version`: the one that was read; 0 makes a new one."""

    version: int
    policy: str
    restricted: tuple[str, ...] = ()
    group: str = "general"
    names: Mapping[str, str] = field(default_factory=dict)
    retired: bool = False


class TaxonomyDesk:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def categories(self) -> list[dict[str, Any]]:
        """Every category in its newest version, in one order; retired ones too."""
        async with self._store.read() as tx:
            return [category_view(category) for category in (await tx.taxonomy.current()).values()]

    async def versions(self, person: Person, key: str) -> list[dict[str, Any]]:
        """Newest first, down to what the shop began with. Raises ForbiddenError, NotFoundError."""
        person.require(Permission.READ_LOG)
        async with self._store.read() as tx:
            changes = await tx.taxonomy.versions(key)
            people = await tx.people.many([change.changed_by for change in changes])
        views = [
            {
                **category_view(change.category),
                "by": person_view(people[change.changed_by]),
                "at": rfc3339(change.changed_at_ms),
            }
            for change in changes
        ]
        seed = TAXONOMY.get(key)
        if seed is not None:
            views.append({**category_view(seed), "by": None, "at": None})
        if not views:
            raise NotFoundError("no such category")
        return views

    async def put(self, person: Person, key: str, wish: CategoryWish) -> dict[str, Any]:
        """A change is a new version; what is the same as before is none.

        Raises ForbiddenError, InvalidError, NotFoundError, ConflictError `category_changed`.
        """
        person.require(Permission.RUN_SHOP)
        wanted = Category(key, wish.version + 1, wish.policy, wish.restricted, wish.group, wish.names, wish.retired)
        wanted = check_category_edit(wanted)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            known = await tx.taxonomy.current()
            before = known.get(key)
            if before is None and wish.version:
                raise NotFoundError("no such category")
            if before is None and len(known) >= CATEGORIES_MAX:
                raise InvalidError("too many categories", fields={"category": f"at most {CATEGORIES_MAX}"})
            if before is not None and before.version != wish.version:
                raise _changed(before.version, wish.version)
            if before is not None and _same(before, wanted):
                return category_view(before)
            if not await tx.taxonomy.put(CategoryVersion(wanted, person.id, now_ms)):
                raise _changed(wish.version + 1, wish.version)
            await tx.log.append(category_changed(person.id, wanted, now_ms))
        return category_view(wanted)

    async def groups(self, person: Person) -> list[dict[str, Any]]:
        """Everybody who is in a group. Raises ForbiddenError."""
        person.require(Permission.MANAGE_PEOPLE)
        async with self._store.read() as tx:
            found = await tx.staff_groups.all()
            people = await tx.people.many(list(found))
        return [{"user": person_view(people[each]), "groups": list(groups)} for each, groups in found.items()]

    async def put_groups(self, person: Person, of: PersonId, groups: Sequence[str]) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, InvalidError, ConflictError `not_staff`."""
        person.require(Permission.MANAGE_PEOPLE)
        wanted = check_groups(groups)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            found = await tx.people.get(of)
            if wanted and not found.may(Permission.REVIEW_TOPIC):
                raise ConflictError("this person judges nothing", code="not_staff")
            if tuple(await tx.staff_groups.of(of)) != wanted:
                await tx.staff_groups.put(of, wanted)
                await tx.log.append(groups_given(person.id, of, wanted, now_ms))
        return {"user": person_view(found), "groups": list(wanted)}


def category_view(category: Category) -> dict[str, Any]:
    return {
        "key": category.key,
        "version": category.version,
        "policy": category.policy,
        "restricted": list(category.restricted),
        "group": category.group,
        "names": dict(category.names),
        "retired": category.retired,
    }


def reason_views() -> list[dict[str, Any]]:
    """The codes of decisions against topics, with what creators read."""
    return [{"code": code, "words": dict(words)} for code, words in REASON_CODES.items()]


def _same(before: Category, wanted: Category) -> bool:
    return category_view(before) | {"version": 0} == category_view(wanted) | {"version": 0}


def _changed(now: int, read: int) -> ConflictError:
    return ConflictError(
        f"the category was changed meanwhile: this is version {now}, not {read}", code="category_changed"
    )
