"""Reads the headers of a client's frames for what aiohttp's reader lets pass. Pure; payloads are skipped.

A client must mask what it sends (RFC 6455 section 5.1), no message may begin inside another (section 5.4), and none may
come in ever more pieces, which cost time, and empty ones no budget of bytes at all.
"""

from __future__ import annotations

from enum import Enum

# 64 bytes each at the largest message: no client and no proxy cuts so fine.
PIECES_MAX = 1_024
_MASK_BYTES = 4
_CONTROL = 0x8


class FrameFault(Enum):
    UNMASKED = "a client masks its frames"
    NESTED = "a message inside another"
    PIECES = "a message in too many pieces"


class FrameScanner:
    """Fed with all bytes of one connection after its handshake."""

    __slots__ = ("_head", "_pieces", "_skip")

    def __init__(self) -> None:
        # Of the frame under way: what is there of a header that is not whole, or how much of its payload is to come.
        self._head = b""
        self._skip = 0
        self._pieces = 0

    def scan(self, data: bytes) -> FrameFault | None:
        """The first fault; after one there is nothing more to scan."""
        if self._skip >= len(data):
            self._skip -= len(data)
            return None
        at, self._skip = self._skip, 0
        data, self._head = self._head + data, b""
        while at < len(data):
            size = _header_size(data, at)
            if at + size > len(data):
                self._head = data[at:]
                return None
            fault = self._judge(data[at], data[at + 1])
            if fault is not None:
                return fault
            at += size + _payload_size(data, at)
        self._skip = at - len(data)
        return None

    def _judge(self, first: int, second: int) -> FrameFault | None:
        if not second & 0x80:
            return FrameFault.UNMASKED
        if first & _CONTROL:
            return None
        if first & 0x0F and self._pieces:
            return FrameFault.NESTED
        self._pieces = 0 if first & 0x80 else self._pieces + 1
        return FrameFault.PIECES if self._pieces > PIECES_MAX else None


def _header_size(data: bytes, at: int) -> int:
    """At least this many bytes; of a frame without a mask the two that show it."""
    if len(data) - at < 2 or not data[at + 1] & 0x80:
        return 2
    return 2 + {126: 2, 127: 8}.get(data[at + 1] & 0x7F, 0) + _MASK_BYTES


def _payload_size(data: bytes, at: int) -> int:
    size = data[at + 1] & 0x7F
    if size == 126:
        return int.from_bytes(data[at + 2 : at + 4], "big")
    if size == 127:
        return int.from_bytes(data[at + 2 : at + 10], "big")
    return size
