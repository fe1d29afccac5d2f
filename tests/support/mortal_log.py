"""A show log that knows ids, goes away after `lives` events, and may be told to begin afresh."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.errors import UnavailableError
from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import ShowId


class MortalLog:
    """`published` is what it holds in order, `announced` what went by without a number."""

    def __init__(self, lives: int = 100) -> None:
        self.lives = lives
        self.epoch = "e"
        self.published: list[str] = []
        self.announced: list[str] = []

    async def publish(self, event: ShowEvent, *, epoch: str | None = None) -> LogPosition:
        self._live()
        if epoch not in (None, self.epoch):
            return LogPosition(self.epoch, 0)
        if event.id not in self.published:
            self.published.append(event.id)
        return LogPosition(self.epoch, self.published.index(event.id) + 1)

    async def announce(self, event: ShowEvent) -> None:
        self._live()
        self.announced.append(event.id)

    async def tell(self, events: Sequence[ShowEvent]) -> Sequence[LogPosition | None]:
        return [await self._tell(event) for event in events]

    async def _tell(self, event: ShowEvent) -> LogPosition | None:
        if event.numbered:
            return await self.publish(event)
        await self.announce(event)
        return None

    async def position(self, show: ShowId) -> LogPosition:
        return LogPosition(self.epoch, len(self.published))

    async def since(self, show: ShowId, after: LogPosition) -> Sequence[NumberedEvent] | None:
        return None

    def _live(self) -> None:
        if not self.lives:
            raise UnavailableError("away")
        self.lives -= 1

    def begin_afresh(self, epoch: str) -> None:
        self.epoch, self.published = epoch, []
