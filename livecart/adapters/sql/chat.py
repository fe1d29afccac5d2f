"""Chat messages: many in one INSERT, and what is kept under each key read back in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.batcher import Batcher
from livecart.adapters.sql.holds import keeps_line
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import chat_messages, chat_rules, people
from livecart.domain.chat import ChatMessage, Deleter, Deletion
from livecart.domain.errors import NotFoundError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.services.store import Page, Store
from livecart.services.store_filter import ChatQuery

_KEY = ("author_id", "show_id", "key")
# DESIGN: a message is answered within 20 ms of its batch; a lone one pays a fifth of the wait.
BATCH_MAX = 200
BATCH_WAIT_S = 0.01
# In a crowd most lines only ask whether they were said before, and nobody minds to hear "no" a little later.
LOOK_UP_WAIT_S = 0.05
WAITING_MAX = 2_000


class SqlChat:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
        if not messages:
            return []
        await self._connection.execute(self._insert_new(), [message_row(message) for message in messages])
        kept = await self._kept(messages)
        return [kept[_key(message)] for message in messages]

    async def find_all(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage | None]:
        kept = await self._kept(messages) if messages else {}
        return [kept.get(_key(message)) for message in messages]

    async def latest(self, show: ShowId, limit: int) -> Sequence[tuple[ChatMessage, Person]]:
        table = chat_messages.c
        query = _lines_of(show).order_by(table.at_ms.desc(), table.id.desc()).limit(limit)
        rows = (await self._connection.execute(query)).all()
        return [(_message(row), _author(row)) for row in reversed(rows)]

    async def search(self, query: ChatQuery, page: Page) -> Sequence[tuple[ChatMessage, Person]]:
        found = _lines_of(query.show)
        if query.text is not None:
            found = found.where(chat_messages.c.text.icontains(query.text, autoescape=True))
        if query.author is not None:
            found = found.where(people.c.handle == query.author)
        rows = (await self._connection.execute(paged(found, chat_messages.c.id, page))).all()
        return [(_message(row), _author(row)) for row in rows]

    async def get(self, show: ShowId, message: MessageId) -> ChatMessage:
        table = chat_messages.c
        query = select(chat_messages).where(table.id == message, table.show_id == show)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("no such message in this show")
        return _message(row)

    async def authors(self, messages: Sequence[MessageId]) -> dict[MessageId, Person]:
        if not messages:
            return {}
        table = chat_messages.c
        query: Any = (
            select(table.id.label("message_id"), table.author_id, people.c.handle, people.c.display_name, people.c.role)
            .join(people, people.c.id == table.author_id)
            .where(table.id.in_(set(messages)))
        )
        rows = (await self._connection.execute(query)).all()
        return {MessageId(row.message_id): _author(row) for row in rows}

    async def save_deletion(self, message: ChatMessage) -> None:
        deletion = message.deletion
        assert deletion is not None
        values = {"deleted_at_ms": deletion.at_ms, "deleted_by": deletion.person, "deleted_as": deletion.by.value}
        await self._connection.execute(update(chat_messages).where(chat_messages.c.id == message.id).values(**values))

    async def deleted(self, messages: Sequence[MessageId]) -> set[MessageId]:
        if not messages:
            return set()
        table = chat_messages.c
        query = select(table.id).where(table.id.in_(messages), table.deleted_at_ms.is_not(None))
        return {MessageId(found) for found in (await self._connection.execute(query)).scalars()}

    async def forget(self, before_ms: int, limit: int) -> int:
        table = chat_messages.c
        pinned = select(chat_rules.c.show_id).where(chat_rules.c.pinned_id == table.id).exists()
        free = table.at_ms < before_ms, ~pinned, ~keeps_line(table.author_id, table.show_id)
        old = select(table.id).where(*free).order_by(table.at_ms).limit(limit)
        # What another purge takes at the same time is not counted twice.
        return (await self._connection.execute(delete(chat_messages).where(table.id.in_(old)))).rowcount

    async def _kept(self, messages: Sequence[ChatMessage]) -> dict[tuple[str, str, str], ChatMessage]:
        table = chat_messages.c
        wanted = tuple_(table.author_id, table.show_id, table.key).in_([_key(message) for message in messages])
        rows = await self._connection.execute(select(chat_messages).where(wanted))
        return {(row.author_id, row.show_id, row.key): _message(row) for row in rows}

    def _insert_new(self) -> Any:
        return insert_unless_said(self._connection, chat_messages)


class SqlChatWriter:
    """The ChatWriter port: one commit for all messages that come within a few milliseconds. Owns two tasks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batcher: Batcher[tuple[ChatMessage, ShowEvent], ChatMessage] = Batcher(
            self._flush, max_items=BATCH_MAX, max_wait_s=BATCH_WAIT_S, max_waiting=WAITING_MAX
        )
        self._finder: Batcher[ChatMessage, ChatMessage | None] = Batcher(
            self._look_up, max_items=BATCH_MAX, max_wait_s=LOOK_UP_WAIT_S, max_waiting=WAITING_MAX
        )

    async def start(self) -> None:
        await self._batcher.start()
        await self._finder.start()

    async def write(self, message: ChatMessage, event: ShowEvent) -> ChatMessage:
        return await self._batcher.submit((message, event))

    async def find(self, message: ChatMessage) -> ChatMessage | None:
        return await self._finder.submit(message)

    async def close(self) -> None:
        await self._batcher.close()
        await self._finder.close()

    async def _look_up(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage | None]:
        async with self._store.read() as tx:
            return await tx.chat.find_all(messages)

    async def _flush(self, batch: Sequence[tuple[ChatMessage, ShowEvent]]) -> Sequence[ChatMessage]:
        async with self._store.write() as tx:
            kept = await tx.chat.add_all([message for message, _ in batch])
            new = [event for (message, event), there in zip(batch, kept, strict=True) if there.id == message.id]
            await tx.outbox.add(*new)
            return kept


