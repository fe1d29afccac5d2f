"""What a viewer's line carries, shared between the slots that it is sent: the large ones first. Pure.

Everybody who is seen keeps at least his smallest picture; of what is left the one that is shown largest takes what he
needs, then the next. So a line that becomes worse makes the small tiles small before it touches the large picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """One slot: `size` is how large it is shown (0.0 to 1.0), `rates` its layers' in bits per second from the lowest
    up, `now` the rate that it is sent."""

    size: float
    rates: Sequence[float]
    now: float


def ceiling(size: float, layers: int) -> int:
    """The largest layer that a picture of this size has any use for."""
    return int(size * max(layers - 1, 0) + 0.5)  # of two, the middle is the upper one


def in_order(places: Sequence[Place]) -> list[int]:
    """Who comes first: the largest, and of equals the host."""
    return sorted(range(len(places)), key=lambda index: (-places[index].size, index))


def shares(bps: float, places: Sequence[Place]) -> list[float]:
    """What each slot may take of the line: those before it have what they are sent, those after it their smallest."""
    found = [0.0] * len(places)
    order = in_order(places)
    for rank, index in enumerate(order):
        before = sum(places[each].now for each in order[:rank])
        after = sum(min(places[each].rates, default=0.0) for each in order[rank + 1 :])
        found[index] = max(bps - before - after, 0.0)
    return found


def arrange(bps: float, places: Sequence[Place]) -> list[int]:
    """The layer of each slot when sizes have changed: the best that fit together, the large ones first."""
    found = [0] * len(places)
    left = bps - sum(min(place.rates, default=0.0) for place in places)
    for index in in_order(places):
        size, rates, _ = places[index]
        lowest = min(rates, default=0.0)
        fitting = (layer for layer in range(ceiling(size, len(rates)), 0, -1) if rates[layer] - lowest <= left)
        found[index] = next(fitting, 0)
        left -= rates[found[index]] - lowest if rates else 0.0
    return found
