"""How a red packet's money is cut into shares and who draws which, as a pure function of its seed.

Randomness is HMAC-SHA-256(seed, prefix ‖ counter): the counter is 8 bytes, big endian, from 0 on, and the first 8 bytes
of each block are one number, which is thrown away when it would favour some results (rejection sampling). The prefix is
the packet's id for the split; for the draw it is the id and the root of the entrants.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

SHARES_MAX = 2_000
SHARE_MIN_MINOR = 1
_SPAN = 2**64


class SplitKind(StrEnum):
    EQUAL = "equal"
    LUCKY = "lucky"


class Draws:
    """Numbers that nobody can know without the seed, and anybody can recompute with it."""

    def __init__(self, seed: bytes, prefix: bytes) -> None:
        self._seed = seed
        self._prefix = prefix
        self._counter = 0

    def below(self, bound: int) -> int:
        """The next number from 0 to `bound` - 1, each as likely as the others."""
        fair = _SPAN - _SPAN % bound
        while True:
            block = hmac.digest(self._seed, self._prefix + self._counter.to_bytes(8, "big"), "sha256")
            self._counter += 1
            number = int.from_bytes(block[:8], "big")
            if number < fair:
                return number % bound

    def shuffled(self, items: Sequence[T], most: int | None = None) -> list[T]:
        """The items in a drawn order (Fisher and Yates, from the front), or the first `most` of that order."""
        left = list(items)
        wanted = len(left) if most is None else min(most, len(left))
        for place in range(min(wanted, len(left) - 1)):
            other = place + self.below(len(left) - place)
            left[place], left[other] = left[other], left[place]
        return left[:wanted]


@lru_cache(maxsize=256)
def split(packet: str, seed: bytes, kind: SplitKind, total_minor: int, shares: int) -> tuple[int, ...]:
    """The amounts in the order in which they are given away. They sum to the total and none is below the minimum.

    Kept for the packets that are open: each batch of claims asks for the next few.
    """
    draws = Draws(seed, packet.encode())
    cut = _equal(total_minor, shares) if kind is SplitKind.EQUAL else _lucky(draws, total_minor, shares)
    return tuple(draws.shuffled(cut))


def assign(packet: str, seed: bytes, root: bytes, entrants: Sequence[T], shares: int) -> list[T]:
    """Who draws share 0, 1, 2 … among the entrants in their canonical order; whoever is not in the list drew none."""
    return Draws(seed, packet.encode() + root).shuffled(entrants, shares)


def _equal(total_minor: int, shares: int) -> list[int]:
    """What does not divide is spread one by one; who gets one more is left to the shuffle."""
    each, more = divmod(total_minor, shares)
    return [each + 1] * more + [each] * (shares - more)


def _lucky(draws: Draws, total_minor: int, shares: int) -> list[int]:
    """The minimum is put by for everybody, so that no draw needs a cap; the rest goes by the double-mean rule."""
    rest = total_minor - shares * SHARE_MIN_MINOR
    amounts = []
    for left in range(shares, 1, -1):
        drawn = draws.below(2 * rest // left + 1)
        amounts.append(SHARE_MIN_MINOR + drawn)
        rest -= drawn
    return [*amounts, SHARE_MIN_MINOR + rest]
