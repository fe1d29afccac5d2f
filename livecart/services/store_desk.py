"""What the desk needs of SQL: counting over many rows, and nothing that changes any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import PersonId, ShowId


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row of the moderation log, in short."""

    number: int
    at_ms: int
    kind: str
    code: str | None


@dataclass(frozen=True, slots=True)
class QueueAge:
    """When what waits for review was submitted: the longest ago, and the one in the middle; None while none waits."""

    waiting: int
    oldest_ms: int | None
    median_ms: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a topic, and how long the topic had waited for it, where that can still be told."""

    at_ms: int
    status: str
    waited_ms: int | None


@dataclass(frozen=True, slots=True)
class SecondLook:
    """An appeal or a request for a second opinion; `decided` is what became of it, None while it waits."""

    kind: str
    decided: str | None


class DeskReading(Protocol):
    """Raises UnavailableError."""

    async def said_since(self, shows: Sequence[ShowId], since_ms: int) -> Mapping[ShowId, int]:
        """How many lines of chat were said in each; a show without any may be missing."""
        ...

    async def verdicts_on(
        self, people: Sequence[PersonId], kinds: Sequence[str], each: int
    ) -> Mapping[PersonId, Sequence[Verdict]]:
        """The newest rows of these kinds about each, newest first."""
        ...

    async def queue_age(self) -> QueueAge: ...

    async def decided_since(self, since_ms: int) -> Sequence[Decided]:
        """Decisions that stood for more than a take-back; oldest first."""
        ...

    async def second_looks_since(self, since_ms: int) -> Sequence[SecondLook]: ...
