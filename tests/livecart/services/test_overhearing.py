from __future__ import annotations

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.services.overhearing import Overheard
from livecart.services.ports import NewsListener


async def test_each_ear_hears_all_events_and_the_listener_everything() -> None:
    class Bus:
        async def start(self, listener: NewsListener) -> None:
            self.listener = listener

        async def follow(self, show: ShowId) -> LogPosition:
            return LogPosition(show, 7)

        async def unfollow(self, show: ShowId) -> None:
            raise AssertionError(show)

        async def close(self) -> None:
            return None

    class Listener:
        def __init__(self) -> None:
            self.got: list[object] = []
            self.numbered = self.loose = self.got.append

        def broken(self, show: ShowId, epoch: str | None) -> None:
            self.got.append((show, epoch))

        def missed(self) -> None:
            raise AssertionError

        def hears(self, *, hears: bool) -> None:
            self.got.append(hears)

    heard: list[str] = []
    bus, listener = Bus(), Listener()
    news = Overheard(bus, lambda event: heard.append(f"one {event.id}"), lambda event: heard.append(f"two {event.id}"))
    await news.start(listener)
    loose = ShowEvent(EventId("1"), None, "wallet", {}, 1, PersonId("ana"))
    numbered = NumberedEvent(LogPosition("e", 8), ShowEvent(EventId("2"), ShowId("s"), "chat", {}, 1))
    bus.listener.loose(loose)
    bus.listener.numbered(numbered)
    bus.listener.broken(ShowId("s"), "e")
    bus.listener.hears(hears=False)
    assert heard == ["one 1", "two 1", "one 2", "two 2"]
    assert listener.got == [loose, numbered, ("s", "e"), False]
    assert await news.follow(ShowId("s")) == LogPosition("s", 7)
