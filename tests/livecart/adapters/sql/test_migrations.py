"""A database with rows in every table goes up and down through all revisions, and no row is lost or changed."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from livecart.adapters.sql import migrate
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.revision import MIGRATIONS
from livecart.adapters.sql.tables import metadata
from tests.support.full import in_full
from tests.support.rows_everywhere import ROWS, Rows, fill, reflected

pytestmark = pytest.mark.real

NEWEST = 5
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
FIRST = REVISIONS[0]


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
