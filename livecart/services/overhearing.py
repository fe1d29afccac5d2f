"""A process's news with a second ear: whoever listens hears all of it, and `hear` too."""

from __future__ import annotations

from collections.abc import Callable

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import ShowId
from livecart.services.ports import News, NewsListener


class Overheard:
    """The News port around another one. `hear` returns at once."""

    def __init__(self, news: News, hear: Callable[[ShowEvent], None]) -> None:
        self._news = news
        self._hear = hear

    async def start(self, listener: NewsListener) -> None:
        await self._news.start(_Both(listener, self._hear))

    async def follow(self, show: ShowId) -> LogPosition:
        return await self._news.follow(show)

    async def unfollow(self, show: ShowId) -> None:
        await self._news.unfollow(show)

    async def close(self) -> None:
        await self._news.close()


class _Both:
    def __init__(self, listener: NewsListener, hear: Callable[[ShowEvent], None]) -> None:
        self._listener = listener
        self._hear = hear

    def numbered(self, event: NumberedEvent) -> None:
        self._hear(event.event)
        self._listener.numbered(event)

    def loose(self, event: ShowEvent) -> None:
        self._hear(event)
        self._listener.loose(event)

    def broken(self, show: ShowId) -> None:
        self._listener.broken(show)
