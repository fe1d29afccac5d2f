"""The part of the Store port that reminders of shows need; see store.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.ids import PersonId, ShowId
from livecart.domain.reminder import Reminder


class Reminders(Protocol):
    async def count(self, person: PersonId) -> int: ...

    async def put(self, reminder: Reminder) -> None:
        """One for each show and browser; whoever asks last in this browser has it."""
        ...

    async def remove(self, show: ShowId, person: PersonId) -> None:
        """Of all his browsers."""
        ...

    async def due(self, now_ms: int, limit: int) -> Sequence[Reminder]:
        """Of shows that have begun; locked, those left out that another process works on."""
        ...

    async def put_off(self, reminders: Sequence[Reminder]) -> None:
        """Keeps tries and time of the next."""
        ...

    async def done(self, ids: Sequence[str]) -> None: ...

    async def forget_browser(self, subscription: str) -> None:
        """The push service knows this browser no more."""
        ...

    async def forget_ended(self) -> int:
        """Those of shows that are over; returns how many."""
        ...
