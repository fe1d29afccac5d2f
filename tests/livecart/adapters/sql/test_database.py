from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.errors import UnavailableError


async def test_a_server_that_is_not_there_is_unavailable_and_no_fault_of_ours(tmp_path: Path) -> None:
    database = Database(f"postgresql://livecart@/any?host={tmp_path}")
    for way in (database.read, database.write):
        with pytest.raises(UnavailableError):
            async with way():
                pytest.fail("there is no server")
    await database.close()


async def test_a_server_that_takes_connections_and_says_nothing_is_noticed(tmp_path: Path) -> None:
    deaf: list[asyncio.StreamWriter] = []
    async with await asyncio.start_unix_server(lambda _, writer: deaf.append(writer), tmp_path / ".s.PGSQL.5432"):
        database = Database(f"postgresql://livecart@/any?host={tmp_path}", patience_ms=100)
        for way in (database.read, database.write, database.migrate):
            with pytest.raises(UnavailableError) as refusal:
                async with asyncio.timeout(5), way():
                    pytest.fail("there is no server")
            assert refusal.value.retry_after_ms
        asked = len(deaf)
        # Now it is known: the next ones are refused at once, and do not even knock.
        for _ in range(100):
            with pytest.raises(UnavailableError):
                async with database.read():
                    pytest.fail("there is no server")
        assert len(deaf) == asked
        await database.close()
        await database.close()
        for writer in deaf:
            writer.transport.abort()


@pytest.mark.parametrize(
    "raised",
    [
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        ConnectionRefusedError(),
        FileNotFoundError(),
    ],
)
async def test_a_server_that_refuses_is_unavailable(sqlite: Database, raised: Exception) -> None:
    with pytest.raises(UnavailableError):
        async with sqlite.read():
            raise raised


async def test_other_errors_stay_what_they_are(sqlite: Database) -> None:
    for raised in (ValueError(), asyncpg.UniqueViolationError("twice")):
        with pytest.raises(type(raised)):
            async with sqlite.read():
                raise raised
