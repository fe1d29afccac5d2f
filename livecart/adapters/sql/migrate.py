"""Brings a database to the tables of this version (Alembic), SQLite and PostgreSQL alike."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.revision import MIGRATIONS


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # Without this, Alembic splits the folder's path at spaces and colons.
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Applies what is missing; nothing if the database is up to date. Safe to run from several processes."""
    async with database.migrate() as connection:
        await connection.run_sync(_locked, database.is_sqlite)
        await connection.run_sync(lambda held: command.upgrade(_config(held), revision))


async def downgrade(database: Database, revision: str) -> None:
    async with database.migrate() as connection:
        await connection.run_sync(_locked, database.is_sqlite)
        await connection.run_sync(lambda held: command.downgrade(_config(held), revision))


def _locked(connection: Connection, is_sqlite: bool) -> None:
    """One migration at a time: SQLite's write transaction is exclusive by itself, PostgreSQL takes an advisory lock."""
    if not is_sqlite:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236829)")
