"""What is thrown away, and when: used idempotency keys, delivered news, sessions that ran out, pictures of nothing."""

from __future__ import annotations

from livecart.services.pictures import ProductPictures
from livecart.services.store import Store

# Where one day is promised, so that a client whose clock is off still finds its key.
KEYS_KEPT_MS = 48 * 3600 * 1000
NEWS_KEPT_MS = 24 * 3600 * 1000


class Retention:
    def __init__(self, store: Store, pictures: ProductPictures | None = None) -> None:
        self._store = store
        self._pictures = pictures

    async def forget_old(self, now_ms: int) -> int:
        """Deletes what nobody can expect to be there any more; returns how many rows and files. Safe to run twice."""
        async with self._store.write() as tx:
            keys = await tx.keys.forget(now_ms - KEYS_KEPT_MS)
            news = await tx.outbox.forget(now_ms - NEWS_KEPT_MS)
            sessions = await tx.sessions.forget(now_ms)
        pictures = 0 if self._pictures is None else await self._pictures.forget_unused()
        return keys + news + sessions + pictures
