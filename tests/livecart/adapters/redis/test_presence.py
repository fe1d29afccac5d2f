from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.presence import LIFE_MS, RedisPresence
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import Attendance
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real


def there(guests: int, *people: str) -> Attendance:
    return Attendance(guests, frozenset(map(PersonId, people)))


NOBODY = there(0)


@pytest.fixture
def show() -> ShowId:
    return ShowId(secrets.token_hex(8))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


async def test_the_figure_is_that_of_all_processes_and_a_dead_ones_part_expires(redis: Redis, show: ShowId) -> None:
    one, other, second = RedisPresence(redis), RedisPresence(redis), ShowId(show + "b")
    assert await one.report({show: there(3), second: there(1)}) == {show: 3, second: 1}
    assert await other.report({show: there(4)}) == {show: 7}
    assert await one.viewers(show) == 7
    await redis.hset(show_key(show, "viewers"), "dead", "100 1")
    await redis.hset(show_key(show, "viewers"), "garbage", "x")
    assert await one.viewers(show) == 7
    assert await one.report({show: NOBODY}) == {show: 4}
    left = set(await redis.hkeys(show_key(show, "viewers")))
    assert left - {b"*"} == {other._process.encode()}, "what is over is thrown away"
    assert await one.report({}) == {}


async def test_a_person_counts_once_however_many_processes_have_him(redis: Redis, show: ShowId) -> None:
    one, other, third = (RedisPresence(redis) for _ in range(3))
    assert await one.report({show: there(1, "ana", "lin")}) == {show: 3}
    assert await other.report({show: there(2, "ana", "mo")}) == {show: 6}
    assert await third.report({show: there(0, "ana")}) == {show: 6}
    assert await third.viewers(show) == 6
    assert await one.report({show: there(0, "lin")}) == {show: 5}
    assert await other.report({show: there(0, "mo")}) == {show: 3}
    assert await third.report({show: NOBODY}) == {show: 2}
    assert await other.report({show: NOBODY}) == {show: 1}


async def test_people_of_a_process_that_died_leave_with_it(redis: Redis, show: ShowId) -> None:
    one, other = RedisPresence(redis), RedisPresence(redis)
    await one.report({show: there(2, "ana", "lin")})
    assert await other.report({show: there(0, "ana", "mo")}) == {show: 5}
    for key in [key async for key in redis.scan_iter(f"*{show}*:viewers:*")]:
        assert 0 < await redis.pttl(key) <= LIFE_MS
    await redis.hset(show_key(show, "viewers"), one._process, "2 1")
    await redis.hdel(show_key(show, "viewers"), "*")
    assert await other.report({show: there(0, "ana", "mo")}) == {show: 2}


async def test_what_redis_forgot_is_told_again_as_a_whole(redis: Redis, show: ShowId) -> None:
    one = RedisPresence(redis)
    crowd = [f"p{number}" for number in range(3_000)]
    assert await one.report({show: there(0, *crowd)}) == {show: 3_000}
    for key in [key async for key in redis.scan_iter(f"*{show}*")]:
        await redis.delete(key)
    assert await one.report({show: there(5, *crowd[1:])}) == {show: 3_004}


async def test_without_redis_nobody_can_say(redis_server: RedisServer) -> None:
    redis = connect(redis_server.url)
    presence = RedisPresence(redis)
    redis_server.stop()
    assert await presence.viewers(ShowId("s")) == 0
    with pytest.raises(UnavailableError):
        await presence.report({ShowId("s"): there(1)})
    await redis.aclose()
