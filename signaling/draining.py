"""How a process sends its sockets away: who is closed when, and when each is told to come back. Pure.

The spread lies in what clients are told and not in how long this process lives: one that must end at once closes all
at once, and they still come back one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# As many come back each second; a join costs about 0.5 ms of CPU, so this is a fifth of a core.
RETURNS_PER_S = 400
SPREAD_MAX_S = 30.0
WAVE_S = 0.1
# Clients that are closed over time need only be kept from returning in waves.
JITTER_S = 0.5

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Wave(Generic[S]):
    """Sockets that are closed together, each with the milliseconds after which it is to come back."""

    farewells: Sequence[tuple[S, int]]
    pause_s: float


def waves(sockets: Sequence[S], over_s: float, random: Callable[[], float]) -> Iterator[Wave[S]]:
    """Closes `sockets` evenly over `over_s` seconds, 0 for all at once. `random` answers in [0, 1)."""
    spread_s = min(len(sockets) / RETURNS_PER_S, SPREAD_MAX_S)
    wait_ms = max(spread_s - over_s, JITTER_S) * 1000
    number = max(1, int(over_s / WAVE_S))
    size = -(-len(sockets) // number) or 1
    for start in range(0, len(sockets), size):
        told = [(socket, int(random() * wait_ms)) for socket in sockets[start : start + size]]
        yield Wave(told, over_s / number)
