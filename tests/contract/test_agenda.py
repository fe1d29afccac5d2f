"""The agenda names every job that has something to do; asked of rows in every table, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Table, delete, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import bans, metadata, orders, outbox, shows
from livecart.adapters.sql.tables_calls import call_desks, calls
from livecart.adapters.sql.tables_duels import duels
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.adapters.sql.tables_live import closed_products, host_warnings, sanctions
from livecart.adapters.sql.tables_packets import red_packets
from livecart.adapters.sql.tables_payments import refunds
from livecart.adapters.sql.tables_reminders import reminders
from livecart.services.store_agenda import Task
from tests.support.rows_everywhere import fill

NOW_MS = 10**12
LATER, PAST = NOW_MS + 1, NOW_MS

# How each row stands while nothing is to be done about it.
QUIET: Sequence[tuple[Table, dict[str, Any]]] = [
    (outbox, {"published": True, "type": "chat"}),
    (orders, {"state": "reserved", "expires_at_ms": LATER}),
    (bans, {"enforced": True}),
    (sanctions, {"enforced": True}),
    (host_warnings, {"deadline_ms": LATER, "withdrawn_at_ms": None}),
    (closed_products, {"enforced": True}),
    (shows, {"state": "ended"}),
    (calls, {"state": "ended"}),
    (call_desks, {"untold": False}),
    (duels, {"state": "ended"}),
    (red_packets, {"state": "open", "ends_at_ms": LATER, "opens_at_ms": 0, "changed_at_ms": 0, "told_at_ms": 0}),
    (gift_streaks, {"ended_at_ms": None, "ends_at_ms": LATER}),
    (refunds, {"state": "pending", "next_at_ms": LATER}),
    (reminders, {"next_at_ms": LATER}),
]
# What makes something of it, and of what.
STEPS: Sequence[tuple[Table, dict[str, Any], set[Task]]] = [
    (outbox, {"published": False}, {Task.CHAT}),
    (orders, {"expires_at_ms": PAST}, {Task.RESERVATIONS}),
    (bans, {"enforced": False}, {Task.BANS}),
    (sanctions, {"enforced": False}, {Task.SANCTIONS}),
    (closed_products, {"enforced": False}, {Task.CLOSURES}),
    (shows, {"state": "ready"}, {Task.SHOWS}),
    (shows, {"state": "live"}, {Task.SHOWS, Task.WALL}),
    (calls, {"state": "requested"}, {Task.CALLS}),
    (call_desks, {"untold": True}, {Task.CALL_QUEUES}),
    (duels, {"state": "invited"}, {Task.DUELS}),
    (red_packets, {"ends_at_ms": PAST}, {Task.PACKETS}),
    (red_packets, {"state": "announced", "opens_at_ms": PAST}, {Task.PACKETS}),
    (red_packets, {"changed_at_ms": 1}, {Task.PACKETS}),
    (gift_streaks, {"ends_at_ms": PAST}, {Task.GIFTS}),
    (refunds, {"next_at_ms": PAST}, {Task.REFUNDS}),
]


async def due(database: Database) -> frozenset[Task]:
    async with SqlStore(database).read() as tx:
        return await tx.agenda.due(NOW_MS)


async def change(database: Database, table: Table, values: dict[str, Any]) -> None:
    async with database.write() as connection:
        await connection.execute(update(table).values(values))


@pytest.fixture
async def quiet(database: Database) -> Database:
    """Rows everywhere, and nothing to be done about any of them."""
    await fill(database, {})
    for table, values in QUIET:
        await change(database, table, values)
    async with database.write() as connection:
        await connection.execute(delete(metadata.tables["waitlist_places"]))
    return database


async def test_each_kind_of_rows_calls_for_its_job_when_there_is_something_to_do(quiet: Database) -> None:
    assert await due(quiet) == frozenset()
    calm = dict(QUIET)
    for table, values, tasks in STEPS:
        await change(quiet, table, values)
        assert await due(quiet) == tasks, (table.name, values)
        await change(quiet, table, calm[table])
    assert await due(quiet) == frozenset()


async def test_a_warning_has_a_deadline_while_its_show_is_open(quiet: Database) -> None:
    await change(quiet, host_warnings, {"deadline_ms": PAST})
    assert await due(quiet) == frozenset()
    await change(quiet, shows, {"state": "interrupted"})
    assert await due(quiet) == {Task.SHOWS, Task.WARNINGS}


async def test_a_reminder_is_sent_while_its_show_is_on_the_air(quiet: Database) -> None:
    await change(quiet, reminders, {"next_at_ms": PAST})
    assert await due(quiet) == frozenset()
    await change(quiet, shows, {"state": "live"})
    assert await due(quiet) == {Task.SHOWS, Task.WALL, Task.REMINDERS}


async def test_a_line_in_which_somebody_waits_is_looked_after(database: Database) -> None:
    await fill(database, {})
    assert Task.WAITLISTS in await due(database)
