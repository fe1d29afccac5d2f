"""How often a publisher is asked for a key frame: at most twice a second, however many viewers ask."""

from __future__ import annotations

INTERVAL_S = 0.5


class KeyFrameRequests:
    """Coalesces requests: the first goes out at once, those within the interval become one at its end."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._wanted = False

    def ask(self, now: float) -> bool:
        """Whether to send a PLI now; if not, `poll` says so later."""
        self._wanted = True
        return self.poll(now)

    def poll(self, now: float) -> bool:
        """Whether a postponed request is due."""
        if not self._wanted or now < self._last + INTERVAL_S:
            return False
        self._last = now
        self._wanted = False
        return True

    def deadline(self) -> float | None:
        """When the postponed request is due; None if there is none."""
        return self._last + INTERVAL_S if self._wanted else None

    def restart(self) -> None:
        """Another publisher took over: what was asked of the old one does not count."""
        self._last = float("-inf")
