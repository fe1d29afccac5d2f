"""Lines of chat that wait for the show's staff, and those that it has decided on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.chat import insert_unless_said, message_row
from livecart.adapters.sql.holds import keeps_line
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables_filter import held_lines
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import NotFoundError
from livecart.domain.held import CaughtBy, HeldLine, HeldState
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.services.store import Page

_WAITING = held_lines.c.state == HeldState.WAITING.value


class SqlHeldLines:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def add(self, line: HeldLine) -> HeldLine:
        row = message_row(line.message) | {
            "rule": line.by.rule,
            "rule_list": line.by.list,
            "rule_entry": line.by.entry,
            "state": line.state.value,
        }
        await self._connection.execute(insert_unless_said(self._connection, held_lines), row)
        kept = await self.find(line.message.show, line.message.author, line.message.key)
        assert kept is not None
        return kept

    async def find(self, show: ShowId, author: PersonId, key: str) -> HeldLine | None:
        table = held_lines.c
        query = select(held_lines).where(table.author_id == author, table.show_id == show, table.key == key)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _line(row)

    async def get(self, show: ShowId, message: MessageId) -> HeldLine:
        query = select(held_lines).where(held_lines.c.id == message, held_lines.c.show_id == show)
        row = (await self._connection.execute(query.with_for_update() if self._lock else query)).one_or_none()
        if row is None:
            raise NotFoundError("no such line is held in this show")
        return _line(row)

    async def waiting(self, show: ShowId, page: Page) -> Sequence[HeldLine]:
        query = select(held_lines).where(held_lines.c.show_id == show, _WAITING)
        return [_line(row) for row in await self._connection.execute(paged(query, held_lines.c.id, page))]

    async def count(self, show: ShowId, author: PersonId) -> tuple[int, int]:
        own = func.count().filter(held_lines.c.author_id == author)
        query = select(func.count(), own).where(held_lines.c.show_id == show, _WAITING)
        waiting, of_author = (await self._connection.execute(query)).one()
        return waiting, of_author

    async def save_decision(self, line: HeldLine) -> bool:
        change = update(held_lines).where(held_lines.c.id == line.message.id, _WAITING)
        values = {"state": line.state.value, "decided_by": line.decided_by, "decided_at_ms": line.decided_at_ms}
        return bool((await self._connection.execute(change.values(**values))).rowcount)

    async def forget(self, before_ms: int, limit: int) -> int:
        free = held_lines.c.at_ms < before_ms, ~keeps_line(held_lines.c.author_id, held_lines.c.show_id)
        old = select(held_lines.c.id).where(*free).order_by(held_lines.c.at_ms).limit(limit)
        return (await self._connection.execute(delete(held_lines).where(held_lines.c.id.in_(old)))).rowcount


def _line(row: Row[Any]) -> HeldLine:
    message = ChatMessage(
        id=MessageId(row.id),
        show=ShowId(row.show_id),
        author=PersonId(row.author_id),
        key=row.key,
        text=row.text,
        at_ms=row.at_ms,
        reply_to=None if row.reply_to is None else MessageId(row.reply_to),
        mentions=() if row.mentions is None else tuple(msgspec.json.decode(row.mentions, type=list[PersonId])),
    )
    decided_by = None if row.decided_by is None else PersonId(row.decided_by)
    by = CaughtBy(row.rule, row.rule_list, row.rule_entry)
    return HeldLine(message, by, HeldState(row.state), decided_by, row.decided_at_ms)
