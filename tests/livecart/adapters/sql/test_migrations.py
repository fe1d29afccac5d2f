"""A database with rows in every table goes up and down through all revisions, and no row is lost or changed."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, func, insert, select

from livecart.adapters.sql import migrate
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.revision import MIGRATIONS
from livecart.adapters.sql.tables import metadata
from tests.support.full import in_full

pytestmark = pytest.mark.real

ROWS = 3
NEWEST = 5
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
FIRST = REVISIONS[0]
# Where a constraint wants more than a value of the right type.
CHOSEN: dict[str, Any] = {
    "variants.stock": 100,
    "orders.total_minor": 100,
    "payments.amount_minor": 100,
    "offers.quantity": 100,
    "coupons.total": 100,
    "red_packets.total_minor": 100,
    "red_packets.shares": 100,
    "bans.until_ms": 10**15,
    "gift_streaks.price_minor": 1,
    "waitlist_places.kind": "offer",
    "waitlist_places.units": 1,
    "creator_applications.state": "granted",
    "legal_holds.kind": "person",
    "sanctions.kind": "mute",
    "sanctions.until_ms": 10**15,
    "host_warnings.deadline_ms": 10**15,
}

Rows = dict[str, list[dict[str, Any]]]


async def reflected(database: Database) -> MetaData:
    found = MetaData()

    def reflect(connection: Connection) -> None:
        found.reflect(connection)

    async with database.read() as connection:
        await connection.run_sync(reflect)
    found.remove(found.tables["alembic_version"])
    return found


def value(column: Column[Any], number: int, made: Rows) -> Any:
    table: Table = column.table
    for key in column.foreign_keys:
        target = key.column.table.name
        earlier = made.get(target, [])
        if target == table.name:  # at a row that is there already
            return earlier[0][key.column.name] if earlier else None
        # Two columns that point at one table point at different rows: nobody follows himself.
        beside = [
            each for each in table.columns if any(other.column.table.name == target for other in each.foreign_keys)
        ]
        return earlier[(number + beside.index(column)) % len(earlier)][key.column.name] if earlier else None
    if f"{table.name}.{column.name}" in CHOSEN:
        return CHOSEN[f"{table.name}.{column.name}"]
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number + 1
    return f"{table.name} {column.name} {number} 茶"


async def fill(database: Database, made: Rows) -> None:
    """Rows in every table that has none yet."""
    tables = await reflected(database)
    async with database.write() as connection:
        for table in tables.sorted_tables:
            if table.name in made:
                continue
            made[table.name] = []
            for number in range(ROWS):
                row = {column.name: value(column, number, made) for column in table.columns}
                await connection.execute(insert(table).values(row))
                made[table.name].append(row)


async def kept(database: Database, made: Rows) -> None:
    """Every table that there is has its rows, in the columns that there are."""
    tables = await reflected(database)
    async with database.read() as connection:
        for table in tables.sorted_tables:
            found = [dict(row) for row in (await connection.execute(select(table))).mappings()]
            assert len(found) == len(made.get(table.name, [])), table.name
            for row in made.get(table.name, []):
                expected = {name: each for name, each in row.items() if name in table.columns}
                assert any(expected.items() <= each.items() for each in found), (table.name, expected)


async def count(database: Database) -> int:
    tables = await reflected(database)
    async with database.read() as connection:
        return sum(
            [
                (await connection.execute(select(func.count()).select_from(each))).scalar_one()
                for each in tables.tables.values()
            ]
        )


async def test_rows_survive_every_step_up_and_down(database: Database) -> None:
    async with database.write() as connection:
        await connection.run_sync(metadata.drop_all)
    await migrate.upgrade(database, FIRST)
    made: Rows = {}
    await fill(database, made)
    first = dict(made)
    assert await count(database) == ROWS * len(first) > 20
    for revision in REVISIONS[1:]:
        await migrate.upgrade(database, revision)
        await kept(database, made)
        await fill(database, made)
        await kept(database, made)
    assert set(made) == set(metadata.tables)
    await migrate.downgrade(database, FIRST)
    assert set((await reflected(database)).tables) == set(first)
    await kept(database, first)
    await migrate.upgrade(database)
    await kept(database, first)


# The way through all of them is tested above; alone, and in short runs, those that are new.
@pytest.mark.parametrize(
    "revision",
    [*(pytest.param(each, marks=in_full) for each in REVISIONS[:-NEWEST]), *REVISIONS[-NEWEST:-1]],
)
async def test_a_step_down_and_up_again_keeps_what_both_have(database: Database, revision: str) -> None:
    async with database.write() as connection:
        await connection.run_sync(metadata.drop_all)
    await migrate.upgrade(database)
    made: Rows = {}
    await fill(database, made)
    await migrate.downgrade(database, revision)
    left = (await reflected(database)).tables
    older = {
        name: [{column: each for column, each in row.items() if column in left[name].columns} for row in rows]
        for name, rows in made.items()
        if name in left
    }
    await kept(database, older)
    await migrate.upgrade(database)
    await kept(database, older)
