"""What many people do, gathered until it is told or kept as one figure: likes, arrivals, and a show's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from livecart.domain.figures import Counted, Figures
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person

# When more come within a second they are a number and no names.
NAMES_MAX = 3
# Whoever comes back within this time (a reload, a lost line) has not arrived again.
ARRIVES_AGAIN_MS = 10 * 60_000
_REMEMBERED_MAX = 50_000


class ShowTally:
    """What came from this process's sockets to each show since the last time that it was told."""

    def __init__(self) -> None:
        self._counts: Counter[ShowId] = Counter()

    def add(self, show: ShowId, count: int) -> None:
        self._counts[show] += count

    def take(self) -> Counter[ShowId]:
        counts, self._counts = self._counts, Counter()
        return counts


@dataclass(slots=True)
class Arrived:
    count: int = 0
    names: list[str] = field(default_factory=list)


class Arrivals:
    """Who came into a show since the last time that it was told; guests have no name and are not told."""

    def __init__(self) -> None:
        self._here: dict[ShowId, Arrived] = {}
        self._seen_at_ms: dict[tuple[ShowId, PersonId], int] = {}

    def add(self, show: ShowId, person: Person, now_ms: int, *, back: bool = False) -> None:
        """`back`: after a lost connection, perhaps to another process, which is no arrival at this one either."""
        last_ms = self._seen_at_ms.pop((show, person.id), None)
        self._seen_at_ms[show, person.id] = now_ms
        if len(self._seen_at_ms) > _REMEMBERED_MAX:
            del self._seen_at_ms[next(iter(self._seen_at_ms))]
        if back or (last_ms is not None and now_ms - last_ms < ARRIVES_AGAIN_MS):
            return
        arrived = self._here.setdefault(show, Arrived())
        arrived.count += 1
        arrived.names = [*arrived.names, person.display_name] if arrived.count <= NAMES_MAX else []

    def take(self) -> dict[ShowId, Arrived]:
        here, self._here = self._here, {}
        return here


@dataclass(frozen=True, slots=True)
class Tallies:
    """What is told once a second and not one by one."""

    likes: ShowTally
    arrivals: Arrivals
    # Lines of chat that nobody got, since more was written than the show's chat carries.
    left_out: ShowTally


class Unkept:
    """What came to the figures of shows since they were last kept in SQL."""

    def __init__(self) -> None:
        self._figures: dict[ShowId, Figures] = {}

    def like(self, show: ShowId, count: int) -> None:
        self._figures[show] = self._of(show).liked(count)

    def count(self, show: ShowId, counted: Counted) -> None:
        self._figures[show] = self._of(show).counted(counted)

    def take(self) -> dict[ShowId, Figures]:
        figures, self._figures = self._figures, {}
        return figures

    def put_back(self, figures: Mapping[ShowId, Figures]) -> None:
        for show, each in figures.items():
            self.like(show, each.likes)
            self.count(show, Counted(0, each.peak, each.unique))

    def _of(self, show: ShowId) -> Figures:
        return self._figures.get(show, Figures())
