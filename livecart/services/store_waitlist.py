"""What the use cases of waitlists read from SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import PersonId, PlaceId, ShowId, VariantId
from livecart.domain.waitlist import Place, Thing, WaitedGoods, Waiting


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line on which something is to be done, the variants in its thing, and the shows that its people joined in."""

    thing: Thing
    variants: tuple[VariantId, ...]
    shows: tuple[ShowId, ...]


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many people wait for the thing, and how many units are held for those who are invited."""

    thing: Thing
    goods: WaitedGoods
    waiting: int
    invited_units: int


class Waitlists(Protocol):
    """Reading waitlists; they are changed through the Committer only."""

    async def of(self, person: PersonId) -> Sequence[Waiting]:
        """The person's own places, the oldest first."""
        ...

    async def get(self, place: PlaceId) -> Place:
        """Raises NotFoundError."""
        ...

    async def of_show(self, show: ShowId) -> Sequence[LineCount]:
        """Of those who joined in this show, the longest line first."""
        ...

    async def due(self, now_ms: int, limit: int) -> Sequence[DueLine]:
        """Where an invitation ran out, units are free, or what is waited for is closed."""
        ...
