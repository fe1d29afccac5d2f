"""Whom creators have appointed for their shows, with which duties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_live import assistants
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.show import ShowState
from livecart.domain.staffing import ALL_SHOWS, Appointment, Duty

_TABLE = assistants.c


class SqlAssistants:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, appointment: Appointment) -> None:
        await self.remove(appointment.creator, appointment.person, [appointment.scope])
        row = {
            "creator_id": appointment.creator,
            "person_id": appointment.person,
            "scope": appointment.scope,
            "duties": msgspec.json.encode(sorted(duty.value for duty in appointment.duties)).decode(),
            "at_ms": appointment.at_ms,
        }
        await self._connection.execute(insert(assistants).values(row))

    async def remove(self, creator: PersonId, person: PersonId, scopes: Collection[str]) -> int:
        which = (_TABLE.creator_id == creator) & (_TABLE.person_id == person) & _TABLE.scope.in_(scopes)
        return (await self._connection.execute(delete(assistants).where(which))).rowcount

    async def of(self, creator: PersonId, show: ShowId) -> Sequence[Appointment]:
        query = select(assistants).where(_TABLE.creator_id == creator, _TABLE.scope.in_([show, ALL_SHOWS]))
        return [_appointment(row) for row in await self._connection.execute(query.order_by(_TABLE.at_ms, _TABLE.scope))]

    async def duties(self, creator: PersonId, show: ShowId, person: PersonId) -> frozenset[Duty]:
        query = select(assistants).where(
            _TABLE.creator_id == creator, _TABLE.person_id == person, _TABLE.scope.in_([show, ALL_SHOWS])
        )
        found = [_appointment(row).duties for row in await self._connection.execute(query)]
        return frozenset[Duty]().union(*found)

    async def standing(self) -> Sequence[Appointment]:
        busy = select(shows.c.creator_id).where(shows.c.state != ShowState.ENDED.value)
        query = select(assistants).where(_TABLE.creator_id.in_(busy))
        return [_appointment(row) for row in await self._connection.execute(query)]


def _appointment(row: Row[Any]) -> Appointment:
    duties = frozenset(msgspec.json.decode(row.duties, type=list[Duty]))
    return Appointment(PersonId(row.creator_id), PersonId(row.person_id), row.scope, duties, row.at_ms)
