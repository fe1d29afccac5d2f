"""What the use cases of gifts need from SQL, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.giver import Giver, GiverKey
from livecart.domain.ids import PersonId, ShowId, StreakId


@dataclass(frozen=True, slots=True)
class GiftIncome:
    """What the gifts of a show brought in one currency: how many, for how much, and what of it is the shop's fee."""

    currency: str
    gifts: int
    total_minor: int
    fees_minor: int


class Gifts(Protocol):
    """Reading gifts; they are sent and paid through the Committer only."""

    async def giver(self, person: PersonId, currency: str) -> Giver: ...

    async def locked(self, person: PersonId, currency: str) -> Giver:
        """Inside `write`: as he is until the end of it, whatever is sent meanwhile."""
        ...

    async def put(self, giver: Giver) -> None:
        """One that was `locked`."""
        ...

    async def due(self, now_ms: int, limit: int) -> Sequence[tuple[StreakId, GiverKey]]:
        """The open streaks whose windows are over, the oldest first."""
        ...

    async def income(self, show: ShowId) -> Sequence[GiftIncome]:
        """Of the streaks that have ended."""
        ...
