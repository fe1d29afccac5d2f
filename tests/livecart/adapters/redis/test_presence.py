from __future__ import annotations

import secrets

import pytest

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.presence import RedisPresence
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real


async def test_the_figure_is_the_sum_over_processes_and_a_dead_ones_part_expires(redis_url: str) -> None:
    redis = connect(redis_url)
    one, other, show = RedisPresence(redis), RedisPresence(redis), ShowId(secrets.token_hex(8))
    assert await one.report({show: 3, ShowId(show + "b"): 1}) == {show: 3, ShowId(show + "b"): 1}
    assert await other.report({show: 4}) == {show: 7}
    assert await one.viewers(show) == 7
    await redis.hset(show_key(show, "viewers"), "dead", "100 1")
    await redis.hset(show_key(show, "viewers"), "garbage", "x")
    assert await one.viewers(show) == 7
    assert await one.report({show: 0}) == {show: 4}
    assert await redis.hlen(show_key(show, "viewers")) == 1
    assert await one.report({}) == {}
    await redis.aclose()


async def test_without_redis_nobody_can_say(redis_server: RedisServer) -> None:
    redis = connect(redis_server.url)
    presence = RedisPresence(redis)
    redis_server.stop()
    assert await presence.viewers(ShowId("s")) == 0
    with pytest.raises(UnavailableError):
        await presence.report({ShowId("s"): 1})
    await redis.aclose()
