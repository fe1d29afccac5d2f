"""Rates over all processes, on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.rates import REST_MS, RedisRates
from livecart.domain.errors import UnavailableError
from livecart.domain.limits import Rate
from tests.support.redis_server import RedisServer
from tests.support.shop import SetClock

pytestmark = pytest.mark.real
# So slow that a test sees nothing of it come back.
SLOW = Rate(0.001, 5)


@pytest.fixture
async def processes(redis_server: RedisServer) -> AsyncIterator[tuple[RedisRates, RedisRates]]:
    clock = SetClock()
    async with aclosing(connect(redis_server.url)) as one, aclosing(connect(redis_server.url)) as other:
        yield RedisRates(one, clock), RedisRates(other, clock)


async def test_processes_share_one_burst(processes: tuple[RedisRates, RedisRates]) -> None:
    one, other = processes
    assert [await each.take("chat", "ana", SLOW) for each in (one, other, one, other, other)] == [0] * 5
    for each in processes:
        assert 900_000 < await each.take("chat", "ana", SLOW) <= 1_000_000
    assert await other.take("chat", "lin", SLOW) == 0
    assert await other.take("orders", "ana", SLOW) == 0


async def test_a_cost_is_taken_whole_or_not_at_all(processes: tuple[RedisRates, RedisRates]) -> None:
    one, other = processes
    assert await one.take("likes", "ana", SLOW, 4) == 0
    assert await other.take("likes", "ana", SLOW, 2) > 0
    assert await other.take("likes", "ana", SLOW, 1) == 0
    assert await one.take("likes", "ana", SLOW, 1) > 0


async def test_asking_takes_nothing(processes: tuple[RedisRates, RedisRates]) -> None:
    one, other = processes
    assert [await one.take("login", "ana", Rate(0.001, 1), 0) for _ in range(3)] == [0] * 3
    assert await other.take("login", "ana", Rate(0.001, 1)) == 0
    assert await one.take("login", "ana", Rate(0.001, 1), 0) > 0


async def test_what_is_at_rest_again_leaves_nothing_behind_and_names_nobody(redis_server: RedisServer) -> None:
    async with aclosing(connect(redis_server.url)) as client:
        rates = RedisRates(client, SetClock())
        await rates.take("login_address", "203.0.113.7", Rate(1, 5), 3)
        (key,) = await client.keys("*")
        assert b"203.0.113.7" not in key
        assert 0 < await client.pttl(key) <= 3_000


async def test_a_redis_that_hangs_is_left_alone_for_a_while(redis_server: RedisServer) -> None:
    clock = SetClock()
    async with aclosing(connect(redis_server.url, timeout_s=0.1)) as client:
        rates = RedisRates(client, clock)
        assert await rates.take("chat", "ana", SLOW) == 0
        redis_server.pause()
        with pytest.raises(UnavailableError):
            await rates.take("chat", "ana", SLOW)
        redis_server.resume()
        with pytest.raises(UnavailableError):
            await rates.take("chat", "ana", SLOW)
        clock.ms += REST_MS
        assert await rates.take("chat", "ana", SLOW) == 0
