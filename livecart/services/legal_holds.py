"""Placing and lifting legal holds: what they are on is neither purged nor deleted until they are lifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId, ShowId, may_be_id
from livecart.domain.legal_hold import HoldKind, LegalHold, check_hold_reason
from livecart.domain.people import Permission, Person
from livecart.domain.rulings_admin import hold_lifted, hold_placed
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.views import People, person_view, rfc3339


class LegalHolds:
    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def search(self, by: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """Those that hold, newest first, with the next cursor. Raises ForbiddenError."""
        by.require(Permission.RUN_SHOP)
        async with self._store.read() as tx:
            found = await tx.retention.holds(replace(page, limit=page.limit + 1))
            shown = found[: page.limit]
            views = await _views(tx, shown)
        return views, shown[-1].id if len(found) > len(shown) else None

    async def place(self, by: Person, kind: HoldKind, subject: str, reason: str) -> dict[str, Any]:
        """`subject`: an id, or a person's handle.

        Raises ForbiddenError, InvalidError, NotFoundError, ConflictError `already_held`.
        """
        by.require(Permission.RUN_SHOP)
        if not may_be_id(subject):
            raise InvalidError("the subject is not valid", fields={"subject": f"the id of a {kind}"})
        reason = check_hold_reason(reason)
        async with self._store.write() as tx:
            named = await tx.people.by_handle(subject.lower()) if kind is HoldKind.PERSON else None
            subject = subject if named is None else named[0].id
            if not await tx.retention.exists(kind, subject):
                raise NotFoundError(f"no such {kind}")
            hold = LegalHold(self._ids.new(), kind, subject, reason, by.id, self._clock.now_ms())
            if not await tx.retention.place(hold):
                raise ConflictError(f"this {kind} is on hold already", code="already_held")
            await tx.log.append(hold_placed(hold))
            (view,) = await _views(tx, [hold])
        return view

    async def lift(self, by: Person, hold_id: str, reason: str) -> None:
        """Raises ForbiddenError, InvalidError, NotFoundError for one that does not hold."""
        by.require(Permission.RUN_SHOP)
        reason = check_hold_reason(reason)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            hold = await tx.retention.lift(hold_id, by.id, now_ms) if may_be_id(hold_id) else None
            if hold is None:
                raise NotFoundError("no such hold")
            await tx.log.append(hold_lifted(hold, by.id, reason, now_ms))


async def _views(tx: Transaction, holds: Sequence[LegalHold]) -> list[dict[str, Any]]:
    held = [PersonId(hold.subject) for hold in holds if hold.kind is HoldKind.PERSON]
    people = await tx.people.many([*(hold.by for hold in holds), *held])
    titles = {
        hold.subject: (await tx.shows.get(ShowId(hold.subject))).title for hold in holds if hold.kind is HoldKind.SHOW
    }
    return [hold_view(hold, people, titles) for hold in holds]


def hold_view(hold: LegalHold, people: People, titles: Mapping[str, str]) -> dict[str, Any]:
    """`name`: a person's handle, a show's title; an order has none."""
    held = people.get(PersonId(hold.subject)) if hold.kind is HoldKind.PERSON else None
    return {
        "id": hold.id,
        "kind": hold.kind.value,
        "subject": hold.subject,
        "name": titles.get(hold.subject) if held is None else held.handle,
        "reason": hold.reason,
        "by": person_view(people[hold.by]) if hold.by in people else None,
        "at": rfc3339(hold.at_ms),
    }
