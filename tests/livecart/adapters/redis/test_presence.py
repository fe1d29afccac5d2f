from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.presence import HEARTBEAT_S, RedisPresence
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real


class Time:
    s = 0.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def show() -> ShowId:
    return ShowId(secrets.token_hex(8))


def there(*people: str, guests: int = 0) -> Attendance:
    faces = frozenset(f"face{number}" for number in range(guests))
    return Attendance(frozenset(map(PersonId, people)), guests, faces)


async def test_guests_add_up_over_processes_and_a_dead_ones_part_expires(redis: Redis, show: ShowId) -> None:
    one, other = RedisPresence(redis), RedisPresence(redis)
    further = ShowId(show + "b")
    counted = await one.report({show: there(guests=3), further: there("ana")})
    assert counted == {show: Counted(3, 3, 3), further: Counted(1, 1, 1)}
    assert (await other.report({show: there(guests=4)}))[show] == Counted(7, 7, 4)
    assert await one.viewers(show) == 7
    await redis.hset(show_key(show, "guests"), "dead", "100 1")
    await redis.hset(show_key(show, "guests"), "garbage", "x")
    assert await one.viewers(show) == 7
    assert (await one.report({show: there()}))[show] == Counted(4, 7, 4)
    assert await redis.hlen(show_key(show, "guests")) == 1
    assert await one.report({}) == {}


async def test_a_person_at_two_processes_counts_once(redis: Redis, show: ShowId) -> None:
    time = Time()
    one, other = RedisPresence(redis, time), RedisPresence(redis, time)
    assert (await one.report({show: there("ana", "lin")}))[show] == Counted(2, 2, 2)
    assert (await other.report({show: there("ana", "mo")}))[show] == Counted(3, 3, 3)
    assert (await one.report({show: there("lin")}))[show].viewers == 2
    # The other one's next heartbeat names her again.
    time.s = HEARTBEAT_S
    assert (await other.report({show: there("ana", "mo")}))[show] == Counted(3, 3, 3)
    assert (await one.report({show: there()}))[show] == Counted(2, 3, 3)


async def test_whoever_is_not_named_for_two_heartbeats_is_gone(redis: Redis, show: ShowId) -> None:
    presence = RedisPresence(redis)
    await presence.report({show: there("ana")})
    await redis.zadd(show_key(show, "people"), {"ghost": 1})
    assert await presence.viewers(show) == 1
    assert (await presence.report({show: there("ana", "lin")}))[show].viewers == 2
    assert await redis.zcard(show_key(show, "people")) == 2


async def test_different_people_are_estimated_well_enough(redis: Redis, show: ShowId) -> None:
    presence = RedisPresence(redis)
    for first in range(0, 2_000, 500):
        crowd = there(*(f"p{number}" for number in range(first, first + 500)))
        counted = (await presence.report({show: crowd}))[show]
    assert counted.viewers == 500
    assert abs(counted.unique - 2_000) < 2_000 * 0.05


async def test_a_flushed_redis_learns_everybody_again(redis: Redis, show: ShowId) -> None:
    time = Time()
    presence = RedisPresence(redis, time)
    await presence.report({show: there("ana", guests=1)})
    await redis.delete(*(show_key(show, part) for part in ("guests", "people", "peak", "unique")))
    time.s = HEARTBEAT_S
    assert (await presence.report({show: there("ana", guests=1)}))[show] == Counted(2, 2, 2)


async def test_without_redis_nobody_can_say_and_the_next_report_tells_all(redis_server: RedisServer) -> None:
    redis = connect(redis_server.url)
    presence, show = RedisPresence(redis), ShowId("s")
    redis_server.stop()
    assert await presence.viewers(show) == 0
    with pytest.raises(UnavailableError):
        await presence.report({show: there("ana")})
    redis_server.start()
    assert (await presence.report({show: there("ana")}))[show].viewers == 1
    await redis.aclose()
