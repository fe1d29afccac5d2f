"""The wall's board in a real Redis: whose turn it is, what is kept and for how long, and whether anybody looks."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import show_key
from livecart.adapters.redis.wall import KEPT_MS, LOOKED_AT, LOOKS_MS, TURN_MS, RedisWallBoard
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import ShowId
from livecart.services.ports_wall import WallPicture

pytestmark = pytest.mark.real


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


def new_show() -> ShowId:
    return ShowId(secrets.token_hex(8))


async def test_a_picture_is_kept_for_a_minute_with_its_time(redis: Redis) -> None:
    board, show, other = RedisWallBoard(redis), new_show(), new_show()
    assert await board.find(show) is None
    for picture in (WallPicture(5, b"\xff\xd8one"), WallPicture(15, b"\xff\xd8two")):
        await board.keep(show, picture)
        assert await board.find(show) == picture
    assert await board.times([other, show]) == {show: 15}
    assert await board.times([]) == {}
    assert KEPT_MS - 5_000 < await redis.pttl(show_key(show, "still")) <= KEPT_MS


async def test_a_turn_is_taken_once_in_ten_seconds_by_whoever_asks_first(redis: Redis) -> None:
    board, show = RedisWallBoard(redis), new_show()
    assert [await board.take_turn(show) for _ in range(3)] == [True, False, False]
    assert await board.take_turn(new_show())
    assert 0 < await redis.pttl(show_key(show, "still_turn")) <= TURN_MS


async def test_whoever_looks_is_forgotten_after_half_a_minute(redis: Redis) -> None:
    board = RedisWallBoard(redis)
    await redis.delete(LOOKED_AT)
    assert not await board.is_looked_at()
    await board.look()
    assert await board.is_looked_at()
    assert 0 < await redis.pttl(LOOKED_AT) <= LOOKS_MS


async def test_without_redis_it_says_so() -> None:
    client = connect("redis://127.0.0.1:1")
    board, show = RedisWallBoard(client), new_show()
    for call in (board.look(), board.is_looked_at(), board.take_turn(show), board.find(show), board.times([show])):
        with pytest.raises(UnavailableError):
            await call
    await client.aclose()
