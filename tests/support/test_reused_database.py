"""A database that the next test gets is as good as new, whatever the last one did in it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.domain.errors import UnavailableError
from tests.support.postgres import PostgresServer
from tests.support.reused_database import ReusedDatabase

pytestmark = pytest.mark.real

PERSON = (
    "INSERT INTO people (id, handle, display_name, role, password_hash, created_at_ms) "
    "VALUES ('a', 'a', 'A', 'viewer', '', 0)"
)
NEWS = "INSERT INTO outbox (event_id, type, data, at_ms, published) VALUES (:event, 't', '', 0, false) RETURNING id"


@pytest.fixture
def reused(postgres_server: PostgresServer) -> ReusedDatabase:
    return ReusedDatabase(postgres_server)


async def does(url: str, *statements: str) -> list[object]:
    """What each answered first."""
    database = Database(url)
    try:
        async with database.write() as connection:
            found = [await connection.execute(text(statement)) for statement in statements]
            return [each.scalar() if each.returns_rows else None for each in found]
    finally:
        await database.close()


async def test_rows_are_gone_and_the_tables_are_there(reused: ReusedDatabase) -> None:
    url = await reused.url()
    await does(url, PERSON)
    await reused.clean()
    assert await reused.url() == url
    assert await does(url, "SELECT count(*) FROM people") == [0]
    await reused.drop()


async def test_numbers_begin_again(reused: ReusedDatabase) -> None:
    url = await reused.url()
    news = [NEWS.replace(":event", f"'{number}'") for number in range(2)]
    first = await does(url, *news)
    await reused.clean()
    assert await does(await reused.url(), *news) == first == [1, 2]
    await reused.drop()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE variants DROP CONSTRAINT ck_variants_stock",
        "ALTER TABLE people ADD COLUMN more int",
        "CREATE TABLE things (id int)",
        "DROP TABLE outbox",
    ],
)
async def test_one_whose_tables_were_changed_is_given_up(reused: ReusedDatabase, change: str) -> None:
    url = await reused.url()
    await does(url, change)
    await reused.clean()
    assert await reused.url() != url
    await reused.drop()


async def test_one_in_which_somebody_still_writes_is_given_up(reused: ReusedDatabase) -> None:
    url = await reused.url()
    database = Database(url)

    async def write_too_long() -> None:
        async with database.write() as connection:
            await connection.execute(text(PERSON))
            await reused.clean()

    with pytest.raises(UnavailableError):
        await write_too_long()
    assert await reused.url() != url
    await database.close()
    await reused.drop()
