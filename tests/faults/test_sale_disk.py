"""Row 39: the database's disk is full in the middle of a sale. Nothing is acknowledged that is not kept."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.full import FULL
from tests.support.sale import Sale, open_sale
from tests.support.small_disk import SmallDisk, needs_a_small_disk, small_disk

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# So many in a row.
REFUSED = 30
FULL_S = 1.0
BACK_S = 20.0
LATEST_S = 2.0


@asynccontextmanager
async def full(sale: Sale, fill: Callable[[], None], free: Callable[[], None]) -> AsyncIterator[None]:
    """Orders are refused while the disk is full, and none of them was kept or is lost."""
    for buyer in sale.crowd.buyers:
        buyer.refusals.clear()
    async with sale.crowd.buying():
        await sale.crowd.more(10)
        await asyncio.to_thread(fill)
        try:
            await until_refused(sale)
            known = len(sale.crowd.bought)
            await asyncio.sleep(FULL_S)  # the fault itself
            assert len(sale.crowd.bought) == known, "an order was acknowledged that has no room"
            assert (await asyncio.to_thread(sale.web.call, "GET", "/healthz")).status == 200
        finally:
            await asyncio.to_thread(free)
        yield
        assert await sale.all_is_well() < BACK_S
        await sale.crowd.more()
    refusals = sale.crowd.refusals
    assert {(each.status, each.code) for each in refusals} == {(503, "unavailable")}
    assert all(each.retry_after for each in refusals)
    assert max(each.seconds for each in refusals) < LATEST_S
    await sale.reckon()


async def until_refused(sale: Sale) -> None:
    """What has its place from before may still be kept; then everybody is refused."""
    known, since = -1, 0
    while True:
        if len(sale.crowd.bought) != known:
            known, since = len(sale.crowd.bought), len(sale.crowd.refusals)
        if len(sale.crowd.refusals) >= since + REFUSED:
            return
        await asyncio.sleep(0.02)


@pytest.fixture
def on_small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sale, SmallDisk]]:
    """A sale whose database is alone on its disk: of an engine, and so many megabytes."""
    engine, megabytes = request.param
    with small_disk(megabytes) as disk, open_sale(engine, tmp_path, disk.folder) as sale:
        yield sale, disk


@needs_a_small_disk
@pytest.mark.parametrize("on_small_disk", [("sqlite", 24)], indirect=True, ids=["24 MB"])
async def test_a_full_disk_of_sqlite_refuses_and_loses_nothing(on_small_disk: tuple[Sale, SmallDisk]) -> None:
    sale, disk = on_small_disk
    for _ in range(2 if FULL else 1):
        async with full(sale, disk.fill, disk.free):
            pass
    assert "no room left" in sale.web.log
    assert "has room on its disk again" in sale.web.log


async def test_a_file_of_sqlite_that_may_not_grow_refuses_and_loses_nothing(sqlite_sale: Sale) -> None:
    """Every write beyond the first kilobyte fails, of the database and of its log alike."""

    def limit(size: int) -> None:
        resource.prlimit(sqlite_sale.web.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async with full(sqlite_sale, lambda: limit(1_024), lambda: limit(resource.RLIM_INFINITY)):
        pass


@needs_a_small_disk
@pytest.mark.parametrize("on_small_disk", [("postgresql", 160)], indirect=True, ids=["160 MB"])
async def test_a_full_disk_of_postgresql_refuses_and_loses_nothing(on_small_disk: tuple[Sale, SmallDisk]) -> None:
    sale, disk = on_small_disk
    server = sale.postgres
    assert server is not None
    async with full(sale, disk.fill, disk.free):
        # It may have ended over it, as PostgreSQL does when its own log has no room.
        if not server.is_running:
            await asyncio.to_thread(server.start_again)
