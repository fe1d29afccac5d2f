"""The same show on two web processes, also on two machines, is one show: numbers, people and chat are the same."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.faults.conftest import Fleet
from tests.support.fault_proxy import FaultProxy
from tests.support.fleet import Part, WebPart, environment_of, furnish, until_open
from tests.support.other_host import HERE, THERE, another_host, needs_another_host
from tests.support.people import make_show, register
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.regulars import company, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

TOLD_S = 10.0


async def behave_as_one(here: WebPart, there: WebPart) -> None:
    show = (await asyncio.to_thread(lambda: make_show(here, here.log_in("mei"))))["show"]["id"]
    # People registered with one of them are known to the other; Ana is at both.
    ana = await asyncio.to_thread(register, here)
    lin = await asyncio.to_thread(register, there)
    speaking = [([here.url], ana), ([there.url], ana), ([there.url], lin)]
    async with company(show, [[here.url], [here.url], [there.url]], speaking) as room:
        await until(lambda: {each.told.viewers for each in room.everybody} == {5}, TOLD_S, lambda: "2 people, 3 guests")
        room.talk(0.02)
        await room.more_said(20)
        await room.hush()
        await room.all_told(TOLD_S)
        room.check()
        assert len({each.told.epochs[-1] for each in room.everybody}) == 1
        order = list(room.everybody[0].told.lines)
        assert len(order) >= 60
        assert all(list(each.told.lines) == order for each in room.everybody)
        numbers = room.everybody[0].told.numbers
        assert all(each.told.numbers == numbers for each in room.everybody), "the same line, the same number"


async def test_two_processes_behave_as_one(fleet: Fleet) -> None:
    await behave_as_one(fleet.near, fleet.far)


@needs_another_host
async def test_two_machines_behave_as_one(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = await postgres_server.new_database(empty=True)
    await furnish(tmp_path, url)
    name = url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lc-"))
        redis = RedisServer(Path(folder))
        redis.start()
        stack.callback(redis.stop)
        machine = stack.enter_context(another_host())
        # The other machine reaches both over the network, and nothing else.
        bus = stack.enter_context(FaultProxy(redis.socket, HERE))
        sql = stack.enter_context(FaultProxy(postgres_server.socket, HERE))
        ours = environment_of(tmp_path, url, redis.url)
        theirs = environment_of(tmp_path, f"postgresql://livecart@{sql.address}/{name}", f"redis://{bus.address}")
        here = WebPart(ours, tmp_path / "here.log", HERE)
        there = WebPart(theirs, tmp_path / "there.log", THERE, ["ip", "netns", "exec", machine])
        jobs = Part(["jobs"], ours, tmp_path / "jobs.log")
        for part in (here, there, jobs):
            part.start()
            stack.callback(part.stop)
        await until_open(here, there)
        await behave_as_one(here, there)
        async with Redis(unix_socket_path=str(redis.socket)) as client:
            assert await client.pubsub_numpat() == 0
    await postgres_server.drop(url)
