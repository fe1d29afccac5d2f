"""The database goes away: nothing is acknowledged that is not kept, the rooms stay open, and the same key goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.fleet import Part, WebPart, environment_of, furnish, until_open
from tests.support.people import make_show, register
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.regulars import company, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

BACK_S = 15.0


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """One that may be broken."""
    found = PostgresServer(durable=True)
    try:
        await asyncio.to_thread(found.start)
        yield found
    finally:
        await asyncio.to_thread(found.stop)


async def test_chat_is_refused_while_sql_is_away_and_each_line_is_said_once(
    tmp_path: Path, server: PostgresServer, redis_server: RedisServer
) -> None:
    url = await server.new_database(empty=True)
    await furnish(tmp_path, url)
    environment = environment_of(tmp_path, url, redis_server.url)
    web, jobs = WebPart(environment, tmp_path / "web.log"), Part(["jobs"], environment, tmp_path / "jobs.log")
    try:
        for part in (web, jobs):
            part.start()
        await until_open(web)
        show = (await asyncio.to_thread(lambda: make_show(web, web.log_in("mei"))))["show"]["id"]
        tokens = [await asyncio.to_thread(register, web) for _ in range(2)]
        async with company(show, [[web.url]] * 2, [([web.url], token) for token in tokens]) as room:
            room.talk(0.03)
            await room.more_said(5)
            await asyncio.to_thread(server.crash)
            refused = [len(each.refused) for each in room.speakers]
            await until(
                lambda: all(len(each.refused) >= n + 3 for each, n in zip(room.speakers, refused, strict=True)), BACK_S
            )
            assert {code for each in room.speakers for code in each.refused} == {"unavailable"}
            kept = len(room.acked)
            assert (await asyncio.to_thread(lambda: web.faults)).get("sql")
            assert len(room.acked) == kept
            await asyncio.to_thread(server.start_again)
            await room.more_said(5)
            await room.hush()
            await room.all_told(BACK_S)
            room.check()
            assert all(each.told.resumed == 0 and each.told.gaps == 0 for each in room.everybody), "nobody had to go"
    finally:
        jobs.stop()
        web.stop()
