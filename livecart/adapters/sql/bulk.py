"""Many rows in one statement: PostgreSQL takes them as arrays (`unnest`), SQLite as one JSON text (`json_each`).

A statement for each row, as executemany sends them, about halves what the group committer sells on PostgreSQL
(bench/committer.py); on SQLite both take the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert_rows(connection: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts the rows, all of which have the same columns."""
    if listed := list(rows):
        names, source, parameters = _source(connection, table, listed)
        statement = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source}"  # noqa: S608 -- names of our own
        await connection.exec_driver_sql(statement, parameters)


async def meanwhile(statements: Coroutine[Any, Any, None], make: Callable[[], T]) -> T:
    """Runs the statements, and makes up what the next ones need while the database works on the first of them."""

    async def made() -> T:
        return make()

    # Its turn comes when the first statement is sent.
    making = asyncio.create_task(made())
    try:
        await statements
        return await making
    finally:
        making.cancel()


async def insert_new_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """Inserts the rows whose key does not exist yet, in their order, and returns the keys of those."""
    if not rows:
        return []
    names, source, parameters = _source(connection, table, rows)
    keys = ", ".join(column.name for column in table.primary_key)
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source} WHERE true "  # noqa: S608 -- the same
        f"ON CONFLICT DO NOTHING RETURNING {keys}"
    )
    return [tuple(row) for row in await connection.exec_driver_sql(statement, parameters)]


async def find_rows(
    connection: AsyncConnection, table: Table, keys: Iterable[Mapping[str, Any]]
) -> Sequence[Row[tuple[Any, ...]]]:
    """The rows with these keys, in no order."""
    if not (listed := list(keys)):
        return []
    names, source, parameters = _source(connection, table, listed)
    statement = f"SELECT * FROM {table.name} WHERE ({names}) IN (SELECT {names} FROM {source})"  # noqa: S608 -- the same
    return (await connection.exec_driver_sql(statement, parameters)).all()


async def update_rows(connection: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Sets what the rows hold beside the table's key, which all of them have."""
    if listed := list(rows):
        _, source, parameters = _source(connection, table, listed)
        keys = {column.name for column in table.primary_key}
        changes = ", ".join(f"{name} = new.{name}" for name in listed[0] if name not in keys)
        same = " AND ".join(f"{table.name}.{name} = new.{name}" for name in keys)
        await connection.exec_driver_sql(f"UPDATE {table.name} SET {changes} FROM {source} WHERE {same}", parameters)  # noqa: S608 -- the same


async def delete_rows(connection: AsyncConnection, table: Table, keys: Iterable[Mapping[str, Any]]) -> None:
    """Deletes the rows with these keys."""
    if listed := list(keys):
        names, source, parameters = _source(connection, table, listed)
        statement = f"DELETE FROM {table.name} WHERE ({names}) IN (SELECT {names} FROM {source})"  # noqa: S608 -- the same
        await connection.exec_driver_sql(statement, parameters)


def _source(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> tuple[str, str, tuple[Any, ...]]:
    """The columns' names, the rows as something to select from under the name `new`, and its parameters."""
    columns = [table.c[name] for name in rows[0]]
    names = ", ".join(column.name for column in columns)
    if connection.dialect.name == "sqlite":
        parts = ", ".join(f"json_extract(value, '$[{n}]') AS {column.name}" for n, column in enumerate(columns))
        as_json = msgspec.json.encode([list(row.values()) for row in rows]).decode()
        return names, f"(SELECT {parts} FROM json_each(?)) AS new", (as_json,)  # noqa: S608 -- the same
    types = [column.type.compile(_POSTGRES) for column in columns]
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(types, start=1))
    parameters = tuple([row[column.name] for row in rows] for column in columns)
    return names, f"unnest({arrays}) AS new({names})", parameters
