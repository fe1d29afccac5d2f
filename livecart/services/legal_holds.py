"""Placing and lifting legal holds: what they are on is neither purged nor deleted until they are lifted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import may_be_id
from livecart.domain.legal_hold import HoldKind, LegalHold, check_hold_reason
from livecart.domain.people import Permission, Person
from livecart.domain.rulings_admin import hold_lifted, hold_placed
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store
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
            people = await tx.people.many([hold.by for hold in shown])
        return [hold_view(hold, people) for hold in shown], shown[-1].id if len(found) > len(shown) else None

    async def place(self, by: Person, kind: HoldKind, subject: str, reason: str) -> dict[str, Any]:
        """Raises ForbiddenError, InvalidError, NotFoundError, ConflictError `already_held`."""
        by.require(Permission.RUN_SHOP)
        if not may_be_id(subject):
            raise InvalidError("the subject is not valid", fields={"subject": f"the id of a {kind}"})
        hold = LegalHold(self._ids.new(), kind, subject, check_hold_reason(reason), by.id, self._clock.now_ms())
        async with self._store.write() as tx:
            if not await tx.retention.exists(kind, subject):
                raise NotFoundError(f"no such {kind}")
            if not await tx.retention.place(hold):
                raise ConflictError(f"this {kind} is on hold already", code="already_held")
            await tx.log.append(hold_placed(hold))
        return hold_view(hold, {by.id: by})

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


def hold_view(hold: LegalHold, people: People) -> dict[str, Any]:
    return {
        "id": hold.id,
        "kind": hold.kind.value,
        "subject": hold.subject,
        "reason": hold.reason,
        "by": person_view(people[hold.by]) if hold.by in people else None,
        "at": rfc3339(hold.at_ms),
    }
