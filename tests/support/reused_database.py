"""A PostgreSQL database that tests use one after the other: emptying its tables is far cheaper than making them."""

from __future__ import annotations

from typing import Any

import asyncpg  # type: ignore[import-untyped]

from tests.support.postgres import PostgresServer

# Rows that were deleted stay in its files, and are stepped over by whoever comes next.
MAX_GROWTH_BYTES = 4 << 20
LOCK_S = 1

# Without the foreign keys' triggers, so the order of the tables does not matter. A table that was never written to
# has no file yet.
_EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE each record;
BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM %s', each.name);
    END LOOP;
    PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END $$
"""
# Everything that has a name, with what a change of it changes.
_SHAPE = """
SELECT md5(string_agg(shape, ';' ORDER BY shape)) FROM (
    SELECT format('%s %s %s', oid, relname, relnatts) AS shape
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s %s', oid, conname, convalidated)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', oid, tgname) FROM pg_trigger
    UNION ALL SELECT format('%s %s', oid, proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS shapes
"""
# Whoever still writes here is left this database, and the next test gets another one.
_UNFINISHED = """
SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL)
"""
_SIZE = "SELECT pg_database_size(current_database())"


class ReusedDatabase:
    """One test at a time: `url()` before it and `clean()` after it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._url = ""
        self._shape = ""
        self._size = 0

    async def url(self) -> str:
        """Of a database with all tables and no rows."""
        if not self._url:
            self._url = await self._server.new_database()
            connection = await self._connect()
            try:
                self._shape, self._size = await connection.fetchval(_SHAPE), await connection.fetchval(_SIZE)
            finally:
                await connection.close()
        return self._url

    async def clean(self) -> None:
        """Empties it, or gives it up when that cannot be done or would not make it what it was."""
        connection = await self._connect()
        try:
            as_new = await self._empty(connection)
        finally:
            await connection.close()
        if not as_new:
            await self.drop()

    async def drop(self) -> None:
        """The next test gets another one."""
        url, self._url = self._url, ""
        await self._server.drop(url)

    async def _empty(self, connection: Any) -> bool:
        if await connection.fetchval(_UNFINISHED) or await connection.fetchval(_SHAPE) != self._shape:
            return False
        try:
            async with connection.transaction():
                await connection.execute(_EMPTY)
        except asyncpg.LockNotAvailableError:
            return False
        return bool(await connection.fetchval(_SIZE) < self._size + MAX_GROWTH_BYTES)

    async def _connect(self) -> Any:
        return await asyncpg.connect(self._url, server_settings={"lock_timeout": f"{LOCK_S}s"})
