"""Saying something in a show: checked, kept in SQL, then numbered and announced. Reading it is in room.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livecart.domain.chat import ChatMessage, RecentLines, check_chat_key, check_chat_text
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, MessageId, ShowId
from livecart.domain.people import Permission, Person
from livecart.services.ports import ChatWriter, Clock, Ids, ShowLog
from livecart.services.store import Store


@dataclass(frozen=True, slots=True)
class ChatPorts:
    """`writer` keeps in batches what `store` would keep one by one."""

    store: Store
    writer: ChatWriter
    log: ShowLog
    clock: Clock
    ids: Ids


class Chat:
    def __init__(self, ports: ChatPorts) -> None:
        self._ports = ports
        self._recent = RecentLines()

    async def send(self, author: Person, show: ShowId, text: str, key: str | None = None) -> dict[str, Any]:
        """Returns the message's view after its commit and its publication.

        The same key is the same message: sending it again answers, and if need be publishes, the first one. Raises
        ForbiddenError, InvalidError, NotFoundError, ConflictError `duplicate` or `show_ended`, UnavailableError.
        """
        author.require(Permission.CHAT)
        message = self._compose(author, show, text, key)
        async with self._ports.store.read() as tx:
            (await tx.shows.get(show)).require_open()
        self._recent.add(message)
        try:
            kept = await self._ports.writer.write(message)
        except BaseException:
            self._recent.forget(message)
            raise
        data = message_view(kept, author)
        event_id = EventId(kept.id)
        await self._ports.log.publish(ShowEvent(event_id, show, "chat", data, kept.at_ms))
        return data

    def _compose(self, author: Person, show: ShowId, text: str, key: str | None) -> ChatMessage:
        message_id = MessageId(self._ports.ids.new())
        return ChatMessage(
            id=message_id,
            show=show,
            author=author.id,
            key=message_id if key is None else check_chat_key(key),
            text=check_chat_text(text),
            at_ms=self._ports.clock.now_ms(),
        )


def message_view(message: ChatMessage, author: Person) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": {"id": author.id, "display_name": author.display_name, "role": author.role.value},
        "text": message.text,
        "at_ms": message.at_ms,
    }
