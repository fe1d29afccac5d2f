"""Fixtures that every test may use. Databases and Redis servers are real ones, made for the run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import metadata


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh SQLite database with all tables."""
    database = Database(f"sqlite:///{tmp_path / 'livecart.db'}")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()
