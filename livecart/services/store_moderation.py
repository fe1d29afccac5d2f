"""What the moderation log needs of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import Link, LogEntry, Mark, Ruling, Words, words_hash


@dataclass(frozen=True, slots=True)
class KeptWords:
    """The words of a row with the salt of their hash."""

    salt: str
    words: Words

    def hash(self) -> str:
        return words_hash(self.salt, self.words)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which rows of the log are looked for. `until_ms` itself is left out."""

    person: PersonId | None = None
    subject: str | None = None
    kinds: Sequence[str] = ()
    by: PersonId | None = None
    since_ms: int | None = None
    until_ms: int | None = None


class ModerationRows(Protocol):
    """The log is only appended to, save for a purge; nothing here changes a row."""

    async def append(self, ruling: Ruling) -> LogEntry:
        """Writes the decision behind the last row. Holds the log's head until the transaction ends: call it last."""
        ...

    async def head(self) -> tuple[int, str] | None:
        """Number and hash of the last row, as the head says. Inside `write` it stays locked until the end."""
        ...

    async def links(self, after: int, limit: int) -> Sequence[Link]:
        """The rows behind number `after`, in their order."""
        ...

    async def newest(self, wanted: LogFilter, before: int | None, limit: int) -> Sequence[Link]:
        """The newest rows first, those before number `before`."""
        ...

    async def words(self, numbers: Sequence[int]) -> Mapping[int, KeptWords]: ...

    async def stray_words(self, limit: int) -> Sequence[int]:
        """Numbers of words whose row is not there."""
        ...

    async def marks(self) -> Sequence[Mark]:
        """What was signed, by number."""
        ...

    async def add_mark(self, mark: Mark) -> None:
        """One that is there already stays as it is."""
        ...

    async def drop_heads(self, kept: int) -> None:
        """Deletes all signed heads but the newest."""
        ...

    async def last_before(self, before_ms: int) -> int:
        """The number of the last row of those at the log's beginning that are all older; 0 if there is none."""
        ...

    async def purge(self, last: int) -> int:
        """Deletes the rows up to `last` with their words and heads; returns how many rows."""
        ...

    async def forget_words(self, before_ms: int, limit: int) -> int:
        """Deletes the words of older rows, which stay; returns of how many."""
        ...
