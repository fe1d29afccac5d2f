from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.one_trip import ROWS_A_TRIP
from livecart.domain.errors import UnavailableError

ROWS = 2 * ROWS_A_TRIP + 3
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT)"))
        rows = [{"number": number, "name": f"thing {number}"} for number in range(ROWS)]
        done = await connection.execute(text("INSERT INTO things VALUES (:number, :name)"), rows)
        assert done.rowcount == ROWS
    yield database
    await database.close()


async def count(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT count(*) FROM things"))).scalar_one())


async def test_rows_of_any_number_come_all_and_in_order(database: Database) -> None:
    async with database.read() as connection:
        for size in (0, 1, ROWS_A_TRIP - 1, ROWS_A_TRIP, ROWS_A_TRIP + 1, ROWS):
            query = text("SELECT number FROM things ORDER BY number LIMIT :size")
            found = await connection.execute(query, {"size": size})
            assert [row.number for row in found] == list(range(size))


async def test_a_long_list_is_read_in_parts_and_may_be_left_in_the_middle(database: Database) -> None:
    query = text("SELECT number, name FROM things ORDER BY number")
    async with database.read() as connection:
        async with connection.stream(query) as rows:
            assert [row.number async for row in rows] == list(range(ROWS))
        async with connection.stream(query) as rows:
            assert (await rows.fetchone()).name == "thing 0"  # type: ignore[union-attr]
            assert len(await rows.fetchmany(ROWS_A_TRIP + 1)) == ROWS_A_TRIP + 1
        assert await count(connection) == ROWS
    # Nothing of it stands in the way of whoever changes the table.
    async with database.migrate() as connection:
        await connection.execute(text("DROP TABLE things"))


async def test_what_was_written_is_counted_and_returned(database: Database) -> None:
    async with database.write() as connection:
        gone = await connection.execute(text("DELETE FROM things WHERE number < 5 RETURNING number"))
        assert sorted(row.number for row in gone) == [0, 1, 2, 3, 4]
        assert (await connection.execute(text("UPDATE things SET name = '' WHERE number < 8"))).rowcount == 3
        assert (await connection.execute(text("DELETE FROM things WHERE number < 0"))).rowcount == 0


async def test_a_refused_statement_is_told_and_keeps_nothing(database: Database) -> None:
    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(text("DELETE FROM things WHERE number = 1"))
            await connection.execute(text("INSERT INTO things VALUES (7, 'again')"))

    with pytest.raises(IntegrityError):
        await write()
    async with database.read() as connection:
        assert await count(connection) == ROWS


async def test_who_gives_up_in_the_middle_leaves_the_line_as_it_was(database: Database) -> None:
    async def delete_slowly() -> None:
        async with database.write() as connection:
            await connection.execute(text("DELETE FROM things"))
            begun.set()
            await connection.execute(text(SLOW))

    begun = asyncio.Event()
    task = asyncio.create_task(delete_slowly())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as connection:
        assert await count(connection) == ROWS


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one with each visit to a connection's thread."""
    made: list[object] = []
    execute: Callable[..., Awaitable[object]] = aiosqlite.Connection._execute

    async def counted(line: aiosqlite.Connection, what: object, *args: object, **options: object) -> object:
        made.append(what)
        return await execute(line, what, *args, **options)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return made


async def test_a_transaction_is_as_many_trips_as_statements_and_its_end(
    database: Database, trips: list[object]
) -> None:
    async with database.read() as connection:
        # The first one opens the file.
        await count(connection)
    trips.clear()
    async with database.read() as connection:
        assert (await count(connection), await count(connection)) == (ROWS, ROWS)
    assert len(trips) == 2 + 1
    trips.clear()
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM things WHERE number < 3"))
    assert len(trips) == 1 + 1
    trips.clear()
    async with database.write() as connection:
        pass
    assert trips == []


async def test_a_writer_takes_the_lock_with_its_first_statement(database: Database) -> None:
    """Two who read and then write do not both read what was before."""

    async def add() -> None:
        async with database.write() as connection:
            found = await count(connection)
            await connection.execute(text("INSERT INTO things VALUES (:number, '')"), {"number": found})

    await asyncio.gather(*(add() for _ in range(20)))
    async with database.read() as connection:
        assert await count(connection) == ROWS + 20


async def test_a_writer_that_was_never_let_in_leaves_the_line_as_it_was(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    async with database.write() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=1")
    other.execute("BEGIN IMMEDIATE")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await add_one(database)
    other.execute("ROLLBACK")
    other.close()
    await add_one(database)
    async with database.read() as connection:
        assert await count(connection) == ROWS + 1


async def add_one(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO things VALUES (:number, '')"), {"number": ROWS})
