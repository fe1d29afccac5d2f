"""A chat message and the rules for one: its length, its key, and the same line twice in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.text import check_text

TEXT_MAX = 200
DUPLICATE_WITHIN_MS = 10_000
_KEY = re.compile(r"[!-~]{1,64}")
_REMEMBERED_MAX = 50_000


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """`key` is the author's own: the same author, show and key is the same message, however often it is sent."""

    id: MessageId
    show: ShowId
    author: PersonId
    key: str
    text: str
    at_ms: int


def check_chat_text(text: str) -> str:
    return check_text("text", text, 1, TEXT_MAX)


def check_chat_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise InvalidError("the key is not valid", fields={"key": "1 to 64 printable ASCII characters, no space"})
    return key


class RecentLines:
    """What each author said last in each show, for as long as saying it again counts as a duplicate. Bounded."""

    def __init__(self) -> None:
        self._last: dict[tuple[PersonId, ShowId], ChatMessage] = {}

    def add(self, message: ChatMessage) -> None:
        """Raises ConflictError `duplicate` for a text that its author sent within 10 s under another key."""
        where = (message.author, message.show)
        last = self._last.get(where)
        same = last is not None and last.text == message.text and last.key != message.key
        if same and last is not None and message.at_ms - last.at_ms < DUPLICATE_WITHIN_MS:
            raise ConflictError("you have just said that", code="duplicate")
        self._last.pop(where, None)
        self._last[where] = message
        if len(self._last) > _REMEMBERED_MAX:
            del self._last[next(iter(self._last))]

    def forget(self, message: ChatMessage) -> None:
        """Takes back what `add` noted, for a message that could not be kept."""
        where = (message.author, message.show)
        if self._last.get(where) is message:
            del self._last[where]
