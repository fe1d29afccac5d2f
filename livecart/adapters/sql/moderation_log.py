"""The moderation log in SQL: rows behind the head under its lock, their words, and what was signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.tables_moderation import (
    moderation_head,
    moderation_log,
    moderation_marks,
    moderation_words,
)
from livecart.domain.moderation_log import (
    GENESIS,
    Link,
    LogEntry,
    Mark,
    MarkKind,
    Ruling,
    Words,
    chained,
    entry_of,
    words_hash,
)
from livecart.services.store_moderation import KeptWords, LogFilter

_HEAD = 1
_SALT_BYTES = 16


class SqlModerationLog:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def append(self, ruling: Ruling) -> LogEntry:
        # The empty row comes first, so that the first two who append cannot both find none.
        await insert_new_rows(self._connection, moderation_head, [{"id": _HEAD, "number": 0, "hash": GENESIS}])
        head = await self.head()
        number, before = head or (0, GENESIS)
        salt = secrets.token_hex(_SALT_BYTES) if ruling.words else ""
        entry = entry_of(ruling, number + 1, words_hash(salt, ruling.words) if ruling.words else None)
        link = Link(entry, chained(before, entry))
        await self._connection.execute(insert(moderation_log).values(_row(link)))
        if ruling.words:
            words = {"reason": ruling.words.reason, "quote": ruling.words.quote}
            await self._connection.execute(insert(moderation_words).values(number=entry.number, salt=salt, **words))
        moved = update(moderation_head).where(moderation_head.c.id == _HEAD)
        await self._connection.execute(moved.values(number=entry.number, hash=link.hash))
        return entry

    async def head(self) -> tuple[int, str] | None:
        query = select(moderation_head).where(moderation_head.c.id == _HEAD)
        row = (await self._connection.execute(query.with_for_update() if self._lock else query)).one_or_none()
        return None if row is None else (row.number, row.hash)

    async def links(self, after: int, limit: int) -> Sequence[Link]:
        number = moderation_log.c.number
        return await self._links(select(moderation_log).where(number > after).order_by(number).limit(limit))

    async def newest(self, wanted: LogFilter, before: int | None, limit: int) -> Sequence[Link]:
        table = moderation_log.c
        query = select(moderation_log).order_by(table.number.desc()).limit(limit)
        if wanted.person is not None:
            query = query.where(table.person_id == wanted.person)
        if wanted.subject is not None:
            query = query.where(table.subject == wanted.subject)
        if wanted.kinds:
            query = query.where(table.kind.in_(wanted.kinds))
        if wanted.by is not None:
            query = query.where(table.by_id == wanted.by)
        if wanted.since_ms is not None:
            query = query.where(table.at_ms >= wanted.since_ms)
        if wanted.until_ms is not None:
            query = query.where(table.at_ms < wanted.until_ms)
        if before is not None:
            query = query.where(table.number < before)
        return await self._links(query)

    async def words(self, numbers: Sequence[int]) -> Mapping[int, KeptWords]:
        if not numbers:
            return {}
        query = select(moderation_words).where(moderation_words.c.number.in_(numbers))
        rows = await self._connection.execute(query)
        return {row.number: KeptWords(row.salt, Words(row.reason, row.quote)) for row in rows}

    async def stray_words(self, limit: int) -> Sequence[int]:
        number = moderation_words.c.number
        known = select(moderation_log.c.number).where(moderation_log.c.number == number).exists()
        query = select(number).where(~known).order_by(number).limit(limit)
        return list(await self._connection.scalars(query))

    async def marks(self) -> Sequence[Mark]:
        rows = await self._connection.execute(select(moderation_marks).order_by(moderation_marks.c.number))
        # What is no kind of ours was never signed by us.
        kinds = {kind.value for kind in MarkKind}
        return [_mark(row) for row in rows if row.kind in kinds]

    async def add_mark(self, mark: Mark) -> None:
        row = {
            "kind": mark.kind.value,
            "number": mark.number,
            "hash": mark.hash,
            "at_ms": mark.at_ms,
            "before_ms": mark.before_ms,
            "key": mark.key,
            "signature": mark.signature,
        }
        await insert_new_rows(self._connection, moderation_marks, [row])

    async def drop_heads(self, kept: int) -> None:
        marks = moderation_marks.c
        heads = select(marks.number).where(marks.kind == MarkKind.HEAD.value).order_by(marks.number.desc())
        oldest = (await self._connection.execute(heads.offset(kept - 1).limit(1))).scalar_one_or_none()
        if oldest is not None:
            gone = delete(moderation_marks).where(marks.kind == MarkKind.HEAD.value, marks.number < oldest)
            await self._connection.execute(gone)

    async def last_before(self, before_ms: int) -> int:
        table = moderation_log.c
        younger = select(func.min(table.number)).where(table.at_ms >= before_ms)
        first = (await self._connection.execute(younger)).scalar_one()
        if first is not None:
            return int(first) - 1
        return int((await self._connection.execute(select(func.max(table.number)))).scalar_one() or 0)

    async def purge(self, last: int) -> int:
        gone = await self._connection.execute(delete(moderation_log).where(moderation_log.c.number <= last))
        await self._connection.execute(delete(moderation_words).where(moderation_words.c.number <= last))
        marks = moderation_marks.c
        heads = delete(moderation_marks).where(marks.kind == MarkKind.HEAD.value, marks.number <= last)
        await self._connection.execute(heads)
        return gone.rowcount

    async def forget_words(self, before_ms: int, limit: int) -> int:
        table = moderation_log.c
        old = (
            select(moderation_words.c.number)
            .join(moderation_log, table.number == moderation_words.c.number)
            .where(table.at_ms < before_ms)
            .order_by(moderation_words.c.number)
            .limit(limit)
        )
        numbers = list(await self._connection.scalars(old))
        if numbers:
            await self._connection.execute(delete(moderation_words).where(moderation_words.c.number.in_(numbers)))
        return len(numbers)

    async def _links(self, query: Select[Any]) -> Sequence[Link]:
        return [_link(row) for row in await self._connection.execute(query)]


def _row(link: Link) -> dict[str, Any]:
    entry = link.entry
    return {
        "number": entry.number,
        "at_ms": entry.at_ms,
        "by_id": entry.by,
        "kind": entry.kind,
        "subject": entry.subject,
        "person_id": entry.person,
        "rule": entry.rule,
        "code": entry.code,
        "evidence": entry.evidence,
        "words_hash": entry.words_hash,
        "hash": link.hash,
    }


def _link(row: Row[Any]) -> Link:
    entry = LogEntry(
        number=row.number,
        at_ms=row.at_ms,
        by=row.by_id,
        kind=row.kind,
        subject=row.subject,
        person=row.person_id,
        rule=row.rule,
        code=row.code,
        evidence=row.evidence,
        words_hash=row.words_hash,
    )
    return Link(entry, row.hash)


def _mark(row: Row[Any]) -> Mark:
    return Mark(MarkKind(row.kind), row.number, row.hash, row.at_ms, row.before_ms, row.key, row.signature)