def _lines_of(show: ShowId) -> Select[Any]:
    """The lines that are not deleted, with their authors."""
    table = chat_messages.c
    return (
        select(chat_messages, people.c.handle, people.c.display_name, people.c.role)
        .join(people, people.c.id == table.author_id)
        .where(table.show_id == show, table.deleted_at_ms.is_(None))
    )


def insert_unless_said(connection: AsyncConnection, table: Table) -> Any:
    """Neither database has a common form of "insert unless the key is there"."""
    dialects = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    make = dialects.get(connection.dialect.name, insert)
    statement: Any = make(table)
    return statement.on_conflict_do_nothing(index_elements=_KEY)


def _key(message: ChatMessage) -> tuple[str, str, str]:
    return (message.author, message.show, message.key)


def message_row(message: ChatMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "show_id": message.show,
        "author_id": message.author,
        "key": message.key,
        "text": message.text,
        "at_ms": message.at_ms,
        "reply_to": message.reply_to,
        "mentions": msgspec.json.encode(message.mentions).decode() if message.mentions else None,
    }


def _message(row: Row[Any]) -> ChatMessage:
    return ChatMessage(
        id=MessageId(row.id),
        show=ShowId(row.show_id),
        author=PersonId(row.author_id),
        key=row.key,
        text=row.text,
        at_ms=row.at_ms,
        reply_to=None if row.reply_to is None else MessageId(row.reply_to),
        mentions=() if row.mentions is None else tuple(msgspec.json.decode(row.mentions, type=list[PersonId])),
        deletion=_deletion(row),
    )


def _deletion(row: Row[Any]) -> Deletion | None:
    if row.deleted_at_ms is None:
        return None
    return Deletion(Deleter(row.deleted_as), PersonId(row.deleted_by), row.deleted_at_ms)


def _author(row: Row[Any]) -> Person:
    return Person(PersonId(row.author_id), row.handle, row.display_name, Role(row.role))
