"""What duels need besides SQL: the score as it grows, and media processes that show one host in two shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import DuelId, PersonId, ShowId


class Scores(Protocol):
    """Likes of shows that are in a duel, added up over all processes. Raises UnavailableError."""

    async def open(self, show: ShowId, duel: DuelId, until_ms: int, score: int) -> int:
        """Counts from now on, if it does not already; never less than `score`. Answers the count."""
        ...

    async def add(self, likes: Mapping[ShowId, int], now_ms: int) -> None:
        """Counts what came to shows; nothing for those in no duel, and when its time is over."""
        ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a media process says of a guest host's slot. `live`: media comes. `astray`: it comes, or came, from where
    that show is no longer."""

    show: ShowId
    slot: int
    source: ShowId
    live: bool
    astray: bool = False


class GuestMedia(Protocol):
    """The media processes. Raises UnavailableError when none answers in time."""

    async def pull(self, show: ShowId, slot: int, source: ShowId, host: PersonId) -> None:
        """Shows the host of the show `source` in a slot of `show`, from whatever process has him."""
        ...

    async def unpull(self, show: ShowId, slot: int, source: ShowId) -> None:
        """No more; nothing happens where that is so already."""
        ...

    async def pulled(self) -> Sequence[Pulled]:
        """The guest hosts of all shows, a second late."""
        ...
