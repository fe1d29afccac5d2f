"""The connection to SQLite or PostgreSQL: engines, transactions, and foreign errors turned into ours.

SQLite takes one writer: `write()` hands out a pool of one connection whose transactions begin IMMEDIATE, so that two
writers queue here instead of failing with "database is locked". PostgreSQL may stand still without a word: lines.py
notices.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from livecart.adapters.sql.lines import STATEMENT_S, Lines, no_answer
from livecart.adapters.sql.one_trip import open_line
from livecart.adapters.sql.turns import Turns
from livecart.domain.errors import UnavailableError

_log = structlog.get_logger(__name__)

# Longer than a living server takes for a question that it need not think about, on a machine that is busy.
PATIENCE_MS = 200
SQLITE_BUSY_MS = 5_000
# A person waits at most this long for a connection before hearing "unavailable".
POSTGRES_WAIT_S, SQLITE_WAIT_S = 2.0, SQLITE_BUSY_MS / 1000
READERS, WRITERS = 8, 8
# Classes of SQLSTATE: connection exception, insufficient resources, operator intervention, a fault of its disk.
_NO_ENTRY = ("08", "53", "57P", "58")
_DISK_FULL = "53100"
# Somebody has to make room first.
RETRY_FULL_MS = 5_000


class Database:
    """Owns the engines of one process. `close()` is idempotent.

    `patience_ms`: how long PostgreSQL may be silent before whoever waits for it is told so, and the next ones at once.
    """

    def __init__(self, url: str, *, patience_ms: int = PATIENCE_MS) -> None:
        self.url = async_url(url)
        # Set by every commit of this process; whoever waits for news clears it.
        self.committed = asyncio.Event()
        self._has_room = True
        # Those of this process, reads and writes, without what opens and ends transactions.
        self.statements = 0
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lines = None if self.is_sqlite else Lines(patience_ms, self._refuse_waiting)
        if self._lines is None:
            self._reader = _sqlite_engine(self.url, size=READERS, begin="BEGIN")
            self._writer = _sqlite_engine(self.url, size=1, begin="BEGIN IMMEDIATE")
            self._reading, self._writing = Turns(READERS, SQLITE_WAIT_S), Turns(1, SQLITE_WAIT_S)
        else:
            self._reader = _postgres_engine(self.url, self._lines, size=READERS)
            self._writer = _postgres_engine(self.url, self._lines, size=WRITERS)
            self._reading, self._writing = Turns(READERS, POSTGRES_WAIT_S), Turns(WRITERS, POSTGRES_WAIT_S)

        for engine in (self._reader, self._writer):
            event.listen(engine.sync_engine, "before_cursor_execute", self._count)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state; nothing in it is kept. Raises UnavailableError."""
        with _translated(), self._watched():
            async with self._reading, self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits when the block ends, and rolls back when it raises. Raises UnavailableError."""
        try:
            with _translated(), self._watched():
                async with self._writing, self._writer.begin() as connection:
                    yield connection
        except UnavailableError as error:
            if _is_full(error.__cause__):
                self._tell_room(has_room=False)
            raise
        self._tell_room(has_room=True)
        self.committed.set()

    @asynccontextmanager
    async def migrate(self) -> AsyncIterator[AsyncConnection]:
        """A transaction as `write` gives, but for changes of the tables themselves, which may take their time.

        SQLite alters most of a table by copying and dropping it, which its foreign keys would refuse; so they are
        checked at the end, all at once.
        """
        if self._lines is None:
            engine = _sqlite_engine(self.url, size=1, begin="BEGIN IMMEDIATE", foreign_keys=False)
        else:
            engine = _postgres_engine(self.url, self._lines, size=1, statement_s=None)
        try:
            with _translated(), self._watched():
                async with engine.begin() as connection:
                    yield connection
                    if self.is_sqlite:
                        broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
                        if broken:
                            raise RuntimeError(f"rows would point at nothing: {broken[:5]}")
        finally:
            await engine.dispose()

    async def close(self) -> None:
        if self._lines is not None:
            await self._lines.close()
        await self._reader.dispose()
        await self._writer.dispose()

    def _tell_room(self, *, has_room: bool) -> None:
        """Once when the disk is full, and once when it is not any more: thousands of requests may find it so."""
        if has_room is self._has_room:
            return
        self._has_room = has_room
        if has_room:
            _log.info("the database has room on its disk again")
        else:
            _log.warning("the database has no room left on its disk; what would be written is refused until it has")

    def _refuse_waiting(self) -> None:
        self._reading.refuse_all()
        self._writing.refuse_all()

    def _watched(self) -> AbstractContextManager[None]:
        return nullcontext() if self._lines is None else self._lines.watched()

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.statements += 1


class _translated:  # noqa: N801 -- reads as a word: `with _translated():`
    """Turns what a driver raises when SQL is away, full or slow into UnavailableError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        # OSError: refused, or the socket's file is not there.
        gone = isinstance(error, OperationalError | OSError) or _refuses(error)
        if _is_full(error):
            raise UnavailableError("the database has no room left on its disk", retry_after_ms=RETRY_FULL_MS) from error
        if gone or (isinstance(error, DBAPIError) and error.connection_invalidated):
            raise no_answer() from error


def _refuses(error: BaseException | None) -> bool:
    """Whether PostgreSQL is starting, ending, full or gone in the middle of a handshake, or its line was just cut.

    SQLAlchemy lets some of what asyncpg raises while it connects through, and calls the rest no lost connection.
    """
    return _sqlstate(error).startswith(_NO_ENTRY) or _is_cut(error)


def _is_cut(error: BaseException | None) -> bool:
    """asyncpg's own InterfaceError, by its name: a shop on SQLite does not load asyncpg."""
    kind = type(error)
    return kind.__module__.startswith("asyncpg.") and kind.__name__ == "InterfaceError"


def _is_full(error: BaseException | None) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None) if isinstance(error, DBAPIError) else None
    return code == sqlite3.SQLITE_FULL or _sqlstate(error) == _DISK_FULL


def _sqlstate(error: BaseException | None) -> str:
    raised = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(raised, "sqlstate", ""))


def async_url(url: str) -> URL:
    """`sqlite:///file` and `postgresql://…` with the asynchronous drivers filled in."""
    parsed = make_url(url)
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
    }
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername))


def _postgres_engine(url: URL, lines: Lines, *, size: int, statement_s: float | None = STATEMENT_S) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"async_creator_fn": lines.open, "command_timeout": statement_s},
    )


def _sqlite_engine(url: URL, *, size: int, begin: str, foreign_keys: bool = True) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        connect_args={"async_creator_fn": open_line},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"busy_timeout={SQLITE_BUSY_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.connection.driver_connection.begin(begin)

    return engine
