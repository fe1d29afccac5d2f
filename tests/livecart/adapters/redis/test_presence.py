from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.presence import LIFE_MS, RedisPresence
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real

NOBODY = Attendance()


def there(guests: int, *people: str) -> Attendance:
    faces = frozenset(f"face{number}" for number in range(guests))
    return Attendance(frozenset(map(PersonId, people)), guests, faces)


@pytest.fixture
def show() -> ShowId:
    return ShowId(secrets.token_hex(8))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


async def watching(presence: RedisPresence, show: ShowId, here: Attendance) -> int:
    """What a report answers as the number of those who are there now."""
    return (await presence.report({show: here}))[show].viewers


async def test_the_figures_are_those_of_all_processes_and_a_dead_ones_part_expires(redis: Redis, show: ShowId) -> None:
    one, other, second = RedisPresence(redis), RedisPresence(redis), ShowId(show + "b")
    found = await one.report({show: there(3), second: there(0, "ana")})
    assert found == {show: Counted(3, 3, 3), second: Counted(1, 1, 1)}
    assert await other.report({show: there(4)}) == {show: Counted(7, 7, 4)}
    assert await one.viewers(show) == 7
    await redis.hset(show_key(show, "viewers"), "dead", "100 1")
    await redis.hset(show_key(show, "viewers"), "garbage", "x")
    assert await one.viewers(show) == 7
    assert await one.report({show: NOBODY}) == {show: Counted(4, 7, 4)}
    left = set(await redis.hkeys(show_key(show, "viewers")))
    assert left - {b"*"} == {other._process.encode()}, "what is over is thrown away"
    assert await one.report({}) == {}


async def test_a_person_counts_once_however_many_processes_have_him(redis: Redis, show: ShowId) -> None:
    one, other, third = (RedisPresence(redis) for _ in range(3))
    assert await watching(one, show, there(1, "ana", "lin")) == 3
    assert await watching(other, show, there(2, "ana", "mo")) == 6
    assert await watching(third, show, there(0, "ana")) == 6
    assert await third.viewers(show) == 6
    assert await watching(one, show, there(0, "lin")) == 5
    assert await watching(other, show, there(0, "mo")) == 3
    assert await watching(third, show, NOBODY) == 2
    # Three people and two faces came in all, and six sockets' worth were there at once.
    assert await other.report({show: NOBODY}) == {show: Counted(1, 6, 5)}


async def test_people_of_a_process_that_died_leave_with_it(redis: Redis, show: ShowId) -> None:
    one, other = RedisPresence(redis), RedisPresence(redis)
    await one.report({show: there(2, "ana", "lin")})
    assert await watching(other, show, there(0, "ana", "mo")) == 5
    for key in [key async for key in redis.scan_iter(f"*{show}*:viewers:*")]:
        assert 0 < await redis.pttl(key) <= LIFE_MS
    await redis.hset(show_key(show, "viewers"), one._process, "2 1")
    await redis.hdel(show_key(show, "viewers"), "*")
    assert await watching(other, show, there(0, "ana", "mo")) == 2


async def test_different_people_are_estimated_well_enough(redis: Redis, show: ShowId) -> None:
    presence = RedisPresence(redis)
    for first in range(0, 2_000, 500):
        crowd = there(0, *(f"p{number}" for number in range(first, first + 500)))
        counted = (await presence.report({show: crowd}))[show]
    assert (counted.viewers, counted.peak) == (500, 500)
    assert abs(counted.unique - 2_000) < 2_000 * 0.05


@pytest.mark.parametrize("people", [0, 3_000])
async def test_what_redis_forgot_is_told_again_as_a_whole(redis: Redis, show: ShowId, people: int) -> None:
    one = RedisPresence(redis)
    crowd = [f"p{number}" for number in range(people)]
    assert await watching(one, show, there(5, *crowd)) == people + 5
    for key in [key async for key in redis.scan_iter(f"*{show}*")]:
        await redis.delete(key)
    counted = (await one.report({show: there(5, *crowd[1:])}))[show]
    left = len(crowd[1:]) + 5
    assert (counted.viewers, counted.peak) == (left, left)
    assert abs(counted.unique - left) <= left * 0.05


async def test_a_report_that_may_have_been_lost_is_made_good_by_the_next(redis: Redis, show: ShowId) -> None:
    presence = RedisPresence(redis)
    await presence.report({show: there(0, "ana")})
    # As after a report of which only the answer was lost.
    mine = f"{show_key(show, 'viewers')}:{presence._process}"
    await redis.srem(mine, "ana")
    await redis.sadd(mine, "lin")
    presence._forget([show])
    await presence.report({show: there(0, "ana")})
    assert await redis.smembers(mine) == {b"ana"}


async def test_without_redis_nobody_can_say_and_the_next_report_tells_all(redis_server: RedisServer) -> None:
    redis = connect(redis_server.url)
    presence, show = RedisPresence(redis), ShowId("s")
    assert await watching(presence, show, there(1, "ana")) == 2
    redis_server.stop()
    assert await presence.viewers(show) == 0
    with pytest.raises(UnavailableError):
        await presence.report({show: there(1, "ana")})
    redis_server.start()
    assert await presence.report({show: there(1, "ana")}) == {show: Counted(2, 2, 2)}
    await redis.aclose()
