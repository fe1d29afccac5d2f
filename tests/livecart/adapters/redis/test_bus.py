from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.bus import RedisBus
from livecart.adapters.redis.connection import connect, connect_subscriber
from livecart.adapters.redis.news import body_of, show_channel
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.domain.events import NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real


class Listener:
    """Keeps what came, and wakes whoever waits for more."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.loose_types: list[str] = []
        self.broken_shows: list[ShowId] = []
        self.epochs: list[str | None] = []
        self.heard: list[bool] = []
        self.misses = 0
        self.changed = asyncio.Event()

    def numbered(self, event: NumberedEvent) -> None:
        self.seqs.append(event.position.seq)
        self.changed.set()

    def loose(self, event: ShowEvent) -> None:
        self.loose_types.append(event.type)
        self.changed.set()

    def broken(self, show: ShowId, epoch: str | None) -> None:
        self.broken_shows.append(show)
        self.epochs.append(epoch)
        self.changed.set()

    def missed(self) -> None:
        self.misses += 1
        self.changed.set()

    def hears(self, *, hears: bool) -> None:
        self.heard.append(hears)
        self.changed.set()

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not done():
                await self.changed.wait()
                self.changed.clear()


class Rig:
    def __init__(self, url: str) -> None:
        self.redis: Redis = connect(url)
        self.subscriber: Redis = connect_subscriber(url)
        self.log = RedisShowLog(self.redis)
        self.bus = RedisBus(self.subscriber, self.redis, self.log)
        self.listener = Listener()
        self.show = ShowId(secrets.token_hex(8))
        self.published = 0

    async def publish(self) -> None:
        self.published += 1
        await self.log.publish(ShowEvent(EventId(f"e{self.published}"), self.show, "chat", {}, 1))

    async def close(self) -> None:
        await self.bus.close()
        await self.subscriber.aclose()
        await self.redis.aclose()


@pytest.fixture
async def make_rig() -> AsyncIterator[Callable[[str], Awaitable[Rig]]]:
    rigs: list[Rig] = []

    async def make(url: str) -> Rig:
        rig = Rig(url)
        rigs.append(rig)
        await rig.bus.start(rig.listener)
        return rig

    yield make
    for rig in rigs:
        await rig.close()


async def test_followed_shows_are_heard_in_order_and_others_are_not(
    make_rig: Callable[[str], Awaitable[Rig]], redis_url: str
) -> None:
    rig = await make_rig(redis_url)
    await rig.publish()
    assert (await rig.bus.follow(rig.show)).seq == 1
    for _ in range(20):
        await rig.publish()
    await rig.log.publish(ShowEvent(EventId("x"), ShowId(secrets.token_hex(8)), "chat", {}, 1))
    await rig.listener.until(lambda: len(rig.listener.seqs) >= 20)
    assert rig.listener.seqs == list(range(2, 22))
    assert rig.bus.healthy


async def test_news_for_a_person_and_figures_come_without_a_number(
    make_rig: Callable[[str], Awaitable[Rig]], redis_url: str
) -> None:
    rig = await make_rig(redis_url)
    await rig.bus.follow(rig.show)
    await rig.log.announce(ShowEvent(EventId("a"), rig.show, "likes", {"count": 3}, 1))
    await rig.log.announce(ShowEvent(EventId("b"), None, "wallet", {}, 1, PersonId("p")))
    await rig.listener.until(lambda: "likes" in rig.listener.loose_types and "wallet" in rig.listener.loose_types)
    assert rig.listener.seqs == []


async def test_an_event_whose_announcement_was_lost_is_read_from_the_log(
    make_rig: Callable[[str], Awaitable[Rig]], redis_url: str
) -> None:
    rig = await make_rig(redis_url)
    place = await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])
    # What a dropped announcement leaves: a number taken and kept, but not told.
    body = body_of(ShowEvent(EventId("lost"), rig.show, "chat", {}, 1))
    await rig.redis.incr(f"livecart:{{{rig.show}}}:seq")
    await rig.redis.xadd(f"livecart:{{{rig.show}}}:log", {"e": body}, id="2-0")
    await rig.publish()
    await rig.listener.until(lambda: len(rig.listener.seqs) >= 3)
    assert rig.listener.seqs == [1, 2, 3]
    # A repeat of an old number changes nothing.
    await rig.redis.publish(show_channel(rig.show), f"{place.epoch} 2 ".encode() + body)
    await rig.publish()
    await rig.listener.until(lambda: len(rig.listener.seqs) >= 4)
    assert rig.listener.seqs == [1, 2, 3, 4]
    assert rig.listener.broken_shows == []


async def test_garbage_on_a_channel_is_passed_over(make_rig: Callable[[str], Awaitable[Rig]], redis_url: str) -> None:
    rig = await make_rig(redis_url)
    await rig.bus.follow(rig.show)
    for garbage in (b"", b"x", b"- - ", b"- - \xc1", b"e nan \x95", b"\xff 1 \x90", b"e 1 " + b"\x91" * 5_000):
        await rig.redis.publish(show_channel(rig.show), garbage)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])


async def test_a_connection_that_was_cut_is_made_again_and_misses_nothing(
    make_rig: Callable[[str], Awaitable[Rig]], redis_url: str
) -> None:
    rig = await make_rig(redis_url)
    await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])
    await rig.redis.client_kill_filter(_type="pubsub")
    for _ in range(5):
        await rig.publish()
    await rig.listener.until(lambda: len(rig.listener.seqs) >= 6)
    assert rig.listener.seqs == [1, 2, 3, 4, 5, 6]
    # What was for one person alone has no number: somebody has to ask for it.
    await rig.listener.until(lambda: rig.listener.misses == 1)


async def test_after_a_restart_that_lost_everything_listeners_are_told_to_join_again(
    make_rig: Callable[[str], Awaitable[Rig]], redis_server: RedisServer
) -> None:
    rig = await make_rig(redis_server.url)
    old = await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])
    redis_server.stop()
    redis_server.start()
    await rig.listener.until(lambda: rig.listener.broken_shows == [rig.show])
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1, 1])
    assert rig.listener.epochs == [(await rig.log.position(rig.show)).epoch] != [old.epoch]


async def test_a_log_that_began_afresh_is_told_from_its_first_event_on(
    make_rig: Callable[[str], Awaitable[Rig]], redis_server: RedisServer
) -> None:
    rig = await make_rig(redis_server.url)
    old = await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])
    await rig.redis.flushall()
    # Its number is the next one of the old log too.
    for _ in range(2):
        await rig.publish()
    await rig.listener.until(lambda: len(rig.listener.seqs) >= 3)
    assert rig.listener.seqs == [1, 1, 2]
    assert rig.listener.epochs == [(await rig.log.position(rig.show)).epoch] != [old.epoch]


async def test_a_log_whose_middle_is_gone_sends_everybody_to_ask_for_the_rest(
    make_rig: Callable[[str], Awaitable[Rig]], redis_server: RedisServer
) -> None:
    rig = await make_rig(redis_server.url)
    await rig.bus.follow(rig.show)
    for _ in range(2):
        await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1, 2])
    # Two numbers that were not told, of which the log has dropped one.
    await rig.redis.incrby(f"livecart:{{{rig.show}}}:seq", 2)
    body = body_of(ShowEvent(EventId("lost"), rig.show, "chat", {}, 1))
    await rig.redis.xadd(f"livecart:{{{rig.show}}}:log", {"e": body}, id="4-0")
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.broken_shows == [rig.show])
    assert rig.listener.epochs == [None]
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1, 2, 6])


async def test_an_unfollowed_show_is_no_longer_subscribed(
    make_rig: Callable[[str], Awaitable[Rig]], redis_url: str
) -> None:
    rig = await make_rig(redis_url)
    await rig.bus.follow(rig.show)
    channel = show_channel(rig.show)
    assert await rig.redis.pubsub_numsub(channel) == [(channel.encode(), 1)]
    await rig.bus.unfollow(rig.show)
    await rig.bus.follow(ShowId(secrets.token_hex(8)))  # its answer comes after the other's
    assert await rig.redis.pubsub_numsub(channel) == [(channel.encode(), 0)]


async def test_a_server_that_starts_later_is_waited_for(
    make_rig: Callable[[str], Awaitable[Rig]], redis_server: RedisServer
) -> None:
    redis_server.stop()
    rig = await make_rig(redis_server.url)
    assert not rig.bus.healthy
    redis_server.start()
    await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])


def healthy(rig: Rig) -> bool:
    return rig.bus.healthy


async def test_a_process_that_went_deaf_notices_and_misses_nothing(
    make_rig: Callable[[str], Awaitable[Rig]], redis_server: RedisServer
) -> None:
    rig = await make_rig(redis_server.url)
    await rig.bus.follow(rig.show)
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1])
    redis_server.pause()
    try:
        # The connection stays open; only the missing echo tells.
        async with asyncio.timeout(10):
            while healthy(rig):  # noqa: ASYNC110 -- what is observed is time going by
                await asyncio.sleep(0.05)
        await rig.listener.until(lambda: rig.listener.heard[-1:] == [False])
    finally:
        redis_server.resume()
    await rig.publish()
    await rig.listener.until(lambda: rig.listener.seqs == [1, 2])
    await rig.listener.until(lambda: rig.listener.heard[-1:] == [True])
    assert rig.bus.healthy
    assert rig.listener.broken_shows == []
