"""Whom a creator lets work in his show, or in all his shows, and with what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, check_handle
from livecart.domain.staffing import ALL_SHOWS, Appointment, Duty, check_assistant, check_duties, scope_of
from livecart.services.ports import Clock, Ids
from livecart.services.staffing import staffed
from livecart.services.standings import Standings, standings_changed
from livecart.services.store import Store
from livecart.services.views_live import assistant_view


class Assistants:
    """For the show's host alone."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, standings: Standings) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._standings = standings

    async def of(self, person: Person, show_id: ShowId) -> list[dict[str, Any]]:
        """Those of this show and those of all. Raises NotFoundError, ForbiddenError."""
        async with self._store.read() as tx:
            show = await staffed(tx, person, show_id, Duty.APPOINT)
            found = await tx.assistants.of(show.creator, show_id)
            people = await tx.people.many([*{each.person for each in found}])
        return [assistant_view(each, people[each.person]) for each in found]

    async def appoint(
        self, person: Person, show_id: ShowId, handle: str, duties: Collection[str], *, all_shows: bool = False
    ) -> dict[str, Any]:
        """In place of what the assistant had there before.

        Raises NotFoundError, ForbiddenError, InvalidError, ConflictError `own_account`, `too_many_assistants`,
        `show_ended`.
        """
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.APPOINT)
            given = check_duties(duties)
            known = await tx.people.by_handle(check_handle(handle))
            if known is None:
                raise NotFoundError(f"nobody has the handle {handle}")
            found = known[0]
            there = {each.person for each in await tx.assistants.of(show.creator, show_id)} - {found.id}
            check_assistant(show.creator, found.id, len(there))
            show.require_open()
            now_ms = self._clock.now_ms()
            made = Appointment(show.creator, found.id, scope_of(show_id, all_shows=all_shows), given, now_ms)
            await tx.assistants.put(made)
            await tx.outbox.add(standings_changed(self._ids, found.id, now_ms))
        await self._standings.look()
        return assistant_view(made, found)

    async def dismiss(self, person: Person, show_id: ShowId, assistant: PersonId) -> None:
        """From this show, and from all if he was appointed for all. Raises NotFoundError, ForbiddenError."""
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.APPOINT)
            if not await tx.assistants.remove(show.creator, assistant, [show_id, ALL_SHOWS]):
                raise NotFoundError("this person is no assistant here")
            await tx.outbox.add(standings_changed(self._ids, assistant, self._clock.now_ms()))
        await self._standings.look()
