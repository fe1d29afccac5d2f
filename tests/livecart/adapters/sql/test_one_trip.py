from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.one_trip import ROWS_A_TRIP, OneTripConnection

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


async def test_a_statement_is_one_trip(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = 0
    visit = OneTripConnection.visit

    async def counted(*args: object) -> None:
        nonlocal trips
        trips += 1
        await visit(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(OneTripConnection, "visit", counted)
    async with database.read() as connection:
        # The first one begins the transaction, too.
        assert await count(connection) == ROWS
        before = trips
        assert await count(connection) == ROWS
        assert trips == before + 1
