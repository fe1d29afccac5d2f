"""Row 26 for gifts: a process killed while they are sent, or while hosts are paid, loses and doubles nothing."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.faults.test_sale_processes import BACK_S, REPEATS, Figures, ready_again
from tests.support.crowd import FUNDS_MINOR
from tests.support.doom import Point
from tests.support.givers import gather_givers
from tests.support.sale import Giving, Sale

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@asynccontextmanager
async def giving(sale: Sale) -> AsyncIterator[None]:
    """In the end every gift that was acknowledged is in a streak that was paid once, and the sale's books agree."""
    givers = gather_givers(sale.web)
    async with aiohttp.ClientSession() as http:
        for each in givers.people:
            await each.fill_wallet(http)
    async with givers.giving():
        yield
    given_minor = await givers.reckon(sale.database_url)
    sale.given.append(Giving(FUNDS_MINOR * len(givers.people), given_minor))
    await sale.reckon()


# Streaks end by the clock: in `jobs`, which on SQLite the web process does too.
@pytest.mark.parametrize("point", [Point.COMMIT, Point.ANSWER, Point.PAY, Point.PAID])
async def test_a_gift_is_taken_and_paid_once_whoever_is_killed(
    sale: Sale, point: Point, record_property: Figures
) -> None:
    part = sale.web if point in {Point.COMMIT, Point.ANSWER} else sale.jobs
    chances, back_s = random.Random(point.name), []
    async with giving(sale):
        for _ in range(REPEATS):
            sale.dooms[part].arm(point, chances.randint(1, 3))
            await sale.struck(part)
            back_s.append(await sale.revive(part))
            assert back_s[-1] < BACK_S
    if part is sale.web:
        record_property("figure", ready_again(back_s))
