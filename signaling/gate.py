"""How many may come in at once, and when the others are to come back. Pure: time and randomness are arguments.

Those who are turned away get places in a queue that exists in what they are told only: the n-th is told to come when
n have been let in. So the crowd comes back at the rate that it can be let in with, and not as a crowd.
"""

from __future__ import annotations

from livecart.domain.limits import Rate, take

# Clients that do as they are told may all have the same clock tick; this blurs it.
JITTER_MS = 1_000
# Nobody waits longer for a try, however many were turned away.
RETURN_MAX_MS = 30_000


class JoinGate:
    """`ask` lets somebody in or tells when to come again."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._state: float | None = None
        # Those told to come back whose turn has not come yet, as of `_counted_at_ms`.
        self._turned_away = 0.0
        self._counted_at_ms = 0

    def ask(self, now_ms: int, random: float) -> int:
        """0 is a yes; otherwise in how many milliseconds to try again. `random` is in [0, 1)."""
        taken = take(self._state, self._rate, now_ms)
        self._state = taken.state
        if not taken.retry_after_ms:
            return 0
        passed_s = max(0, now_ms - self._counted_at_ms) / 1000
        self._turned_away = max(0.0, self._turned_away - passed_s * self._rate.per_s) + 1
        self._counted_at_ms = now_ms
        place_ms = taken.retry_after_ms + self._turned_away * self._rate.interval_ms
        return round(min(place_ms, RETURN_MAX_MS - JITTER_MS) + random * JITTER_MS)
