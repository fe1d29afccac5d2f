from __future__ import annotations

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
