"""Which revision of the tables a database has, and which one this version needs. Making them is in migrate.py.

Apart from that file because a web process asks this often and has no other use for Alembic (15 MB, half a second).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from livecart.adapters.sql.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The files in versions/ are called NUMBER_what.py, and NUMBER is the revision."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def is_current(database: Database) -> bool:
    """Is the database at this version's newest revision? Raises UnavailableError."""
    async with database.read() as connection:
        if not await connection.run_sync(lambda held: inspect(held).has_table("alembic_version")):
            return False
        found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        return found.scalar_one_or_none() == newest()
