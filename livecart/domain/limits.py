"""Rate limits by GCRA: one number per key, the time at which the key would be back at rest.

See "generic cell rate algorithm", ITU-T I.371. What is limited, and for whom, is decided at the edges.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

from livecart.domain.errors import LimitedError

# A key costs about 100 bytes; past this many the one that was quiet longest is forgotten, and so starts afresh.
KEYS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_s` each second."""

    per_s: float
    burst: int

    def __post_init__(self) -> None:
        if self.per_s <= 0 or self.burst < 1:
            raise ValueError("a rate lets something through")

    @property
    def interval_ms(self) -> float:
        return 1000 / self.per_s


@dataclass(frozen=True, slots=True)
class Taken:
    """The key's state from now on; `retry_after_ms` is 0 when the request was granted."""

    state: float
    retry_after_ms: int


def take(state: float | None, rate: Rate, now_ms: float, cost: int = 1) -> Taken:
    """Grants `cost` units or says when they would be granted. A cost above the burst is never granted."""
    at_rest = now_ms if state is None else max(state, now_ms)
    after = at_rest + cost * rate.interval_ms
    early_ms = after - now_ms - rate.burst * rate.interval_ms
    # Unix time in milliseconds leaves a float about 0.001 ms of precision: less than that is no reason to refuse.
    if early_ms > 0.01:
        return Taken(at_rest, max(1, math.ceil(early_ms)))
    return Taken(after, 0)


class Meter:
    """One rate and the states of all keys that use it, in this process."""

    def __init__(self, rate: Rate, *, keys_max: int = KEYS_MAX) -> None:
        self._rate = rate
        self._keys_max = keys_max
        self._states: dict[Hashable, float] = {}

    def take(self, key: Hashable, now_ms: float, cost: int = 1) -> int:
        """Returns 0, or in how many milliseconds to try again."""
        taken = take(self._states.pop(key, None), self._rate, now_ms, cost)
        self._states[key] = taken.state
        if len(self._states) > self._keys_max:
            del self._states[next(iter(self._states))]
        return taken.retry_after_ms

    def peek(self, key: Hashable, now_ms: float) -> int:
        """What `take` would answer, without taking."""
        return take(self._states.get(key), self._rate, now_ms).retry_after_ms

    def give_back(self, key: Hashable) -> None:
        """One unit that was taken and not used."""
        if key in self._states:
            self._states[key] -= self._rate.interval_ms

    def require(self, key: Hashable, now_ms: float, cost: int = 1) -> None:
        """Raises LimitedError when `key` has used up its rate."""
        retry_after_ms = self.take(key, now_ms, cost)
        if retry_after_ms:
            raise LimitedError("too often, please wait", retry_after_ms=retry_after_ms)

    def __len__(self) -> int:
        return len(self._states)
