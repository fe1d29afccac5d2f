"""The part of the Store port that calls need; see store.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.call import Call, CallDesk
from livecart.domain.ids import CallId, PersonId, ShowId


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Whose requests are looked for, by name, handle or note; and which first."""

    show: ShowId
    text: str | None = None
    newest: bool = False
    limit: int = 50


class Calls(Protocol):
    """Whoever changes a call of a show has its desk, which inside `write` stays locked until the end."""

    async def desk(self, show: ShowId) -> CallDesk: ...

    async def save_desk(self, show: ShowId, desk: CallDesk) -> None: ...

    async def add(self, call: Call) -> None: ...

    async def save(self, call: Call) -> None: ...

    async def get(self, call: CallId) -> Call:
        """Raises NotFoundError."""
        ...

    async def open_of(self, show: ShowId, person: PersonId) -> Call | None: ...

    async def last_of(self, show: ShowId, person: PersonId) -> Call | None: ...

    async def position(self, call: Call) -> int | None:
        """1 for the first of those who wait; None for one that waits no longer."""
        ...

    async def waiting(self, query: QueueQuery) -> Sequence[tuple[Call, int]]:
        """Those who wait, with their positions among all of the show's."""
        ...

    async def count(self, query: QueueQuery) -> int:
        """How many wait that match."""
        ...

    async def staged(self, show: ShowId | None = None) -> Sequence[Call]:
        """Who is invited or on stage, in one show or in all of them, by slot."""
        ...

    async def anything(self, show: ShowId) -> bool:
        """Whether anybody's call is open."""
        ...

    async def clear(self, show: ShowId, reason: str, now_ms: int) -> Sequence[Call]:
        """Declines all who wait; returns them as they are then."""
        ...

    async def astray(self, now_ms: int, limit: int) -> Sequence[tuple[Call, str]]:
        """Open calls that cannot go on, and why: `show_ended`, or `banned`."""
        ...

    async def untold(self, before_ms: int) -> Sequence[ShowId]:
        """Shows whose staff does not know yet what became of the queue, and was last told before then."""
        ...

    async def last_changed(self, show: ShowId) -> Call | None: ...
