"""Who may not sign in, since when, until when, why and by whose word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables import banned_addresses, bans
from livecart.domain.ids import PersonId
from livecart.domain.sessions import Ban


def holds(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    return and_(bans.c.lifted_at_ms.is_(None), or_(bans.c.until_ms.is_(None), bans.c.until_ms > now_ms))


class SqlBans:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, ban: Ban) -> None:
        row = {
            "id": ban.id,
            "person_id": ban.person,
            "by_id": ban.by,
            "reason": ban.reason,
            "at_ms": ban.at_ms,
            "until_ms": ban.until_ms,
            "enforced": False,
        }
        await self._connection.execute(insert(bans).values(row))

    async def lift(self, person: PersonId, by: PersonId | None, now_ms: int) -> Ban | None:
        held = await self.among([person], now_ms)
        # One that is lifted before it was enforced need not be.
        change = update(bans).where(bans.c.person_id == person, holds(now_ms))
        await self._connection.execute(change.values(lifted_at_ms=now_ms, lifted_by_id=by, enforced=True))
        return held.get(person)

    async def among(self, people: Sequence[PersonId], now_ms: int) -> dict[PersonId, Ban]:
        # The last row of a person wins below: the longest ban, and one without an end above all.
        query = (
            select(bans)
            .where(bans.c.person_id.in_(people), holds(now_ms))
            .order_by(bans.c.until_ms.is_(None), bans.c.until_ms)
        )
        return {PersonId(row.person_id): _ban(row) for row in await self._connection.execute(query)}

    async def unenforced(self) -> Sequence[Ban]:
        query = select(bans).where(~bans.c.enforced).order_by(bans.c.id)
        return [_ban(row) for row in await self._connection.execute(query)]

    async def mark_enforced(self, ids: Sequence[str]) -> None:
        await self._connection.execute(update(bans).where(bans.c.id.in_(ids)).values(enforced=True))

    async def add_addresses(self, ban: str, digests: Sequence[str]) -> bool:
        rows = [{"ban_id": ban, "digest": digest} for digest in digests]
        return bool(await insert_new_rows(self._connection, banned_addresses, rows))

    async def addresses(self, now_ms: int) -> Mapping[str, int | None]:
        # As in `among`: the longest ban of an address wins.
        query = (
            select(banned_addresses.c.digest, bans.c.until_ms)
            .join(bans, bans.c.id == banned_addresses.c.ban_id)
            .where(holds(now_ms))
            .order_by(bans.c.until_ms.is_(None), bans.c.until_ms)
        )
        return {row.digest: row.until_ms for row in await self._connection.execute(query)}

    async def forget_addresses(self, now_ms: int) -> int:
        held = select(bans.c.id).where(holds(now_ms))
        gone = delete(banned_addresses).where(banned_addresses.c.ban_id.not_in(held))
        return (await self._connection.execute(gone)).rowcount


def _ban(row: Row[Any]) -> Ban:
    by = None if row.by_id is None else PersonId(row.by_id)
    return Ban(row.id, PersonId(row.person_id), by, row.reason, row.at_ms, row.until_ms)
