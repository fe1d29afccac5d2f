"""A PostgreSQL that is slow is waited for; one that stands still is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import READERS, WRITERS, Database
from livecart.domain.errors import UnavailableError
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.real

PATIENCE_MS = 200
# A busy machine may take longer to notice, but not as long as one tries to connect.
NOTICED_S = 3.0


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    url = await postgres_server.new_database(empty=True)
    found = Database(url, patience_ms=PATIENCE_MS)
    async with found.write() as connection:
        await connection.execute(text("CREATE TABLE kept (number int PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO kept VALUES (0)"))
    yield found
    await found.close()
    await postgres_server.drop(url)


@contextmanager
def standing_still(server: PostgresServer) -> Iterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.resume()


async def keep(database: Database, number: int) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})


async def numbers(database: Database) -> set[int]:
    async with database.read() as connection:
        return set((await connection.execute(text("SELECT number FROM kept"))).scalars())


async def until_it_answers(database: Database) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await numbers(database)
            except UnavailableError:
                await asyncio.sleep(0.02)
            else:
                return


async def test_a_statement_that_takes_long_is_waited_for(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(text("SELECT pg_sleep(1.0)"))


async def test_who_waits_for_a_lock_is_not_taken_for_one_who_gets_no_answer(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE kept SET number = 1"))
        second = asyncio.create_task(keep(database, 1))
        await asyncio.sleep(5 * PATIENCE_MS / 1000)  # so long is waited
        assert not second.done()
        await connection.execute(text("UPDATE kept SET number = 2"))
    await second
    assert await numbers(database) == {1, 2}


@pytest.mark.parametrize("connected", [0, READERS])
async def test_all_who_wait_are_told_together_and_the_next_ones_at_once(
    database: Database, postgres_server: PostgresServer, connected: int
) -> None:
    await asyncio.gather(*(numbers(database) for _ in range(connected)))
    with standing_still(postgres_server):
        began = time.monotonic()
        # More than there are connections: some wait for one.
        waiting = [numbers(database) for _ in range(2 * READERS)] + [keep(database, n) for n in range(2 * WRITERS)]
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(answer) for answer in answers} == {UnavailableError}
        assert time.monotonic() - began < NOTICED_S
        began = time.monotonic()
        answers = await asyncio.gather(*(numbers(database) for _ in range(100)), return_exceptions=True)
        assert {type(answer) for answer in answers} == {UnavailableError}
        assert time.monotonic() - began < PATIENCE_MS / 1000
    await until_it_answers(database)
    await keep(database, 100)
    assert {0, 100} <= await numbers(database)


async def test_a_line_that_is_cut_before_it_is_ready_is_no_fault_of_ours(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = asyncpg.connect

    async def connect_and_cut(**where: Any) -> Any:
        connection = await connect(**where)
        connection.terminate()
        return connection

    monkeypatch.setattr(asyncpg, "connect", connect_and_cut)
    with pytest.raises(UnavailableError):
        await numbers(database)


async def test_a_transaction_that_stood_still_is_kept_whole_or_not_at_all(
    database: Database, postgres_server: PostgresServer
) -> None:
    async def keep_two() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO kept VALUES (10)"))
            postgres_server.pause()
            await connection.execute(text("INSERT INTO kept VALUES (11)"))

    try:
        with pytest.raises(UnavailableError):
            await keep_two()
    finally:
        postgres_server.resume()
    await until_it_answers(database)
    assert await numbers(database) == {0}
    await keep(database, 10)


async def test_a_server_that_stands_still_again_and_again_costs_no_connections(
    database: Database, postgres_server: PostgresServer
) -> None:
    for _ in range(3):
        with standing_still(postgres_server), pytest.raises(UnavailableError):
            await numbers(database)
        await until_it_answers(database)
    async with asyncio.timeout(10):
        while True:
            async with database.read() as connection:
                query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
                count = (await connection.execute(query)).scalar_one()
            if count <= READERS + WRITERS + 1:
                return
            await asyncio.sleep(0.05)
