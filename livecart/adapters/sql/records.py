"""What batches only ever add: stock movements, journals with their entries, and rows of the moderation log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows
from livecart.adapters.sql.moderation_log import SqlModerationLog
from livecart.adapters.sql.tables import entries, journals, stock_movements
from livecart.domain.ledger import Entry, Journal
from livecart.domain.moderation_log import Ruling
from livecart.domain.stock import Movement


async def add_movements(connection: AsyncConnection, movements: Sequence[Movement]) -> None:
    await insert_rows(connection, stock_movements, map(_movement_row, movements))


async def add_journals(connection: AsyncConnection, booked: Sequence[Journal]) -> None:
    await insert_rows(connection, journals, map(_journal_row, booked))
    posted = (_entry_row(journal.id, entry) for journal in booked for entry in journal.entries)
    await insert_rows(connection, entries, posted)


async def add_rulings(connection: AsyncConnection, rulings: Sequence[Ruling]) -> None:
    log = SqlModerationLog(connection, lock=True)
    for ruling in rulings:
        await log.append(ruling)


RECORDS: dict[type[Any], Callable[[AsyncConnection, Sequence[Any]], Awaitable[None]]] = {
    Movement: add_movements,
    Journal: add_journals,
    # Last: it takes a lock that others wait for until the commit.
    Ruling: add_rulings,
}


def _journal_row(journal: Journal) -> dict[str, Any]:
    return {"id": journal.id, "kind": journal.kind.value, "cause": journal.cause, "at_ms": journal.at_ms}


def _movement_row(movement: Movement) -> dict[str, Any]:
    return {
        "variant_id": movement.variant,
        "kind": movement.kind.value,
        "quantity": movement.quantity,
        "cause": movement.cause,
        "at_ms": movement.at_ms,
    }


def _entry_row(journal: str, entry: Entry) -> dict[str, Any]:
    return {
        "journal_id": journal,
        "account_id": entry.account,
        "currency": entry.amount.currency,
        "amount_minor": entry.amount.amount_minor,
    }
