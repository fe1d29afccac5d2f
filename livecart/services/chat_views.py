"""Chat messages as the plain values that both edges send: docs/protocol.md, "WebSocket"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from livecart.domain.chat import ChatMessage
from livecart.domain.chat_rules import ChatRules
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.people import Person
from livecart.services.store import Transaction
from livecart.services.views import person_view


@dataclass(frozen=True, slots=True)
class Around:
    """The people whom a view of some messages needs besides their authors: those answered to, and those mentioned."""

    answered: dict[MessageId, Person] = field(default_factory=dict)
    mentioned: dict[PersonId, Person] = field(default_factory=dict)


async def around(tx: Transaction, messages: Sequence[ChatMessage]) -> Around:
    answered = [message.reply_to for message in messages if message.reply_to is not None]
    mentioned = [person for message in messages for person in message.mentions]
    return Around(
        await tx.chat.authors(answered) if answered else {},
        await tx.people.many(mentioned) if mentioned else {},
    )


def message_view(message: ChatMessage, author: Person, near: Around) -> dict[str, Any]:
    """A reply does not repeat what it answers: that may be deleted, and must then be nowhere."""
    view: dict[str, Any] = {
        "id": message.id,
        "author": {"id": author.id, "display_name": author.display_name, "role": author.role.value},
        "text": message.text,
        "at_ms": message.at_ms,
    }
    answered = None if message.reply_to is None else near.answered.get(message.reply_to)
    if answered is not None:
        view["reply_to"] = {
            "id": message.reply_to,
            "author": {"id": answered.id, "display_name": answered.display_name},
        }
    mentioned = [near.mentioned[person] for person in message.mentions if person in near.mentioned]
    if mentioned:
        view["mentions"] = [person_view(person) for person in mentioned]
    return view


def rules_view(rules: ChatRules) -> dict[str, Any]:
    return {
        "version": rules.version,
        "slow_s": rules.slow_s,
        "links": rules.links.value,
        "who": rules.who.value,
        "followed_minutes": rules.followed_minutes,
    }


async def pinned_view(tx: Transaction, show: ShowId, rules: ChatRules) -> dict[str, Any] | None:
    """The pinned message, or None; one that is gone is not pinned any more."""
    if rules.pinned is None:
        return None
    try:
        message = await tx.chat.get(show, rules.pinned)
    except NotFoundError:
        return None
    if message.deletion is not None:
        return None
    author = await tx.people.get(message.author)
    return message_view(message, author, await around(tx, [message]))
