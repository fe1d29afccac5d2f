"""The Store port on SQL: a transaction and the repositories that work in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.outbox import SqlOutbox


class SqlTransaction:
    """The repositories of one transaction, each made when it is first asked for."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection)


class SqlStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        async with self._database.read() as connection:
            yield SqlTransaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlTransaction]:
        async with self._database.write() as connection:
            yield SqlTransaction(connection)
