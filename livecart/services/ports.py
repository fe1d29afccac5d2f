"""What the use cases need from outside, as Protocols. adapters/ implements them; tests may bring fakes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import ShowId


class Clock(Protocol):
    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A new identifier: unique, sortable by time, not guessable."""
        ...


class Outbox(Protocol):
    """Events written in the same transaction as the change that they tell of; relayed after the commit."""

    async def add(self, *events: ShowEvent) -> None: ...

    async def unpublished(self, limit: int) -> Sequence[tuple[int, ShowEvent]]: ...

    async def mark_published(self, ids: Sequence[int]) -> None: ...


class Transaction(Protocol):
    """The repositories of one transaction."""

    @property
    def outbox(self) -> Outbox: ...


class Store(Protocol):
    """SQL. `read` sees one state; `write` commits when the block ends and rolls back when it raises.

    Both raise UnavailableError when SQL is away.
    """

    def read(self) -> AbstractAsyncContextManager[Transaction]: ...

    def write(self) -> AbstractAsyncContextManager[Transaction]: ...


class ShowLog(Protocol):
    """The memory of a room: numbered events of one show, capped, in Redis. SQL is the record, this is the news.

    Every method raises UnavailableError when Redis is away.
    """

    async def publish(self, event: ShowEvent) -> LogPosition:
        """Numbers, keeps and announces the event; an id that was seen before gets its old number."""
        ...

    async def announce(self, event: ShowEvent) -> None:
        """Sends an event that may be lost, or one for a person alone: it gets no number and is not kept."""
        ...

    async def position(self, show: ShowId) -> LogPosition: ...

    async def since(self, show: ShowId, after: LogPosition) -> Sequence[NumberedEvent] | None:
        """All events later than `after`, or None when some of them are gone or the epoch is another one."""
        ...
