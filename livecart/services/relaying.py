"""The outbox relay: carries committed events to the rooms, at least once and in the order of their rows."""

from __future__ import annotations

from livecart.domain.events import ShowEvent
from livecart.services.ports import ShowLog
from livecart.services.store import Store

BATCH = 200


class OutboxRelay:
    """May be killed at any point, and may run twice at once: whoever hears an event id again ignores it."""

    def __init__(self, store: Store, show_log: ShowLog) -> None:
        self._store = store
        self._show_log = show_log

    async def run_once(self, limit: int = BATCH) -> int:
        """Publishes and marks up to `limit` waiting events; returns how many. Raises UnavailableError.

        What was published before a failure is marked all the same, so that one bad moment repeats little.
        """
        async with self._store.read() as tx:
            waiting = await tx.outbox.unpublished(limit)
        published: list[int] = []
        try:
            for number, event in waiting:
                await self._publish(event)
                published.append(number)
        finally:
            if published:
                async with self._store.write() as tx:
                    await tx.outbox.mark_published(published)
        return len(published)

    async def _publish(self, event: ShowEvent) -> None:
        if event.person is not None or event.show is None:
            await self._show_log.announce(event)
        else:
            await self._show_log.publish(event)
