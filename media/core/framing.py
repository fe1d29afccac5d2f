"""Packets on a TCP connection, each behind its length in two bytes (RFC 4571 section 2)."""

from __future__ import annotations

from media.errors import FormatError

MAX_FRAME = 2_048


def framed(packet: bytes | memoryview) -> bytes:
    """A packet as it goes onto the connection."""
    return len(packet).to_bytes(2, "big") + packet


class Frames:
    """Bytes in, in pieces of any size; whole packets out."""

    __slots__ = ("_at", "_held")

    def __init__(self) -> None:
        self._held = bytearray()
        self._at = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Take what has come."""
        if self._at:
            del self._held[: self._at]
            self._at = 0
        self._held += data

    def next(self) -> bytes | None:
        """The next whole packet, or None before it is there. A length that no packet has raises `FormatError`,
        after which nothing can be read any more."""
        held, at = self._held, self._at
        if len(held) - at < 2:
            return None
        size = held[at] << 8 | held[at + 1]
        if not 0 < size <= MAX_FRAME:
            raise FormatError(f"a frame of {size} bytes")
        end = at + 2 + size
        if len(held) < end:
            return None
        self._at = end
        return bytes(held[at + 2 : end])
