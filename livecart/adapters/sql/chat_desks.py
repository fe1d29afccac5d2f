"""A show's chat rules with its pinned message, and the canned replies of creators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import canned_replies, chat_messages, chat_rules
from livecart.domain.canned import CannedReply
from livecart.domain.chat_rules import ChatRules, Links, Speakers
from livecart.domain.ids import MessageId, PersonId, ReplyId, ShowId


class SqlChatDesks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rules(self, show: ShowId) -> ChatRules:
        row = (await self._connection.execute(select(chat_rules).where(chat_rules.c.show_id == show))).one_or_none()
        if row is None:
            return ChatRules()
        pinned = None if row.pinned_id is None else MessageId(row.pinned_id)
        who = Speakers(row.who)
        return ChatRules(row.version, row.slow_s, Links(row.links), who, row.followed_minutes, pinned)

    async def pinning(self, before_ms: int) -> Sequence[ShowId]:
        query = (
            select(chat_rules.c.show_id)
            .join(chat_messages, chat_messages.c.id == chat_rules.c.pinned_id)
            .where(chat_messages.c.at_ms < before_ms)
            .order_by(chat_rules.c.show_id)
        )
        return [ShowId(show) for show in (await self._connection.scalars(query)).all()]

    async def save_rules(self, show: ShowId, rules: ChatRules) -> None:
        row = {
            "version": rules.version,
            "slow_s": rules.slow_s,
            "links": rules.links.value,
            "who": rules.who.value,
            "followed_minutes": rules.followed_minutes,
            "pinned_id": rules.pinned,
        }
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        statement = make(chat_rules).values(show_id=show, **row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["show_id"], set_=row))

    async def replies(self, creator: PersonId) -> Sequence[CannedReply]:
        query = select(canned_replies).where(canned_replies.c.creator_id == creator).order_by(canned_replies.c.position)
        return [CannedReply(ReplyId(row.id), row.text) for row in await self._connection.execute(query)]

    async def put_replies(self, creator: PersonId, replies: Sequence[CannedReply]) -> None:
        await self._connection.execute(delete(canned_replies).where(canned_replies.c.creator_id == creator))
        rows = [
            {"id": reply.id, "creator_id": creator, "position": position, "text": reply.text}
            for position, reply in enumerate(replies)
        ]
        if rows:
            await self._connection.execute(insert(canned_replies), rows)
