"""One shop for all tests of faults: two web processes, the second with a line to Redis that can be cut."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.fault_proxy import FaultProxy, Line
from tests.support.fleet import Part, WebPart, environment_of, furnish, until_open, wait_until_open
from tests.support.people import make_show, register
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.regulars import Company, company
from tests.support.sale import Sale, open_sale


@dataclass(frozen=True, slots=True)
class Fleet:
    """`near` talks with Redis directly, `far` over `line`. `redis` keeps what it has on disk."""

    near: WebPart
    far: WebPart
    jobs: Part
    redis: RedisServer
    line: FaultProxy

    @property
    def webs(self) -> tuple[WebPart, WebPart]:
        return (self.near, self.far)

    def new_show(self) -> str:
        show: str = make_show(self.near, self.near.log_in("mei"))["show"]["id"]
        return show

    @asynccontextmanager
    async def talking(self, *, roaming: bool = False, every_s: float = 0.03) -> AsyncIterator[Company]:
        """Three watch and two talk at each process; each of them was told something when it begins.

        `roaming`: whose process goes away comes back at the other one.
        """
        show = await asyncio.to_thread(self.new_show)
        tokens = [await asyncio.to_thread(register, self.near) for _ in range(4)]
        ways = [[self.near.url, self.far.url], [self.far.url, self.near.url]]
        if not roaming:
            ways = [way[:1] for way in ways]
        watching = [way for way in ways for _ in range(3)]
        async with company(show, watching, [(ways[n % 2], token) for n, token in enumerate(tokens)]) as found:
            found.talk(every_s)
            await found.more_said(5)
            yield found


@pytest.fixture(scope="package")
def whole_fleet(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[Fleet]:
    data = tmp_path_factory.mktemp("fleet")
    database_url = asyncio.run(_database(data, postgres_server))
    with tempfile.TemporaryDirectory(prefix="lc-") as folder:
        redis = RedisServer(Path(folder), durable=True)
        redis.start()
        with FaultProxy(redis.socket) as line:
            near = WebPart(environment_of(data, database_url, redis.url), data / "near.log")
            far = WebPart(environment_of(data, database_url, f"redis://{line.address}"), data / "far.log")
            jobs = Part(["jobs"], environment_of(data, database_url, redis.url), data / "jobs.log")
            parts = (near, far, jobs)
            try:
                for part in parts:
                    part.start()
                wait_until_open(near, far)
                yield Fleet(near, far, jobs, redis, line)
            finally:
                line.become(Line.PASS)
                for part in parts:
                    part.stop()
                redis.stop()


@pytest.fixture
async def fleet(whole_fleet: Fleet) -> AsyncIterator[Fleet]:
    """All is well before the test, and must be again after it."""
    yield whole_fleet
    whole_fleet.line.become(Line.PASS)
    await until_open(*whole_fleet.webs)


async def _database(data: Path, server: PostgresServer) -> str:
    url = await server.new_database(empty=True)
    await furnish(data, url)
    return url


@pytest.fixture(scope="package")
def sqlite_sale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sale]:
    with open_sale("sqlite", tmp_path_factory.mktemp("sale")) as sale:
        yield sale


@pytest.fixture(scope="package")
def postgres_sale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sale]:
    with open_sale("postgresql", tmp_path_factory.mktemp("sale")) as sale:
        yield sale


@pytest.fixture(params=["sqlite_sale", "postgres_sale"])
def sale(request: pytest.FixtureRequest) -> Sale:
    """The same fault on both engines."""
    found: Sale = request.getfixturevalue(request.param)
    return found
