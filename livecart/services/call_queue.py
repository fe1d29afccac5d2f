"""What the staff sees of calls, the show's rules for them, and clearing the queue."""

from __future__ import annotations

from typing import Any

from livecart.domain.call import Callers
from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.domain.rulings import call_decided
from livecart.domain.staffing import Duty
from livecart.services.call_book import CallBook
from livecart.services.call_views import call_view, rules_view
from livecart.services.calls import CallTerms
from livecart.services.ports import Clock
from livecart.services.staffing import staffed
from livecart.services.store import Store
from livecart.services.store_calls import QueueQuery

SEARCH_MAX = 100
CLEARED = "cleared"


class CallQueue:
    def __init__(self, store: Store, clock: Clock, book: CallBook, terms: CallTerms) -> None:
        self._store = store
        self._clock = clock
        self._book = book
        self._terms = terms

    async def look(self, person: Person, show: ShowId, *, text: str | None, newest: bool) -> dict[str, Any]:
        """`{queue, total, stage}`: the first of those who wait and match, how many do, and who is invited or on stage.

        Raises NotFoundError, ForbiddenError, InvalidError.
        """
        if text is not None and len(text) > SEARCH_MAX:
            raise InvalidError("the search is too long", fields={"q": f"at most {SEARCH_MAX} characters"})
        query = QueueQuery(show, text, newest)
        async with self._store.read() as tx:
            await staffed(tx, person, show, Duty.CALLS)
            queue, staged = await tx.calls.waiting(query), await tx.calls.staged(show)
            total = await tx.calls.count(query)
            people = await tx.people.many([call.person for call in (*(call for call, _ in queue), *staged)])
        return {
            "queue": [call_view(call, people[call.person], position) for call, position in queue],
            "total": total,
            "stage": [call_view(call, people[call.person], None) for call in staged],
        }

    async def clear(self, person: Person, show_id: ShowId) -> int:
        """Declines all who wait; answers how many. Raises NotFoundError, ForbiddenError."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.CALLS)
            await tx.calls.desk(show_id)
            cleared = await tx.calls.clear(show_id, CLEARED, now_ms)
            people = await tx.people.many([call.person for call in cleared])
            await self._book.tell_cleared(tx, [(call, people[call.person]) for call in cleared])
            ruling = call_decided(person, show, None, CLEARED, now_ms) if cleared else None
            if ruling is not None:
                await tx.log.append(ruling)
        return len(cleared)

    async def rules(self, show: ShowId) -> dict[str, Any]:
        """Raises NotFoundError."""
        async with self._store.read() as tx:
            await tx.shows.get(show)
            return rules_view(await tx.calls.desk(show), self._terms.minutes)

    async def put_rules(
        self, person: Person, show_id: ShowId, who: Callers, minutes: int | None, delay_s: int
    ) -> dict[str, Any]:
        """Whoever waits already goes on waiting. Raises NotFoundError, ForbiddenError, InvalidError, ConflictError."""
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.CALLS)
            before = await tx.calls.desk(show_id)
            desk = before.ruled(who, self._terms.minutes if minutes is None else minutes, delay_s)
            show.require_open()
            if desk != before:
                desk = await self._book.told_stage(tx, show_id, desk)
                ruling = call_decided(person, show, None, f"rules:{who.value}", self._clock.now_ms())
                if ruling is not None:
                    await tx.log.append(ruling)
        return rules_view(desk, self._terms.minutes)
