"""How long a client may ask again with the same idempotency key: two days, where one is promised."""

from __future__ import annotations

from livecart.services.ports import Store

KEPT_MS = 48 * 60 * 60 * 1000


class KeyRetention:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def forget_old(self, now_ms: int) -> int:
        """Deletes the keys that nobody can expect to be known any more; returns how many. Safe to run twice."""
        async with self._store.write() as tx:
            return await tx.keys.forget(now_ms - KEPT_MS)
