"""For how long somebody has been in a room: over breaks, over processes, and with a Redis that is away."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.presence import RedisPresence
from livecart.adapters.redis.watch_times import BREAK_MS, RedisWatchTimes
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real

ANA, LIN = PersonId("ana"), PersonId("lin")


@pytest.fixture
def show() -> ShowId:
    return ShowId(secrets.token_hex(8))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


def process(redis: Redis) -> RedisWatchTimes:
    return RedisWatchTimes(redis, RedisPresence(redis))


async def earlier(redis: Redis, show: ShowId, person: PersonId, *, since_ms: int, seen_ms: int) -> None:
    """As if the person had come `since_ms` ago and been seen last `seen_ms` ago."""
    seconds, micros = await redis.time()
    now_ms = seconds * 1000 + micros // 1000
    await redis.hset(show_key(show, "watching"), person, f"{now_ms - since_ms} {now_ms - seen_ms}")


async def test_who_is_there_is_noted_with_the_headcount(redis: Redis, show: ShowId) -> None:
    watching = process(redis)
    assert await watching.report({show: Attendance(frozenset({ANA}))}) == {show: Counted(1, 1, 1)}
    assert 0 <= await watching.watched_ms(show, ANA) < 5_000
    assert await watching.watched_ms(show, LIN) == 0
    assert await watching.watched_ms(ShowId(show + "b"), ANA) == 0
    assert await redis.ttl(show_key(show, "watching")) > 0


async def test_a_short_break_or_another_process_costs_no_time(redis: Redis, show: ShowId) -> None:
    await earlier(redis, show, ANA, since_ms=100_000, seen_ms=BREAK_MS - 5_000)
    assert await process(redis).watched_ms(show, ANA) >= 100_000
    another = process(redis)
    await another.report({show: Attendance(frozenset({ANA}))})
    assert await another.watched_ms(show, ANA) >= 100_000


async def test_who_was_away_for_long_begins_anew(redis: Redis, show: ShowId) -> None:
    await earlier(redis, show, ANA, since_ms=100_000, seen_ms=BREAK_MS + 5_000)
    watching = process(redis)
    assert await watching.watched_ms(show, ANA) == 0
    await watching.report({show: Attendance(frozenset({ANA, LIN}))})
    assert await watching.watched_ms(show, ANA) < 5_000


async def test_who_stays_is_not_written_each_second(redis: Redis, show: ShowId) -> None:
    watching, here = process(redis), {show: Attendance(frozenset({ANA}))}
    await watching.report(here)
    await redis.delete(show_key(show, "watching"))
    await watching.report(here)
    assert not await redis.exists(show_key(show, "watching"))
    # Who comes meanwhile is, at once.
    await watching.report({show: Attendance(frozenset({ANA, LIN}))})
    assert await redis.hkeys(show_key(show, "watching")) == [b"lin"]


async def test_without_redis_nobody_can_say(redis_server: RedisServer, show: ShowId) -> None:
    client = connect(redis_server.url)
    watching = process(client)
    redis_server.stop()
    with pytest.raises(UnavailableError):
        await watching.watched_ms(show, ANA)
    with pytest.raises(UnavailableError):
        await watching.report({show: Attendance(frozenset({ANA}))})
    await client.aclose()
