"""The chat in the Store port: what was said, and what a host prepared for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.canned import CannedReply
from livecart.domain.chat import ChatMessage
from livecart.domain.chat_rules import ChatRules
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.people import Person
from livecart.services.store import Page
from livecart.services.store_filter import ChatQuery


class ChatMessages(Protocol):
    async def add_all(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
        """Adds those whose author, show and key are new; answers for each what is kept under them, in order."""
        ...

    async def find_all(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage | None]:
        """What is kept under each message's author, show and key, in order."""
        ...

    async def latest(self, show: ShowId, limit: int) -> Sequence[tuple[ChatMessage, Person]]:
        """The newest messages that are not deleted, with their authors, oldest first."""
        ...

    async def search(self, query: ChatQuery, page: Page) -> Sequence[tuple[ChatMessage, Person]]:
        """Messages that are not deleted, with their authors."""
        ...

    async def get(self, show: ShowId, message: MessageId) -> ChatMessage:
        """A message of this show, deleted or not. Raises NotFoundError."""
        ...

    async def authors(self, messages: Sequence[MessageId]) -> dict[MessageId, Person]: ...

    async def save_deletion(self, message: ChatMessage) -> None: ...

    async def deleted(self, messages: Sequence[MessageId]) -> set[MessageId]:
        """Those of the messages that are deleted."""
        ...

    async def forget(self, before_ms: int, limit: int) -> int:
        """Removes messages that are older, but none that is pinned; returns how many."""
        ...


class ChatDesks(Protocol):
    """What a host prepared for the chat: a show's rules and pinned message, and his own canned replies."""

    async def rules(self, show: ShowId) -> ChatRules: ...

    async def pinning(self, before_ms: int) -> Sequence[ShowId]:
        """The shows whose pinned message is older."""
        ...

    async def save_rules(self, show: ShowId, rules: ChatRules) -> None: ...

    async def replies(self, creator: PersonId) -> Sequence[CannedReply]: ...

    async def put_replies(self, creator: PersonId, replies: Sequence[CannedReply]) -> None: ...
