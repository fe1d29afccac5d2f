"""Who is signed in: asked by every request, and of SQL once for all who ask while it answers the ones before.

Nothing is remembered between two questions, so a log-out or a ban holds for the next request, whichever process has it.
"""

from __future__ import annotations

from collections.abc import Sequence

from livecart.adapters.batcher import Batcher
from livecart.domain.sessions import SignedIn
from livecart.services.ports import Clock
from livecart.services.store import Store

AT_ONCE = 256
# About a second of work; more would only be a slower refusal.
WAITING_MAX = 8_192


class SqlOpenSessions:
    """The OpenSessions port. Works between `start()` and `close()`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._batcher: Batcher[str, SignedIn | None] = Batcher(
            self._find_all, max_items=AT_ONCE, max_wait_s=0.0, max_waiting=WAITING_MAX
        )

    async def start(self) -> None:
        await self._batcher.start()

    async def close(self) -> None:
        await self._batcher.close()

    async def find(self, token_hash: str) -> SignedIn | None:
        return await self._batcher.submit(token_hash)

    async def _find_all(self, token_hashes: Sequence[str]) -> Sequence[SignedIn | None]:
        async with self._store.read() as tx:
            found = await tx.sessions.find(token_hashes, self._clock.now_ms())
        return [found.get(token_hash) for token_hash in token_hashes]
