"""Banning people and lifting bans. The ban ends sessions in the same commit; media sessions are closed after it.

Who is banned could still look on as a guest. So the addresses at which he was connected are noted as he is put out, and
guests from there are refused until the ban is over: best effort, since a telephone has another address in the next
street. Addresses are kept as keyed digests only, of bans that hold only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError
from livecart.domain.events import SESSIONS_CHANGED, ShowEvent
from livecart.domain.ids import EventId, PersonId
from livecart.domain.people import Permission, Person, check_handle
from livecart.domain.rulings import banned, unbanned
from livecart.domain.sessions import Ban, check_ban_reason, check_ban_until, require_may_ban
from livecart.services.ports import Clock, Ids, MediaGateway
from livecart.services.store import Store, Transaction
from livecart.services.views import ban_view, rfc3339

# A media session that was being negotiated when the ban came opens within this time.
NEGOTIATING_MS = 6_000
# More of one person's addresses at once are not noted.
ADDRESSES_MAX = 32


class BannedAddresses:
    """This process's copy of whose guests are refused: asked at every guest's coming, so never SQL for each."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, digest: Callable[[str], str | None]) -> None:
        """`digest` answers None for what is no address."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._digest = digest
        self._until_ms: dict[str, int | None] = {}

    def refuses(self, address: str) -> bool:
        if not self._until_ms:
            return False
        until_ms = self._until_ms.get(self._digest(address) or "", 0)
        return until_ms is None or until_ms > self._clock.now_ms()

    def require_welcome(self, address: str) -> None:
        """Raises ForbiddenError `banned_address`."""
        if self.refuses(address):
            raise ForbiddenError("no guests from this address for now: sign in", code="banned_address")

    async def look(self) -> None:
        """Reads again what SQL has; to be called at news of bans, and now and then. Raises UnavailableError."""
        async with self._store.read() as tx:
            self._until_ms = dict(await tx.bans.addresses(self._clock.now_ms()))

    async def note(self, person: PersonId, addresses: Collection[str]) -> None:
        """Where a banned person was connected; nothing for who is banned no longer. Raises UnavailableError."""
        digests = sorted({digest for address in addresses if (digest := self._digest(address))})[:ADDRESSES_MAX]
        if not digests:
            return
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            ban = (await tx.bans.among([person], now_ms)).get(person)
            if ban is not None and await tx.bans.add_addresses(ban.id, digests):
                await tx.outbox.add(sessions_changed(self._ids, person, now_ms))
        await self.look()


class Bans:
    """`by` is None for the operator's command line, which may do all."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, addresses: BannedAddresses) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._addresses = addresses

    async def ban(
        self, by: Person | None, person: PersonId, reason: str, until_ms: int | None = None
    ) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, InvalidError, ConflictError `own_account`."""
        if by is not None:
            by.require(Permission.BAN_PEOPLE)
        now_ms = self._clock.now_ms()
        reason = check_ban_reason(reason)
        check_ban_until(until_ms, now_ms)
        async with self._store.write() as tx:
            found = await tx.people.get(person)
            if by is not None:
                require_may_ban(by, found)
            made = Ban(self._ids.new(), found.id, None if by is None else by.id, reason, now_ms, until_ms)
            await tx.bans.add(made)
            await tx.sessions.remove_all(found.id)
            await tx.outbox.add(sessions_changed(self._ids, found.id, now_ms))
            await tx.log.append(banned(made))
        return ban_view(made, found, by)

    async def lift(self, by: Person | None, person: PersonId) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, ConflictError `not_banned`."""
        if by is not None:
            by.require(Permission.BAN_PEOPLE)
        async with self._store.write() as tx:
            found = await tx.people.get(person)
            if by is not None:
                require_may_ban(by, found)
            now_ms = self._clock.now_ms()
            lifted = await tx.bans.lift(found.id, None if by is None else by.id, now_ms)
            if lifted is None:
                raise ConflictError("this person is not banned", code="not_banned")
            await tx.bans.forget_addresses(now_ms)
            await tx.outbox.add(sessions_changed(self._ids, found.id, now_ms))
            banned_by = None if lifted.by is None else await tx.people.get(lifted.by)
            await tx.log.append(unbanned(lifted, None if by is None else by.id, now_ms))
        return ban_view(lifted, found, banned_by)

    async def person_of(self, handle: str) -> PersonId:
        """Raises NotFoundError."""
        async with self._store.read() as tx:
            found = await tx.people.by_handle(check_handle(handle))
        if found is None:
            raise NotFoundError(f"nobody has the handle {handle}")
        return found[0].id

    async def enforce(self, media: MediaGateway) -> None:
        """Closes the media sessions of the newly banned; to be run again and again. Raises UnavailableError."""
        async with self._store.read() as tx:
            waiting = await tx.bans.unenforced()
        now_ms = self._clock.now_ms()
        for person in {ban.person for ban in waiting}:
            await self._addresses.note(person, await media.kick(person))
        done = [ban.id for ban in waiting if now_ms - ban.at_ms > NEGOTIATING_MS]
        if done:
            async with self._store.write() as tx:
                await tx.bans.mark_enforced(done)


def sessions_changed(ids: Ids, person: PersonId, now_ms: int) -> ShowEvent:
    return ShowEvent(EventId(ids.new()), None, SESSIONS_CHANGED, {}, now_ms, person)


async def require_not_banned(tx: Transaction, person: PersonId, now_ms: int) -> None:
    """Raises ForbiddenError `banned`, which says until when and why."""
    ban = (await tx.bans.among([person], now_ms)).get(person)
    if ban is not None:
        until = "" if ban.until_ms is None else f" until {rfc3339(ban.until_ms)}"
        raise ForbiddenError(f"this account is banned{until}: {ban.reason}", code="banned")
