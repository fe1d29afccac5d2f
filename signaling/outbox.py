"""How much one socket may still be sent. Its queue is the transport's buffer; here is the accounting for it.

A slow socket first loses the crowd's events, then chat, then is closed with "resume": it finds what it missed in the
log. Nothing waits for a slow viewer, and nobody's buffer grows past CLOSE_BYTES and one batch.
"""

from __future__ import annotations

from signaling.lanes import Lane
from signaling.messages import Skipped

NO_CROWD_BYTES = 32 * 1024
NO_CHAT_BYTES = 64 * 1024
CLOSE_BYTES = 512 * 1024
# A socket that stays this full for so long takes nothing at all any more.
STUCK_MS = 8_000


class Outbox:
    """Asked before every batch with the bytes that the transport has not got rid of yet."""

    __slots__ = ("_full_since_ms", "_skipped")

    def __init__(self) -> None:
        self._full_since_ms: int | None = None
        self._skipped: Skipped | None = None

    def admit(self, buffered: int, now_ms: int) -> Lane | None:
        """The last lane that may be sent now, or None when the socket is to be closed."""
        if buffered < NO_CROWD_BYTES:
            self._full_since_ms = None
            return Lane.CROWD
        if buffered < NO_CHAT_BYTES:
            self._full_since_ms = None
            return Lane.CHAT
        if self._full_since_ms is None:
            self._full_since_ms = now_ms
        if buffered >= CLOSE_BYTES or now_ms - self._full_since_ms >= STUCK_MS:
            return None
        return Lane.HOST

    @property
    def quiet(self) -> bool:
        """Whether it has nothing to remember: it was not full, and nothing is to be told."""
        return self._full_since_ms is None and self._skipped is None

    def skip(self, skipped: Skipped | None) -> None:
        """Notes what a whole batch left out, to be told before the next thing that is sent."""
        if skipped is None:
            return
        before = self._skipped
        if before is None:
            self._skipped = skipped
        else:
            self._skipped = Skipped(before.first, skipped.last, before.count + skipped.count)

    def take_skipped(self) -> Skipped | None:
        skipped, self._skipped = self._skipped, None
        return skipped
