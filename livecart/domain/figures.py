"""Who is in a show, and its figures: how many at once, how many different people, how often it was liked."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.ids import PersonId


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whom one process has in a show, without the host.

    `faces` tell guests apart as well as addresses and browsers do, which is good enough for an estimate.
    """

    people: frozenset[PersonId] = frozenset()
    guests: int = 0
    faces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """Over all processes: who is there now, each person once; the most so far; and how many different ones came."""

    viewers: int
    peak: int
    unique: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`unique` is an estimate (HyperLogLog, standard error 0.81 %)."""

    peak: int = 0
    unique: int = 0
    likes: int = 0

    def counted(self, now: Counted) -> Figures:
        """The higher of each: a log that was lost counts from the start, what was reached stays."""
        return Figures(max(self.peak, now.peak), max(self.unique, now.unique), self.likes)

    def liked(self, more: int) -> Figures:
        return Figures(self.peak, self.unique, self.likes + more)
