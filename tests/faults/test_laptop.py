"""`livecart serve` on SQLite: its Redis and its web process are killed while people talk; all comes back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.people import make_show, register
from tests.support.regulars import company
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# Until a process is there again that was killed, and everybody with it.
BACK_S = 20.0


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[RunningShop]:
    with RunningShop(tmp_path / "data") as running:
        yield running


async def test_whatever_is_killed_nothing_that_was_said_is_lost(laptop: RunningShop) -> None:
    show = (await asyncio.to_thread(lambda: make_show(laptop, laptop.log_in("mei"))))["show"]["id"]
    tokens = [await asyncio.to_thread(register, laptop) for _ in range(3)]
    async with company(show, [[laptop.url]] * 3, [([laptop.url], token) for token in tokens]) as room:
        room.talk(0.03)
        await room.more_said(5)
        for pids in (laptop.redis, lambda: laptop.parts("web"), laptop.redis):
            (pid,) = pids()
            os.kill(pid, signal.SIGKILL)
            assert await room.fan_out_is_back(BACK_S) < BACK_S
            await room.more_said(5)
        await room.hush()
        await room.all_told(BACK_S)
        room.check()
        assert all(each.told.resumed + each.told.gaps >= 3 for each in room.everybody)
