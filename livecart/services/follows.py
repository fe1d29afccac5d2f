"""Following somebody, and how many do. A count may be a moment old: one crowd must not count another each time."""

from __future__ import annotations

from livecart.domain.errors import NotFoundError
from livecart.domain.following import Following, require_other
from livecart.domain.ids import PersonId
from livecart.domain.people import Person
from livecart.services.ports import Clock, Limits
from livecart.services.store import Store, Transaction

COUNT_KEPT_MS = 2_000
_COUNTS_MAX = 10_000


class Follows:
    def __init__(self, store: Store, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        # person → followers, and until when that is believed.
        self._counts: dict[PersonId, tuple[int, int]] = {}

    async def see(self, asker: Person | None, handle: str) -> Following:
        """Raises NotFoundError."""
        async with self._store.read() as tx:
            person = await _named(tx, handle)
            since_ms = None if asker is None else await tx.follows.since(asker.id, person.id)
            return Following(person, await self._count(tx, person.id), since_ms)

    async def follow(self, follower: Person, handle: str, *, address: str) -> Following:
        """Following again changes nothing. Raises NotFoundError, ConflictError `own_account`, LimitedError."""
        return await self._change(follower, handle, address, follow=True)

    async def unfollow(self, follower: Person, handle: str, *, address: str) -> Following:
        """The same for whoever does not follow."""
        return await self._change(follower, handle, address, follow=False)

    async def _change(self, follower: Person, handle: str, address: str, *, follow: bool) -> Following:
        await self._limits.check("follow", follower.id, address=address)
        await self._limits.count("follow", follower.id, address=address)
        async with self._store.write() as tx:
            person = await _named(tx, handle)
            require_other(follower, person)
            if follow:
                await tx.follows.add(follower.id, person.id, self._clock.now_ms())
            else:
                await tx.follows.remove(follower.id, person.id)
            since_ms = await tx.follows.since(follower.id, person.id)
            self._counts.pop(person.id, None)
            # Not kept: others may be about to commit what this transaction does not see.
            return Following(person, await tx.follows.count(person.id), since_ms)

    async def _count(self, tx: Transaction, person: PersonId) -> int:
        now_ms = self._clock.now_ms()
        count, until_ms = self._counts.pop(person, (0, 0))
        if until_ms <= now_ms:
            count, until_ms = await tx.follows.count(person), now_ms + COUNT_KEPT_MS
        self._counts[person] = (count, until_ms)
        if len(self._counts) > _COUNTS_MAX:
            del self._counts[next(iter(self._counts))]
        return count


async def _named(tx: Transaction, handle: str) -> Person:
    found = await tx.people.by_handles([handle.lower()])
    if not found:
        raise NotFoundError("nobody has this handle")
    return found[0]
