"""Calls and the rules of a show's calls, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bans import holds
from livecart.adapters.sql.sanctions import holds as sanctions_hold
from livecart.adapters.sql.tables import bans, people, shows
from livecart.adapters.sql.tables_calls import call_desks, calls
from livecart.adapters.sql.tables_live import sanctions
from livecart.domain.call import ON_STAGE, OPEN, Call, CallDesk, Callers, CallState
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import CallId, PersonId, ShowId
from livecart.domain.show import ShowState
from livecart.services.store_calls import QueueQuery

IS_OPEN = calls.c.state.in_([state.value for state in OPEN])
_STAGED = calls.c.state.in_([CallState.INVITED.value, *(state.value for state in ON_STAGE)])
_WAITING = calls.c.state == CallState.REQUESTED.value
_DESK = ("who", "minutes", "delay_s", "version", "told_at_ms", "untold")


class SqlCalls:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def desk(self, show: ShowId) -> CallDesk:
        query = select(call_desks).where(call_desks.c.show_id == show)
        if self._lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None and self._lock:
            # There must be something to lock.
            await self._connection.execute(self._insert(show, CallDesk()).on_conflict_do_nothing())
            row = (await self._connection.execute(query)).one()
        return CallDesk() if row is None else _desk(row)

    async def save_desk(self, show: ShowId, desk: CallDesk) -> None:
        values = _desk_row(desk)
        await self._connection.execute(
            self._insert(show, desk).on_conflict_do_update(index_elements=["show_id"], set_=values)
        )

    def _insert(self, show: ShowId, desk: CallDesk) -> Any:
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        return make(call_desks).values(show_id=show, **_desk_row(desk))

    async def add(self, call: Call) -> None:
        await self._connection.execute(insert(calls).values(**_row(call)))

    async def save(self, call: Call) -> None:
        await self._connection.execute(update(calls).where(calls.c.id == call.id).values(**_row(call)))

    async def get(self, call: CallId) -> Call:
        found = await self._one(select(calls).where(calls.c.id == call))
        if found is None:
            raise NotFoundError("no such call")
        return found

    async def open_of(self, show: ShowId, person: PersonId) -> Call | None:
        return await self._one(select(calls).where(calls.c.show_id == show, calls.c.person_id == person, IS_OPEN))

    async def last_of(self, show: ShowId, person: PersonId) -> Call | None:
        query = select(calls).where(calls.c.show_id == show, calls.c.person_id == person)
        return await self._one(query.order_by(calls.c.id.desc()).limit(1))

    async def position(self, call: Call) -> int | None:
        if call.state is not CallState.REQUESTED:
            return None
        before = select(func.count()).where(calls.c.show_id == call.show, _WAITING, calls.c.id <= call.id)
        return int((await self._connection.execute(before)).scalar_one())

    async def waiting(self, query: QueueQuery) -> Sequence[tuple[Call, int]]:
        place = func.row_number().over(order_by=calls.c.id).label("place")
        queue = select(calls, place).where(calls.c.show_id == query.show, _WAITING).subquery()
        found = _matching(select(queue), queue.c, query.text)
        found = found.order_by(queue.c.id.desc() if query.newest else queue.c.id.asc()).limit(query.limit)
        return [(_call(row), row.place) for row in await self._connection.execute(found)]

    async def count(self, query: QueueQuery) -> int:
        found = select(func.count()).select_from(calls).where(calls.c.show_id == query.show, _WAITING)
        return int((await self._connection.execute(_matching(found, calls.c, query.text))).scalar_one())

    async def staged(self, show: ShowId | None = None) -> Sequence[Call]:
        query = select(calls).where(_STAGED).order_by(calls.c.show_id, calls.c.slot, calls.c.id)
        return await self._many(query if show is None else query.where(calls.c.show_id == show))

    async def anything(self, show: ShowId) -> bool:
        query = select(calls.c.id).where(calls.c.show_id == show, IS_OPEN).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def clear(self, show: ShowId, reason: str, now_ms: int) -> Sequence[Call]:
        change = update(calls).where(calls.c.show_id == show, _WAITING)
        values = {"state": CallState.DECLINED.value, "reason": reason, "changed_at_ms": now_ms}
        change = change.values(**values, version=calls.c.version + 1)
        return [_call(row) for row in await self._connection.execute(change.returning(calls))]

    async def astray(self, now_ms: int, limit: int) -> Sequence[tuple[Call, str]]:
        ended = (
            select(calls, literal("show_ended").label("why"))
            .join(shows, shows.c.id == calls.c.show_id)
            .where(IS_OPEN, shows.c.state == ShowState.ENDED.value)
        )
        banned = (
            select(calls, literal("banned").label("why"))
            .join(bans, bans.c.person_id == calls.c.person_id)
            .where(IS_OPEN, holds(now_ms))
        )
        # Muted in the chat or banned from the show: who may not write there does not speak there.
        silenced = (
            select(calls, literal("banned").label("why"))
            .join(sanctions, sanctions.c.person_id == calls.c.person_id)
            .where(IS_OPEN, or_(sanctions.c.show_id.is_(None), sanctions.c.show_id == calls.c.show_id))
            .where(sanctions_hold(now_ms))
        )
        found = []
        for query in (banned, silenced, ended):
            rows = await self._connection.execute(query.order_by(calls.c.id).limit(limit))
            found += [(_call(row), row.why) for row in rows]
        return found

    async def untold(self, before_ms: int) -> Sequence[ShowId]:
        query = select(call_desks.c.show_id).where(call_desks.c.untold, call_desks.c.told_at_ms <= before_ms)
        return [ShowId(show) for show in (await self._connection.scalars(query)).all()]

    async def last_changed(self, show: ShowId) -> Call | None:
        query = select(calls).where(calls.c.show_id == show)
        return await self._one(query.order_by(calls.c.changed_at_ms.desc(), calls.c.id.desc()).limit(1))

    async def _one(self, query: Select[Any]) -> Call | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _call(row)

    async def _many(self, query: Select[Any]) -> list[Call]:
        return [_call(row) for row in await self._connection.execute(query)]


def _matching(query: Select[Any], columns: Any, text: str | None) -> Select[Any]:
    if not text:
        return query
    like: list[ColumnElement[bool]] = [
        func.lower(column).contains(text.lower(), autoescape=True)
        for column in (people.c.handle, people.c.display_name, columns.note)
    ]
    return query.join(people, people.c.id == columns.person_id).where(or_(*like))


def _desk(row: Row[Any]) -> CallDesk:
    return CallDesk(Callers(row.who), row.minutes, row.delay_s, row.version, row.told_at_ms, row.untold)


def _desk_row(desk: CallDesk) -> dict[str, Any]:
    return {name: getattr(desk, name) for name in _DESK} | {"who": desk.who.value}


def _row(call: Call) -> dict[str, Any]:
    same: tuple[str, ...] = (
        "id",
        "note",
        "requested_at_ms",
        "changed_at_ms",
        "until_ms",
        "slot",
        "muted",
        "hidden",
        "shown",
    )
    same += ("shown_at_ms", "media_at_ms", "lost_at_ms", "publications", "reason", "version")
    row = {name: getattr(call, name) for name in same}
    return row | {"show_id": call.show, "person_id": call.person, "state": call.state.value}


def _call(row: Row[Any]) -> Call:
    return Call(
        id=CallId(row.id),
        show=ShowId(row.show_id),
        person=PersonId(row.person_id),
        state=CallState(row.state),
        note=row.note,
        requested_at_ms=row.requested_at_ms,
        changed_at_ms=row.changed_at_ms,
        until_ms=row.until_ms,
        slot=row.slot,
        muted=bool(row.muted),
        hidden=bool(row.hidden),
        shown=bool(row.shown),
        shown_at_ms=row.shown_at_ms,
        media_at_ms=row.media_at_ms,
        lost_at_ms=row.lost_at_ms,
        publications=row.publications,
        reason=row.reason,
        version=row.version,
    )
