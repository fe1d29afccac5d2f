"""A database with rows in every table, made from the tables alone: what each row means is nobody's concern."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, insert

from livecart.adapters.sql.database import Database

ROWS = 3
# Where a constraint wants more than a value of the right type.
CHOSEN: dict[str, Any] = {
    "variants.stock": 100,
    "orders.total_minor": 100,
    "payments.amount_minor": 100,
    "offers.quantity": 100,
    "coupons.total": 100,
    "red_packets.total_minor": 100,
    "red_packets.shares": 100,
    "bans.until_ms": 10**15,
    "gift_streaks.price_minor": 1,
    "waitlist_places.kind": "offer",
    "waitlist_places.units": 1,
    "creator_applications.state": "granted",
    "legal_holds.kind": "person",
    "sanctions.kind": "mute",
    "sanctions.until_ms": 10**15,
    "host_warnings.deadline_ms": 10**15,
}

Rows = dict[str, list[dict[str, Any]]]


async def reflected(database: Database) -> MetaData:
    found = MetaData()

    def reflect(connection: Connection) -> None:
        found.reflect(connection)

    async with database.read() as connection:
        await connection.run_sync(reflect)
    if "alembic_version" in found.tables:
        found.remove(found.tables["alembic_version"])
    return found


def value(column: Column[Any], number: int, made: Rows) -> Any:
    table: Table = column.table
    for key in column.foreign_keys:
        target = key.column.table.name
        earlier = made.get(target, [])
        if target == table.name:  # at a row that is there already
            return earlier[0][key.column.name] if earlier else None
        # Two columns that point at one table point at different rows: nobody follows himself.
        beside = [
            each for each in table.columns if any(other.column.table.name == target for other in each.foreign_keys)
        ]
        return earlier[(number + beside.index(column)) % len(earlier)][key.column.name] if earlier else None
    if f"{table.name}.{column.name}" in CHOSEN:
        return CHOSEN[f"{table.name}.{column.name}"]
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number + 1
    return f"{table.name} {column.name} {number} 茶"


async def fill(database: Database, made: Rows) -> None:
    """Rows in every table that has none yet."""
    tables = await reflected(database)
    async with database.write() as connection:
        for table in tables.sorted_tables:
            if table.name in made:
                continue
            made[table.name] = []
            for number in range(ROWS):
                row = {column.name: value(column, number, made) for column in table.columns}
                await connection.execute(insert(table).values(row))
                made[table.name].append(row)
