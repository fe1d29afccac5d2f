"""Word lists as their editors uploaded them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_filter import word_lists
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.show import ShowState
from livecart.services.store_filter import StoredList


class SqlWordLists:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def get(self, name: str) -> StoredList | None:
        query = select(word_lists).where(word_lists.c.name == name)
        row = (await self._connection.execute(query.with_for_update() if self._lock else query)).one_or_none()
        return None if row is None else _stored(row, row.text)

    async def put(self, stored: StoredList) -> bool:
        row = {
            "show_id": stored.show,
            "version": stored.version,
            "text": stored.text,
            "entries": stored.entries,
            "changed_by": stored.changed_by,
            "changed_at_ms": stored.changed_at_ms,
        }
        if stored.version > 1:
            before = word_lists.c.name == stored.name, word_lists.c.version == stored.version - 1
            return bool((await self._connection.execute(update(word_lists).where(*before).values(**row))).rowcount)
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(word_lists).values(name=stored.name, **row))
        except IntegrityError:
            return False
        return True

    async def for_all(self) -> Sequence[StoredList]:
        columns = [column for column in word_lists.c if column.name != "text"]
        query = select(*columns).where(word_lists.c.show_id.is_(None)).order_by(word_lists.c.name)
        return [_stored(row, "") for row in await self._connection.execute(query)]

    async def versions(self) -> Mapping[str, tuple[ShowId | None, int]]:
        query = (
            select(word_lists.c.name, word_lists.c.show_id, word_lists.c.version)
            .outerjoin(shows, shows.c.id == word_lists.c.show_id)
            .where(or_(word_lists.c.show_id.is_(None), shows.c.state != ShowState.ENDED.value))
        )
        return {row.name: (_show(row), row.version) for row in await self._connection.execute(query)}

    async def texts(self, names: Sequence[str]) -> Mapping[str, str]:
        query = select(word_lists.c.name, word_lists.c.text).where(word_lists.c.name.in_(names))
        return {row.name: row.text for row in await self._connection.execute(query)}


def _stored(row: Any, text: str) -> StoredList:
    return StoredList(
        name=row.name,
        show=_show(row),
        version=row.version,
        text=text,
        entries=row.entries,
        changed_by=PersonId(row.changed_by),
        changed_at_ms=row.changed_at_ms,
    )


def _show(row: Any) -> ShowId | None:
    return None if row.show_id is None else ShowId(row.show_id)
