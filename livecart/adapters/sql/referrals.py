"""Who came to which show by whose link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables_referrals import referrals
from livecart.domain.ids import PersonId, ShowId


class SqlReferrals:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, show: ShowId, person: PersonId, by: PersonId, now_ms: int) -> None:
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        statement = make(referrals).values(show_id=show, person_id=person, by_id=by, at_ms=now_ms)
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def by(self, show: ShowId, person: PersonId) -> PersonId | None:
        query = select(referrals.c.by_id).where(referrals.c.show_id == show, referrals.c.person_id == person)
        found: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else PersonId(found)

    async def brought(self, show: ShowId, limit: int) -> Sequence[tuple[PersonId, int]]:
        number = func.count()
        query = (
            select(referrals.c.by_id, number)
            .where(referrals.c.show_id == show)
            .group_by(referrals.c.by_id)
            .order_by(number.desc(), referrals.c.by_id)
            .limit(limit)
        )
        return [(PersonId(by), int(people)) for by, people in await self._connection.execute(query)]

    async def count(self, show: ShowId) -> int:
        query = select(func.count()).select_from(referrals).where(referrals.c.show_id == show)
        return int((await self._connection.execute(query)).scalar_one())
