"""The part of the Store port that word lists and held lines need; see store.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.held import HeldLine
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list as it was uploaded; `show` is None for one that holds in all of them."""

    name: str
    show: ShowId | None
    version: int
    text: str
    entries: int
    changed_by: PersonId
    changed_at_ms: int


@dataclass(frozen=True, slots=True)
class ChatQuery:
    """Which lines of a show's chat: of whom (a handle), and with what in them."""

    show: ShowId
    text: str | None = None
    author: str | None = None


class WordLists(Protocol):
    async def get(self, name: str) -> StoredList | None:
        """Inside `write` the row stays locked until the end."""
        ...

    async def put(self, stored: StoredList) -> bool:
        """Keeps a version that follows on the one that is there; False when somebody else was faster."""
        ...

    async def for_all(self) -> Sequence[StoredList]:
        """Those that hold in all shows, in the order of their names, without their texts."""
        ...

    async def versions(self) -> Mapping[str, tuple[ShowId | None, int]]:
        """Of every list that holds in all shows, or in one that has not ended."""
        ...

    async def texts(self, names: Sequence[str]) -> Mapping[str, str]: ...


class HeldLines(Protocol):
    async def add(self, line: HeldLine) -> HeldLine:
        """What is kept under the author, show and key: an older one if there was one."""
        ...

    async def find(self, show: ShowId, author: PersonId, key: str) -> HeldLine | None: ...

    async def get(self, show: ShowId, message: MessageId) -> HeldLine:
        """Raises NotFoundError. Inside `write` the row stays locked until the end."""
        ...

    async def waiting(self, show: ShowId, page: Page) -> Sequence[HeldLine]: ...

    async def count(self, show: ShowId, author: PersonId) -> tuple[int, int]:
        """How many wait in the show, and how many of them are the author's."""
        ...

    async def save_decision(self, line: HeldLine) -> bool:
        """False when it was decided meanwhile."""
        ...

    async def forget(self, before_ms: int, limit: int) -> int:
        """Removes lines that are older, however they were decided; returns how many."""
        ...
