"""Who follows whom, and since when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import follows
from livecart.domain.ids import PersonId


class SqlFollows:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, follower: PersonId, followed: PersonId, now_ms: int) -> None:
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        statement = make(follows).values(follower_id=follower, followed_id=followed, at_ms=now_ms)
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def remove(self, follower: PersonId, followed: PersonId) -> None:
        await self._connection.execute(delete(follows).where(*_pair(follower, followed)))

    async def since(self, follower: PersonId, followed: PersonId) -> int | None:
        query = select(follows.c.at_ms).where(*_pair(follower, followed))
        at_ms: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return at_ms

    async def count(self, followed: PersonId) -> int:
        query = select(func.count()).select_from(follows).where(follows.c.followed_id == followed)
        return int((await self._connection.execute(query)).scalar_one())


def _pair(follower: PersonId, followed: PersonId) -> tuple[Any, Any]:
    return follows.c.followed_id == followed, follows.c.follower_id == follower
