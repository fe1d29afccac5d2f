"""Mutes and bans from one show: who may not write, or not be there, since when, until when, why and by whose word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_live import sanctioned_addresses, sanctions
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.sanctions import Sanction, SanctionKind
from livecart.domain.show import ShowState

_TABLE = sanctions.c


def holds(now_ms: int) -> ColumnElement[bool]:
    return and_(_TABLE.lifted_at_ms.is_(None), or_(_TABLE.until_ms.is_(None), _TABLE.until_ms > now_ms))


def _there(show: ShowId | None) -> ColumnElement[bool]:
    return _TABLE.show_id.is_(None) if show is None else _TABLE.show_id == show


# The last row wins where one is wanted: the longest, and one without an end above all.
_LONGEST_LAST = (_TABLE.until_ms.is_(None), _TABLE.until_ms)


class SqlSanctions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, sanction: Sanction) -> None:
        row = {
            "id": sanction.id,
            "kind": sanction.kind.value,
            "person_id": sanction.person,
            "show_id": sanction.show,
            "by_id": sanction.by,
            "reason": sanction.reason,
            "at_ms": sanction.at_ms,
            "until_ms": sanction.until_ms,
            "enforced": sanction.kind is SanctionKind.MUTE,
        }
        await self._connection.execute(insert(sanctions).values(row))

    async def lift(
        self, kind: SanctionKind, person: PersonId, show: ShowId | None, by: PersonId, now_ms: int
    ) -> Sequence[Sanction]:
        which = and_(_TABLE.kind == kind.value, _TABLE.person_id == person, _there(show), holds(now_ms))
        held = await self._select(which)
        # One that is lifted before it was enforced need not be.
        change = update(sanctions).where(which).values(lifted_at_ms=now_ms, lifted_by_id=by, enforced=True)
        await self._connection.execute(change)
        return held

    async def of(self, person: PersonId, show: ShowId, now_ms: int) -> Sequence[Sanction]:
        where = or_(_TABLE.show_id.is_(None), _TABLE.show_id == show)
        return await self._select(and_(_TABLE.person_id == person, where, holds(now_ms)))

    async def in_show(self, kind: SanctionKind, show: ShowId, now_ms: int) -> Sequence[Sanction]:
        query = select(sanctions).where(_TABLE.kind == kind.value, _TABLE.show_id == show, holds(now_ms))
        return [_sanction(row) for row in await self._connection.execute(query.order_by(_TABLE.id))]

    async def holding(self, now_ms: int) -> Sequence[Sanction]:
        ended = select(shows.c.id).where(shows.c.id == _TABLE.show_id, shows.c.state == ShowState.ENDED.value)
        return await self._select(and_(holds(now_ms), ~ended.exists()))

    async def unenforced(self) -> Sequence[Sanction]:
        return await self._select(~_TABLE.enforced)

    async def mark_enforced(self, ids: Sequence[str]) -> None:
        await self._connection.execute(update(sanctions).where(_TABLE.id.in_(ids)).values(enforced=True))

    async def add_addresses(self, sanction: str, digests: Sequence[str]) -> bool:
        rows = [{"sanction_id": sanction, "digest": digest} for digest in digests]
        return bool(await insert_new_rows(self._connection, sanctioned_addresses, rows))

    async def addresses(self, now_ms: int) -> Mapping[tuple[ShowId, str], int | None]:
        query = (
            select(_TABLE.show_id, sanctioned_addresses.c.digest, _TABLE.until_ms)
            .join(sanctions, _TABLE.id == sanctioned_addresses.c.sanction_id)
            .where(holds(now_ms))
            .order_by(*_LONGEST_LAST)
        )
        rows = await self._connection.execute(query)
        return {(ShowId(row.show_id), row.digest): row.until_ms for row in rows}

    async def forget_addresses(self, now_ms: int) -> int:
        held = select(_TABLE.id).where(holds(now_ms))
        gone = delete(sanctioned_addresses).where(sanctioned_addresses.c.sanction_id.not_in(held))
        return (await self._connection.execute(gone)).rowcount

    async def _select(self, which: ColumnElement[bool]) -> Sequence[Sanction]:
        query = select(sanctions).where(which).order_by(*_LONGEST_LAST)
        return [_sanction(row) for row in await self._connection.execute(query)]


def _sanction(row: Row[Any]) -> Sanction:
    return Sanction(
        id=row.id,
        kind=SanctionKind(row.kind),
        person=PersonId(row.person_id),
        show=None if row.show_id is None else ShowId(row.show_id),
        by=PersonId(row.by_id),
        reason=row.reason,
        at_ms=row.at_ms,
        until_ms=row.until_ms,
    )
