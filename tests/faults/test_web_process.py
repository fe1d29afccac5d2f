"""A web process is killed or stopped while people talk: they come back to exactly what they missed, wherever it is."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.faults.conftest import Fleet
from tests.support.fault_proxy import Line
from tests.support.fleet import until_open
from tests.support.regulars import Company, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

BACK_S = 7.5
# Longer than the others count its viewers without hearing of it.
STOPPED_S = 6.0


def is_one_log(room: Company) -> bool:
    return all(each.told.gaps == 0 and len(each.told.epochs) == 1 for each in room.everybody)


async def test_a_killed_process_is_left_for_another_one_and_nothing_is_missed(fleet: Fleet) -> None:
    async with fleet.talking(roaming=True) as room:
        theirs = [each for each in room.everybody if each.is_at(fleet.far.url)]
        assert len(theirs) == 5
        fleet.far.kill()
        assert await room.fan_out_is_back(BACK_S) < BACK_S
        await room.more_said(5)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert is_one_log(room)
        assert all(each.told.resumed == 1 for each in theirs)
        assert all(each.told.resumed == 0 for each in room.everybody if each not in theirs)
        # All are at one process now, and nobody counts twice once those of the dead one have expired.
        await until(lambda: {each.told.viewers for each in room.everybody} == {10}, 15)
    fleet.far.start()
    await until_open(fleet.far)


async def test_what_a_process_kept_and_could_not_tell_before_it_was_killed_is_told_by_jobs(fleet: Fleet) -> None:
    async with fleet.talking(roaming=True) as room:
        theirs = [each for each in room.speakers if each.is_at(fleet.far.url)]
        others = [each for each in room.everybody if each.is_at(fleet.near.url)]
        fleet.line.become(Line.STALL)
        await room.more_said(2, by=theirs)
        fleet.far.kill()
        kept = room.acked
        await until(lambda: all(kept.keys() <= each.told.lines.keys() for each in others), BACK_S)
        await room.hush()
        await room.all_told(BACK_S)
        assert [each.faults for each in room.everybody if each.faults] == []
    fleet.line.become(Line.PASS)
    fleet.far.start()
    await until_open(fleet.far)


async def test_a_process_that_was_stopped_for_a_while_tells_what_it_missed(fleet: Fleet) -> None:
    async with fleet.talking() as room:
        await until(lambda: {each.told.viewers for each in room.everybody} == {10}, 15)
        near = [each for each in room.everybody if each.is_at(fleet.near.url)]
        fleet.far.signal(signal.SIGSTOP)
        try:
            await room.more_said(20, by=[each for each in room.speakers if each in near])
            # It is taken for dead, and its viewers are not counted any more.
            await until(lambda: {each.told.viewers for each in near} == {5}, STOPPED_S + BACK_S)
        finally:
            fleet.far.signal(signal.SIGCONT)
        assert await room.fan_out_is_back(BACK_S) < BACK_S
        await until(lambda: {each.told.viewers for each in room.everybody} == {10}, 15)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert is_one_log(room)
        # Its sockets were held and are as good as ever; people may be asked back for what they alone were told.
        assert all(each.told.resumed == 0 for each in room.watchers)
        assert not await asyncio.to_thread(lambda: fleet.far.faults.keys() - {"media"})
