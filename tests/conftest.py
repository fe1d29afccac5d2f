"""Fixtures that every test may use. Databases and Redis servers are real ones, made for the run."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings
from sqlalchemy import create_engine

from livecart.adapters.sql.all_tables import metadata
from livecart.adapters.sql.database import Database
from tests.media.conftest import Peer
from tests.support.peers import MakePeer
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.reused_database import ReusedDatabase
from tests.support.running_shop import RunningShop

PATIENCE_MS = 5_000
# A machine full of tests keeps PostgreSQL from answering for longer than a shop should wait; who tests that sets it.
os.environ.setdefault("LIVECART_DATABASE_PATIENCE_MS", str(PATIENCE_MS))
# How long an example takes says more of the machine than of the code; timings belong to the benchmarks.
settings.register_profile("livecart", deadline=None)
settings.load_profile("livecart")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """While tests are found, nearly all that is made stays: looking for garbage would take a third of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        # Nor is it looked through later.
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """What tests measured and do not judge, since it says more of the machine: `record_property("figure", …)`."""
    reports = (
        report for each in terminalreporter.stats.values() for report in each if isinstance(report, pytest.TestReport)
    )
    figures = [
        (report.nodeid, value) for report in reports for name, value in report.user_properties if name == "figure"
    ]
    if figures:
        terminalreporter.section("figures")
        for test, figure in sorted(set(figures)):
            terminalreporter.line(f"{test.rpartition('/')[2]}: {figure}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied: making sixty tables costs ten times as much."""
    file = tmp_path_factory.mktemp("template") / "livecart.db"
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture
async def sqlite(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    """A fresh SQLite database with all tables."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def reused_database(postgres_server: PostgresServer) -> ReusedDatabase:
    return ReusedDatabase(postgres_server)


@pytest.fixture
async def postgres(reused_database: ReusedDatabase) -> AsyncIterator[Database]:
    """A PostgreSQL database with all tables and no rows. Tests that use it are marked `real`."""
    database = Database(await reused_database.url(), patience_ms=PATIENCE_MS)
    yield database
    await database.close()
    await reused_database.clean()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on both engines: a contract."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    # A socket's path has at most 107 bytes, and pytest's own folders are long.
    with tempfile.TemporaryDirectory(prefix="lc-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """A real Redis that all tests of this run share: use keys of your own."""
    return shared_redis.url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A real Redis of this test alone, to be stopped and restarted."""
    with tempfile.TemporaryDirectory(prefix="lc-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """`livecart serve --demo` as a user starts it, shared by all tests of this run: make your own people and goods."""
    with RunningShop(tmp_path_factory.mktemp("shop") / "data") as running:
        # Tests stop shows of the demo's host. As strikes these would bar her from the shows of the tests after them.
        no_rules = {"rules": [], "reason": "tests stop shows"}
        answer = running.call("PUT", "eligibility/rules", no_rules, token=running.log_in("root"))
        assert answer.status == 200, answer
        yield running


@pytest.fixture
async def peers() -> AsyncIterator[MakePeer]:
    """Makes aiortc peers, such as `peers(publisher)`, and closes them after the test."""
    made: list[Peer] = []

    def make(kind: Callable[[], Peer]) -> Peer:
        made.append(kind())
        return made[-1]

    yield make
    for peer in made:
        await peer.close()
