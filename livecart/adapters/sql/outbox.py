"""The outbox table: events written with the change that they tell of, and taken from there by the relay.

What a batch tells many people, each of them alone, shares rows. A row of its own for each of them was more than a third
of what an order cost PostgreSQL, and a quarter of what it cost the relay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows
from livecart.adapters.sql.tables import outbox
from livecart.domain.events import CHAT, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId

# The type of a row that holds what several people are told.
_SHARED = "people"
# So that a row that cannot be told holds up few.
_SHARED_BY = 64


class _Told(msgspec.Struct, array_like=True):
    """One person's event in a shared row."""

    id: EventId
    show: ShowId | None
    type: str
    data: dict[str, Any]
    at_ms: int
    person: PersonId


_shared = msgspec.json.Decoder(list[_Told])


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *events: ShowEvent) -> None:
        """Keeps the events until the relay has published them; they appear only if the transaction commits."""
        await self.add_rows(outbox_rows(events))

    async def add_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        await insert_rows(self._connection, outbox, rows)

    async def unpublished(self, limit: int) -> Sequence[tuple[int, ShowEvent]]:
        """Of the oldest rows that nobody has marked yet. Never a high-water id: rows may commit out of order."""
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
        return [(row.id, event) for row in await self._connection.execute(query) for event in _events(row)]

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


def outbox_rows(events: Sequence[ShowEvent]) -> list[dict[str, object]]:
    """For SqlOutbox.add_rows."""
    personal = [event for event in events if event.personal]
    if len(personal) <= 1:
        return [_row(event) for event in events]
    shares = (personal[first : first + _SHARED_BY] for first in range(0, len(personal), _SHARED_BY))
    return [*map(_shared_row, shares), *(_row(event) for event in events if not event.personal)]


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


def _shared_row(events: Sequence[ShowEvent]) -> dict[str, object]:
    told = [(event.id, event.show, event.type, event.data, event.at_ms, event.person) for event in events]
    return {
        "event_id": f"{_SHARED}:{events[0].id}",
        "show_id": None,
        "person_id": None,
        "type": _SHARED,
        "data": msgspec.json.encode(told).decode(),
        "at_ms": events[0].at_ms,
        "published": False,
    }


def _events(row: Row[Any]) -> Iterable[ShowEvent]:
    if row.type == _SHARED:
        for told in _shared.decode(row.data):
            yield ShowEvent(told.id, told.show, told.type, told.data, told.at_ms, told.person)
        return
    show = None if row.show_id is None else ShowId(row.show_id)
    yield ShowEvent(EventId(row.event_id), show, row.type, msgspec.json.decode(row.data), row.at_ms, row.person_id)
