"""The outbox relay: carries committed events to the rooms, at least once and in the order of their rows."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.events import ShowEvent
from livecart.domain.ids import MessageId, ShowId
from livecart.services.ports import ShowLog
from livecart.services.store import Store

BATCH = 200


class OutboxRelay:
    """May be killed at any point, and may run twice at once: whoever hears an event id again ignores it."""

    def __init__(self, store: Store, show_log: ShowLog) -> None:
        self._store = store
        self._show_log = show_log

    async def run_once(self, limit: int = BATCH) -> int:
        """Publishes and marks what waits in up to `limit` rows; returns how many rows. Raises UnavailableError.

        After a failure all of them are published again: whoever hears an event id again ignores it.
        """
        async with self._store.read() as tx:
            waiting = await tx.outbox.unpublished(limit)
        rows = sorted({number for number, _ in waiting})
        if waiting:
            await self._show_log.tell([event for _, event in waiting])
            async with self._store.write() as tx:
                await tx.outbox.mark_published(rows)
        return len(rows)

    async def settle_chat(self, before_ms: int, limit: int = BATCH) -> int:
        """Sees to it that chat older than that was told, and forgets it here; returns how much of it there was.

        Nearly all of it was told by whoever kept it, so that its id is known to the log and nothing happens. A log that
        was lost since has forgotten it: then it is told again, for a snapshot leaves out what waits here.
        """
        async with self._store.read() as tx:
            waiting = await tx.outbox.chat(limit, before_ms=before_ms)
        if waiting:
            await self._settle(waiting)
        return len(waiting)

    async def tell_show(self, show: ShowId) -> str | None:
        """Publishes a show's chat that is perhaps not told, in order; answers the epoch, if there was any."""
        epoch = None
        while True:
            async with self._store.read() as tx:
                waiting = await tx.outbox.chat(BATCH, show=show)
            epoch = await self._settle(waiting) or epoch
            if len(waiting) < BATCH:
                return epoch

    async def _settle(self, waiting: Sequence[tuple[int, ShowEvent]]) -> str | None:
        async with self._store.read() as tx:
            deleted = await tx.chat.deleted([MessageId(event.id) for _, event in waiting])
        untold = [event for _, event in waiting if MessageId(event.id) not in deleted]
        places = await self._show_log.tell(untold) if untold else []
        if waiting:
            async with self._store.write() as tx:
                await tx.outbox.drop([number for number, _ in waiting])
        return next((place.epoch for place in reversed(places) if place is not None), None)
