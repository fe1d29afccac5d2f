"""Redis is killed, emptied or stopped while people talk: what was acknowledged reaches everybody, once and in order."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from tests.faults.conftest import Fleet
from tests.support.regulars import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The promise is 5 s. A machine that does other work gets half as much again.
BACK_S = 7.5
STOPPED_S = 4.0


@pytest.mark.parametrize("keeps", [False, True], ids=["without its data", "with its data"])
async def test_a_redis_that_was_killed_loses_nothing_that_was_said(fleet: Fleet, keeps: bool) -> None:
    async with fleet.talking() as room:
        before = {each.told.epochs[-1] for each in room.everybody}
        assert len(before) == 1
        await asyncio.to_thread(fleet.redis.stop)
        # What is said now is kept in SQL, and acknowledged.
        await room.more_said(5)
        late = room.newcomer(fleet.near.url)
        await until(lambda: "unavailable" in late.last, BACK_S)
        await until(lambda: all("delayed" in each.told.notices for each in room.everybody), BACK_S)
        assert await asyncio.to_thread(lambda: all("redis" in web.faults for web in fleet.webs))
        if not keeps:
            fleet.redis.forget()
        await asyncio.to_thread(fleet.redis.start)
        assert await room.fan_out_is_back(BACK_S) < BACK_S
        await room.more_said(5)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert late.is_in
        assert late.faults == []
        after = {each.told.epochs[-1] for each in (*room.everybody, late)}
        assert len(after) == 1, "all are in one log"
        assert after != before, "a restarted server may have lost numbers, so it begins a log of its own"


async def test_a_redis_that_was_emptied_loses_nothing_that_was_said(fleet: Fleet) -> None:
    async with fleet.talking() as room, Redis(unix_socket_path=str(fleet.redis.socket)) as redis:
        before = {each.told.epochs[-1] for each in room.everybody}
        for _ in range(3):
            await redis.flushall()
            assert await room.fan_out_is_back(BACK_S) < BACK_S
            await room.more_said(5)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert all(each.told.gaps >= 1 for each in room.everybody)
        after = {each.told.epochs[-1] for each in room.everybody}
        assert len(after) == 1
        assert after != before


async def test_a_redis_that_was_stopped_for_a_while_delays_and_loses_nothing(fleet: Fleet) -> None:
    async with fleet.talking() as room:
        fleet.redis.pause()
        try:
            await asyncio.sleep(STOPPED_S)  # the fault itself
        finally:
            fleet.redis.resume()
        assert await room.fan_out_is_back(BACK_S) < BACK_S
        # People are asked back for what they alone were told, so that their last notice may be another one.
        await until(lambda: all("restored" in each.told.notices for each in room.watchers), BACK_S)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert all(each.told.gaps == 0 and len(each.told.epochs) == 1 for each in room.everybody), "it is the same log"
