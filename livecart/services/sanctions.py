"""Muting somebody, in a show or everywhere, and banning somebody from one show. Each change stands in SQL, tells every
process to look, and is written to the moderation log, in one commit; media sessions of the banned are closed after it.

As with bans from the whole shop, the addresses where the banned were connected are noted, and guests from there are
refused in that show: best effort.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from livecart.domain.errors import ConflictError
from livecart.domain.events import USER_MUTED, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings_live import sanction_lifted, sanctioned
from livecart.domain.sanctions import (
    Sanction,
    SanctionKind,
    check_sanction_reason,
    require_may_sanction,
    until_of,
)
from livecart.domain.show import Show
from livecart.domain.staffing import NO_STANDING, Duty, Office
from livecart.services.bans import ADDRESSES_MAX, NEGOTIATING_MS
from livecart.services.ports import Clock, Ids, MediaGateway
from livecart.services.staffing import staffed_as, standing_in
from livecart.services.standings import Standings, standings_changed
from livecart.services.store import Store, Transaction
from livecart.services.views_live import muted_view, sanction_view

_DUTIES = {SanctionKind.MUTE: Duty.MUTE, SanctionKind.BAN: Duty.BAN}


class Sanctions:
    """`show` None: everywhere, which is for moderators, and of a mute only: a ban from the whole shop is in bans.py."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, standings: Standings) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._standings = standings

    async def mute(
        self, by: Person, person: PersonId, show: ShowId | None, reason: str, minutes: int | None = None
    ) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, InvalidError, ConflictError `own_account`, `show_ended`."""
        return await self._give(SanctionKind.MUTE, by, person, show, (reason, minutes))

    async def ban(
        self, by: Person, person: PersonId, show: ShowId, reason: str, minutes: int | None = None
    ) -> dict[str, Any]:
        """Raises the same."""
        return await self._give(SanctionKind.BAN, by, person, show, (reason, minutes))

    async def unmute(self, by: Person, person: PersonId, show: ShowId | None) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, ConflictError `not_muted`."""
        return await self._lift(SanctionKind.MUTE, by, person, show)

    async def unban(self, by: Person, person: PersonId, show: ShowId) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, ConflictError `not_banned`."""
        return await self._lift(SanctionKind.BAN, by, person, show)

    async def in_show(self, by: Person, kind: SanctionKind, show: ShowId) -> list[dict[str, Any]]:
        """What holds in the show, the oldest first. Raises ForbiddenError, NotFoundError."""
        async with self._store.read() as tx:
            await staffed_as(tx, by, show, _DUTIES[kind])
            found = await tx.sanctions.in_show(kind, show, self._clock.now_ms())
            people = await tx.people.many([*{name for each in found for name in (each.person, each.by)}])
        return [sanction_view(each, people[each.person], people[each.by]) for each in found]

    async def enforce(self, media: MediaGateway) -> None:
        """Closes the media sessions of the newly banned in their shows; to be run again and again."""
        async with self._store.read() as tx:
            waiting = await tx.sanctions.unenforced()
        now_ms = self._clock.now_ms()
        for ban in waiting:
            assert ban.show is not None
            await self.note(ban.person, ban.show, await media.kick(ban.person, show=ban.show))
        done = [ban.id for ban in waiting if now_ms - ban.at_ms > NEGOTIATING_MS]
        if done:
            async with self._store.write() as tx:
                await tx.sanctions.mark_enforced(done)

    async def note(self, person: PersonId, show: ShowId, addresses: Collection[str]) -> None:
        """Where somebody banned from the show was connected; nothing for who is banned no longer."""
        digests = self._standings.digests(addresses)[:ADDRESSES_MAX]
        if not digests:
            return
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            found = await tx.sanctions.of(person, show, now_ms)
            bans = [each for each in found if each.kind is SanctionKind.BAN]
            if bans and await tx.sanctions.add_addresses(bans[-1].id, digests):
                await tx.outbox.add(standings_changed(self._ids, person, now_ms))
        await self._standings.look()

    async def _give(
        self, kind: SanctionKind, by: Person, person: PersonId, show_id: ShowId | None, terms: tuple[str, int | None]
    ) -> dict[str, Any]:
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show, office = await self._may(tx, kind, by, show_id)
            found = await self._target(tx, by, office, person, show)
            reason, until_ms = check_sanction_reason(terms[0]), until_of(terms[1], now_ms)
            if show is not None:
                show.require_open()
            made = Sanction(self._ids.new(), kind, found.id, show_id, by.id, reason, now_ms, until_ms)
            await tx.sanctions.add(made)
            await self._tell(tx, made, found, now_ms)
            await tx.log.append(sanctioned(made, office))
        await self._standings.look()
        return sanction_view(made, found, by)

    async def _lift(self, kind: SanctionKind, by: Person, person: PersonId, show_id: ShowId | None) -> dict[str, Any]:
        async with self._store.write() as tx:
            show, office = await self._may(tx, kind, by, show_id)
            found = await self._target(tx, by, office, person, show)
            now_ms = self._clock.now_ms()
            lifted = await tx.sanctions.lift(kind, found.id, show_id, by.id, now_ms)
            if not lifted:
                word = "muted" if kind is SanctionKind.MUTE else "banned"
                where = "everywhere" if show is None else "in this show"
                raise ConflictError(f"this person is not {word} {where}", code=f"not_{word}")
            await tx.sanctions.forget_addresses(now_ms)
            await self._tell(tx, lifted[-1], found, now_ms)
            giver = await tx.people.get(lifted[-1].by)
            for each in lifted:
                await tx.log.append(sanction_lifted(each, by.id, office, now_ms))
        await self._standings.look()
        return sanction_view(lifted[-1], found, giver)

    async def _may(
        self, tx: Transaction, kind: SanctionKind, by: Person, show: ShowId | None
    ) -> tuple[Show | None, Office]:
        if show is not None:
            return await staffed_as(tx, by, show, _DUTIES[kind])
        by.require(Permission.MODERATE_CHAT)
        return None, Office.MODERATOR

    async def _target(self, tx: Transaction, by: Person, office: Office, person: PersonId, show: Show | None) -> Person:
        found = await tx.people.get(person)
        if show is None:
            by.require(Permission.BAN_PEOPLE)
            require_may_sanction(by, office, found, NO_STANDING)
        else:
            require_may_sanction(by, office, found, await standing_in(tx, found, show))
        return found

    async def _tell(self, tx: Transaction, changed: Sanction, person: Person, now_ms: int) -> None:
        """Every process, and of a mute the room and the person himself, how it is from now on."""
        await tx.outbox.add(standings_changed(self._ids, person.id, now_ms))
        if changed.kind is SanctionKind.BAN:
            return
        mute = await _longest_mute(tx, person.id, changed.show, now_ms)
        alone = muted_view(person, mute, told=True)
        await tx.outbox.add(ShowEvent(EventId(self._ids.new()), None, USER_MUTED, alone, now_ms, person.id))
        if changed.show is not None:
            room = muted_view(person, mute, told=False)
            await tx.outbox.add(ShowEvent(EventId(self._ids.new()), changed.show, USER_MUTED, room, now_ms))


async def _longest_mute(tx: Transaction, person: PersonId, show: ShowId | None, now_ms: int) -> Sanction | None:
    """`show` None: everywhere."""
    found = await tx.sanctions.of(person, show or ShowId(""), now_ms)
    mutes = [each for each in found if each.kind is SanctionKind.MUTE]
    return mutes[-1] if mutes else None
