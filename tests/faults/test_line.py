"""The line between a web process and Redis is cut, stalls or stutters, while the other process is fine."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.faults.conftest import Fleet
from tests.support.fault_proxy import Line
from tests.support.regulars import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

# The log of a show holds 2,000 events: 100 s of a room that talks as fast as the design has it, 20 lines a second.
CUT_S, EVERY_S = (60.0, 0.2) if os.environ.get("LIVECART_TEST_FULL") else (6.0, 0.03)
# The promises: noticed within 5 s, healed within 10 s. A machine that does other work gets half as much again.
NOTICED_S, HEALED_S = 7.5, 15.0


async def redis_fault(fleet: Fleet) -> str | None:
    return (await asyncio.to_thread(lambda: fleet.far.faults)).get("redis")


def warn(fleet: Fleet, show: str) -> str:
    """A moderator warns the host; which warning it is."""
    body = {"code": "other", "text": "Show what you sell."}
    answer = fleet.near.call("POST", f"shows/{show}/warnings", body, token=fleet.near.log_in("mo"))
    assert answer.status == 201, answer
    return str(answer.body["warning"]["id"])


@pytest.mark.parametrize("line", [Line.CUT, Line.STALL])
async def test_a_process_that_is_cut_off_says_so_keeps_what_is_said_and_heals(fleet: Fleet, line: Line) -> None:
    async with fleet.talking(every_s=EVERY_S) as room:
        near = [each for each in room.everybody if each.is_at(fleet.near.url)]
        far = [each for each in room.everybody if each not in near]
        loop = asyncio.get_running_loop()
        host = room.newcomer(fleet.far.url, await asyncio.to_thread(fleet.near.log_in, "mei"))
        await until(lambda: host.is_in, NOTICED_S)
        began = loop.time()
        fleet.line.become(line)
        while await redis_fault(fleet) is None:
            assert loop.time() - began < NOTICED_S, "/readyz has not noticed"
        assert (await asyncio.to_thread(fleet.far.call, "GET", "/readyz")).status == 503
        await until(lambda: all("delayed" in each.told.notices for each in far), NOTICED_S)
        assert await asyncio.to_thread(lambda: fleet.near.faults.keys() - {"media"}) == set()
        # What one person alone is told meanwhile stands in no room's log.
        warning = await asyncio.to_thread(warn, fleet, room.show)
        # What is said at either of them is kept and acknowledged, and reaches those at the other one.
        await room.more_said(2)
        wanted = room.acked
        await until(lambda: all(wanted.keys() <= each.told.lines.keys() for each in near), NOTICED_S)
        await asyncio.sleep(max(0.0, CUT_S - (loop.time() - began)))  # the fault itself
        assert await redis_fault(fleet) is not None

        fleet.line.become(Line.PASS)
        healed_at = loop.time()
        while await redis_fault(fleet) is not None:
            assert loop.time() - healed_at < HEALED_S, "/readyz has not healed"
        await room.all_told(HEALED_S)
        assert loop.time() - healed_at < HEALED_S
        await until(lambda: all("restored" in each.told.notices for each in far if each in room.watchers), HEALED_S)
        await until(lambda: warning in host.told.warnings, HEALED_S)
        await room.hush()
        await room.all_told(HEALED_S)
        room.check()
        assert all(len(each.told.epochs) == 1 and each.told.gaps == 0 for each in room.everybody)
        assert all("delayed" not in each.told.notices for each in near)


async def test_a_line_that_delays_and_loses_costs_time_and_nothing_else(fleet: Fleet) -> None:
    async with fleet.talking(every_s=EVERY_S) as room:
        fleet.line.become(Line.STUTTER)
        await asyncio.sleep(CUT_S)  # the fault itself
        await room.more_said(1)
        fleet.line.become(Line.PASS)
        assert await room.fan_out_is_back(HEALED_S) < HEALED_S
        await room.hush()
        await room.all_told(HEALED_S)
        room.check()
        assert all(len(each.told.epochs) == 1 for each in room.everybody)
