"""The figures of a show: how many were there at once, how many different people came, how often it was liked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """`unique` is an estimate (HyperLogLog, standard error 0.81 %)."""

    peak: int = 0
    unique: int = 0
    likes: int = 0

    def raised_to(self, other: Figures) -> Figures:
        """The higher of each: figures only grow, whoever tells them last."""
        return Figures(max(self.peak, other.peak), max(self.unique, other.unique), max(self.likes, other.likes))
