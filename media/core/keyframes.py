"""How often a publisher is asked for a key frame: at most twice a second, however many viewers ask; and whether it
answers at all."""

from __future__ import annotations

INTERVAL_S = 0.5
PATIENCE_S = 1.0  # browsers answer within a frame and a round trip
PROMPT_S = 0.5


class KeyFrameRequests:
    """Coalesces requests: the first goes out at once, those within the interval become one at its end. `deaf` is a
    publisher that goes on as if nobody had asked."""

    def __init__(self) -> None:
        self.deaf = False
        self._last = float("-inf")
        self._wanted = False
        self._unanswered: float | None = None

    def ask(self, now: float) -> bool:
        """Whether to send a PLI now; if not, `poll` says so later."""
        self._wanted = True
        return self.poll(now)

    def poll(self, now: float) -> bool:
        """Whether a postponed request is due."""
        if self._unanswered is not None and now - self._unanswered > PATIENCE_S:
            self.deaf = True
        if not self._wanted or now < self._last + INTERVAL_S:
            return False
        self._last = now
        self._wanted = False
        if self._unanswered is None:
            self._unanswered = now
        return True

    def came(self, now: float) -> None:
        """There was a key frame, asked for or not."""
        if self._unanswered is not None and now - self._unanswered < PROMPT_S:
            self.deaf = False
        self._unanswered = None

    def deadline(self) -> float | None:
        """When the postponed request is due; None if there is none."""
        return self._last + INTERVAL_S if self._wanted else None

    def restart(self, *, deaf: bool = False) -> None:
        """Another publisher took over: what was asked of the old one does not count."""
        self.deaf = deaf
        self._last = float("-inf")
        self._unanswered = None
