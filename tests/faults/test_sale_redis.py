"""Row 27: Redis is killed or emptied in the middle of a sale. It only carries news: no cent and no unit is lost."""

from __future__ import annotations

import asyncio
import random

import pytest
from redis.asyncio import Redis

from tests.faults.test_sale_processes import BACK_S, REPEATS, TOLD_S, part_of
from tests.support.doom import OF_ORDERS, Point
from tests.support.regulars import until
from tests.support.sale import STOCK, Onlooker, Sale, looking_on

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


async def sees_what_is_left(sale: Sale, room: list[Onlooker]) -> None:
    """Whatever was lost on the way, the room is told what is true in the end."""
    left = STOCK - sale.crowd.units("paid", "reserved")
    await until(lambda: all(each.left[1] == left for each in room), TOLD_S, lambda: f"{[e.left for e in room]}: {left}")
    assert [fault for each in room for fault in each.faults] == []


async def begin_anew(redis: Redis, room: list[Onlooker]) -> None:
    """Empties it, and waits until everybody is in the new log."""
    logs = {each.told.epochs[-1] for each in room}
    await redis.flushall()
    await until(lambda: logs.isdisjoint({each.told.epochs[-1] for each in room}), TOLD_S)


@pytest.mark.parametrize("point", OF_ORDERS)
async def test_a_redis_that_is_killed_stops_no_sale(sale: Sale, point: Point) -> None:
    part, chances = part_of(sale, point), random.Random(point.name)
    async with looking_on(sale) as room:
        await until(lambda: all(each.is_in for each in room), BACK_S)
        async with sale.crowd.buying():
            for number in range(REPEATS):
                sale.dooms[part].arm(point, chances.randint(1, 5), [sale.redis.pid])
                await sale.struck(part)
                await asyncio.to_thread(sale.redis.stop)
                # Buying goes on without it.
                await sale.crowd.more(10)
                if number % 2:
                    sale.redis.forget()
                await asyncio.to_thread(sale.redis.start)
                await sale.all_is_well()
                await sale.crowd.more(5)
        await sees_what_is_left(sale, room)
    await sale.reckon(log_is_whole=False)


async def test_a_redis_that_is_emptied_loses_no_order_and_rooms_begin_anew(sale: Sale) -> None:
    async with looking_on(sale) as room, Redis(unix_socket_path=str(sale.redis.socket)) as redis:
        await until(lambda: all(each.is_in for each in room), BACK_S)
        async with sale.crowd.buying():
            for _ in range(REPEATS):
                await sale.crowd.more(10)
                await begin_anew(redis, room)
                assert await sale.all_is_well() < BACK_S
            await sale.crowd.more(10)
        await sees_what_is_left(sale, room)
        assert len({each.told.epochs[-1] for each in room}) == 1
    await sale.reckon(log_is_whole=False)
