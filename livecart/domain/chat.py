"""A chat message and the rules for one: its key, who may delete it until when, and the same line twice in a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LimitedError
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.people import Permission, Person

DUPLICATE_WITHIN_MS = 10_000
# Long enough to take back a slip; later the line is part of what others answered to.
AUTHOR_DELETES_WITHIN_MS = 60_000
_KEY = re.compile(r"[!-~]{1,64}")
_REMEMBERED_MAX = 50_000


class LeftOutError(LimitedError):
    """More was written than the show's chat carries; nobody got this line."""

    code = "left_out"


class Deleter(StrEnum):
    """In which capacity somebody deleted a message."""

    AUTHOR = "author"
    HOST = "host"
    MODERATOR = "moderator"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Deletion:
    by: Deleter
    person: PersonId
    at_ms: int


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """`key` is the author's own: the same author, show and key is the same message, however often it is sent.

    `mentions` are the people whose handles stood in the text when it was sent.
    """

    id: MessageId
    show: ShowId
    author: PersonId
    key: str
    text: str
    at_ms: int
    reply_to: MessageId | None = None
    mentions: tuple[PersonId, ...] = ()
    deletion: Deletion | None = None

    def deleted(self, person: Person, host: PersonId, now_ms: int, *, assisting: bool = False) -> ChatMessage:
        """The message as `person` deletes it; one that is deleted already stays as it is. `assisting`: the host has
        left that to him.

        Raises ForbiddenError: `too_late` to its author after 60 s, `forbidden` to anybody else without the right.
        """
        young = now_ms - self.at_ms <= AUTHOR_DELETES_WITHIN_MS
        if person.id == self.author and young:
            by = Deleter.AUTHOR
        elif person.id == host:
            by = Deleter.HOST
        elif person.may(Permission.MODERATE_CHAT):
            by = Deleter.MODERATOR
        elif assisting:
            by = Deleter.ASSISTANT
        elif person.id == self.author:
            raise ForbiddenError("a message can be taken back for a minute only", code="too_late")
        else:
            raise ForbiddenError("this message is another's")
        return self if self.deletion else replace(self, deletion=Deletion(by, person.id, now_ms))

    def require_there(self) -> None:
        if self.deletion is not None:
            raise ConflictError("the message was deleted", code="message_deleted")


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
