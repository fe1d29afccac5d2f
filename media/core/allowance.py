"""How much one peer may cause: a token bucket, so that a flood of NACKs, of key frame requests or of media stays
a counter."""

from __future__ import annotations


class Allowance:
    """Refills at `per_s` up to `burst`."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = burst
        self._at: float | None = None

    def take(self, wanted: int, now: float) -> int:
        """How many of those wanted are granted."""
        self._refill(now)
        granted = min(wanted, int(self._left))
        self._left -= granted
        return granted

    def admit(self, amount: float, now: float) -> bool:
        """Whether all of it is granted; nothing is taken if not."""
        self._refill(now)
        if amount > self._left:
            return False
        self._left -= amount
        return True

    def _refill(self, now: float) -> None:
        if self._at is not None:
            self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
