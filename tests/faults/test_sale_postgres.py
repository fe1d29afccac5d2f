"""Rows 26 and 28: PostgreSQL is killed, loses an answer, or stands still in the middle of a sale."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable

import aiohttp
import pytest

from tests.faults.test_sale_processes import BACK_S, REPEATS, Figures, part_of, ready_again, selling
from tests.support.doom import OF_ORDERS, Point
from tests.support.families import kill_family
from tests.support.fault_proxy import Snare
from tests.support.full import FULL
from tests.support.postgres import PostgresServer
from tests.support.regulars import until
from tests.support.sale import Sale

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

STOPPED_S = 10.0 if FULL else 2.5
# The promise on a quiet machine; on one that does other work most answers, and none may be one of seconds.
REFUSED_S, LATEST_S = 0.3, 1.5
# As the driver sends it, and as the server answers.
COMMIT, COMMITTED = b"COMMIT;\0", b"COMMIT\0"


async def back_with(sale: Sale, server_starts: Awaitable[None]) -> float:
    """How many seconds it takes until server and shop are well again."""
    began = time.monotonic()
    await server_starts
    assert await sale.all_is_well() < BACK_S
    return time.monotonic() - began


async def start_again(server: PostgresServer) -> None:
    await asyncio.to_thread(server.wait_for_end)
    await asyncio.to_thread(server.start_again)


@pytest.mark.parametrize("point", OF_ORDERS)
async def test_a_database_that_is_killed_keeps_what_was_acknowledged(
    postgres_sale: Sale, point: Point, record_property: Figures
) -> None:
    sale, server = postgres_sale, postgres_sale.postgres
    assert server is not None
    part, chances, back_s = part_of(sale, point), random.Random(point.name), []
    async with selling(sale):
        for _ in range(REPEATS):
            await sale.crowd.more(5)
            sale.dooms[part].arm(point, chances.randint(1, 5), [server.pid])
            await sale.struck(part)
            back_s.append(await back_with(sale, start_again(server)))
        await sale.crowd.more()
    record_property("figure", ready_again(back_s))


async def test_a_database_may_be_killed_at_any_time(postgres_sale: Sale, record_property: Figures) -> None:
    sale, server = postgres_sale, postgres_sale.postgres
    assert server is not None
    chances, back_s = random.Random(26), []
    async with selling(sale):
        for _ in range(REPEATS):
            await asyncio.sleep(chances.uniform(0, 0.5))  # the fault itself
            await asyncio.to_thread(server.kill)
            back_s.append(await back_with(sale, asyncio.to_thread(server.start_again)))
        await sale.crowd.more()
    record_property("figure", ready_again(back_s))


@pytest.mark.parametrize("dies", [False, True], ids=["a line that breaks", "a server that dies"])
@pytest.mark.parametrize("committed", [False, True], ids=["before the commit", "after the commit, before its answer"])
async def test_a_commit_that_nobody_hears_of_is_found_by_its_key(
    postgres_sale: Sale, committed: bool, dies: bool
) -> None:
    """Whether it was done is in doubt: the buyer hears `unavailable`, and asks again."""
    sale, server, line = postgres_sale, postgres_sale.postgres, postgres_sale.line
    assert server is not None
    assert line is not None

    def then() -> None:
        if dies:
            kill_family(server.pid)

    async with selling(sale):
        for _ in range(REPEATS):
            await sale.crowd.more(5)
            line.lay(Snare(COMMITTED if committed else COMMIT, from_server=committed, then=then))
            await until(lambda: line.has_caught, BACK_S)
            if dies:
                await start_again(server)
            assert await sale.all_is_well() < BACK_S
        await sale.crowd.more()
    assert {refusal.code for refusal in sale.crowd.refusals} <= {"unavailable"}


async def test_a_database_that_stands_still_is_noticed_at_once_and_doubles_nothing(postgres_sale: Sale) -> None:
    sale, server = postgres_sale, postgres_sale.postgres
    assert server is not None
    for buyer in sale.crowd.buyers:
        buyer.refusals.clear()
    async with selling(sale):
        await sale.crowd.more(10)
        server.pause()
        try:
            await stand_still(sale)
        finally:
            server.resume()
        assert await sale.all_is_well() < BACK_S
        await sale.crowd.more()
    refusals = sale.crowd.refusals
    assert len(refusals) > 10 * STOPPED_S
    assert {(each.status, each.code, each.retry_after) for each in refusals} == {(503, "unavailable", "1")}
    took = sorted(each.seconds for each in refusals)
    print(f"{len(took)} refused, half within {took[len(took) // 2]:.3f} s, all within {took[-1]:.3f} s")  # noqa: T201
    assert took[len(took) * 9 // 10] < REFUSED_S, took[-20:]
    assert took[-1] < LATEST_S, took[-20:]
    assert sum(buyer.unanswered for buyer in sale.crowd.buyers) == 0, "somebody waited until he gave up"


async def stand_still(sale: Sale) -> None:
    """While nothing is answered: who reads is refused too, and the process says that it is not ready."""
    began = time.monotonic()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        while time.monotonic() - began < STOPPED_S:
            for path in ("/api/v1/shows", f"/api/v1/shows/{sale.crowd.goods.show}", "/readyz"):
                asked = time.monotonic()
                async with http.get(f"{sale.web.url}{path}") as response:
                    assert response.status == 503
                assert time.monotonic() - asked < LATEST_S
            async with http.get(f"{sale.web.url}/healthz") as response:
                assert response.status == 200
            await asyncio.sleep(0.1)
