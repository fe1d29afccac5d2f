"""The outbox table: events written with the change that they tell of, and taken from there by the relay."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Row, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows
from livecart.adapters.sql.tables import outbox
from livecart.domain.events import CHAT, ShowEvent
from livecart.domain.ids import EventId, ShowId


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *events: ShowEvent) -> None:
        """Keeps the events until the relay has published them; they appear only if the transaction commits."""
        await insert_rows(self._connection, outbox, map(_row, events))

    async def unpublished(self, limit: int) -> Sequence[tuple[int, ShowEvent]]:
        """The oldest rows that nobody has marked yet. Never a high-water id: rows may commit out of order."""
        return await self._waiting(outbox.c.type != CHAT, limit=limit)

    async def chat(
        self, limit: int, *, show: ShowId | None = None, before_ms: int | None = None
    ) -> Sequence[tuple[int, ShowEvent]]:
        of_show = true() if show is None else outbox.c.show_id == show
        old = true() if before_ms is None else outbox.c.at_ms < before_ms
        return await self._waiting(outbox.c.type == CHAT, of_show, old, limit=limit)

    async def untold(self, events: Sequence[EventId]) -> set[EventId]:
        if not events:
            return set()
        query = select(outbox.c.event_id).where(outbox.c.event_id.in_(events), outbox.c.published.is_(False))
        return {EventId(event) for event in (await self._connection.execute(query)).scalars()}

    async def _waiting(self, *conditions: ColumnElement[bool], limit: int) -> Sequence[tuple[int, ShowEvent]]:
        query = select(outbox).where(outbox.c.published.is_(False), *conditions).order_by(outbox.c.id).limit(limit)
        return [(row.id, _event(row)) for row in await self._connection.execute(query)]

    async def mark_published(self, ids: Sequence[int]) -> None:
        if ids:
            await self._connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(published=True))

    async def drop(self, ids: Sequence[int]) -> None:
        if ids:
            await self._connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))

    async def forget(self, before_ms: int) -> int:
        done = await self._connection.execute(
            delete(outbox).where(outbox.c.published.is_(True), outbox.c.at_ms < before_ms)
        )
        return done.rowcount


def _row(event: ShowEvent) -> dict[str, object]:
    return {
        "event_id": event.id,
        "show_id": event.show,
        "person_id": event.person,
        "type": event.type,
        "data": msgspec.json.encode(event.data).decode(),
        "at_ms": event.at_ms,
        "published": False,
    }


def _event(row: Row[tuple[object, ...]]) -> ShowEvent:
    show = None if row.show_id is None else ShowId(row.show_id)
    return ShowEvent(
        id=EventId(row.event_id),
        show=show,
        type=row.type,
        data=msgspec.json.decode(row.data),
        at_ms=row.at_ms,
        person=row.person_id,
    )
