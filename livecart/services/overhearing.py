"""A process's news with more ears: whoever listens hears all of it, and so does each of `hearers`, before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import ShowId
from livecart.services.ports import News, NewsListener

Hearer = Callable[[ShowEvent], None]


class Overheard:
    """The News port around another one. Hearers return at once."""

    def __init__(self, news: News, *hearers: Hearer) -> None:
        self._news = news
        self._hearers = hearers

    async def start(self, listener: NewsListener) -> None:
        await self._news.start(_All(listener, self._hearers))

    async def follow(self, show: ShowId) -> LogPosition:
        return await self._news.follow(show)

    async def unfollow(self, show: ShowId) -> None:
        await self._news.unfollow(show)

    async def close(self) -> None:
        await self._news.close()


class _All:
    def __init__(self, listener: NewsListener, hearers: Sequence[Hearer]) -> None:
        self._listener = listener
        self._hearers = hearers

    def numbered(self, event: NumberedEvent) -> None:
        for hear in self._hearers:
            hear(event.event)
        self._listener.numbered(event)

    def loose(self, event: ShowEvent) -> None:
        for hear in self._hearers:
            hear(event)
        self._listener.loose(event)

    def broken(self, show: ShowId, epoch: str | None) -> None:
        self._listener.broken(show, epoch)

    def missed(self) -> None:
        self._listener.missed()

    def hears(self, *, hears: bool) -> None:
        self._listener.hears(hears=hears)
