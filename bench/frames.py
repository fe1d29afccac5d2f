"""WebSocket frames as a load generator needs them: where each one ends, and how a client's own are written. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def whole_frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(opcode, start of the payload, its end) of each whole, unmasked frame (RFC 6455 §5.2)."""
    place, size = 0, len(data)
    while place + 2 <= size:
        opcode, length, start = data[place] & 0x0F, data[place + 1] & 0x7F, place + 2
        if length == 126:
            if start + 2 > size:
                return
            length, start = int.from_bytes(data[start : start + 2]), start + 2
        elif length == 127:
            if start + 8 > size:
                return
            length, start = int.from_bytes(data[start : start + 8]), start + 8
        place = start + length
        if place > size:
            return
        yield opcode, start, place


def client_frame(opcode: int, payload: bytes) -> bytes:
    """Masked with zeros, which is allowed and costs neither side anything."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB4x", 0x80 | opcode, 0x80 | size) + payload
    return struct.pack("!BBH4x", 0x80 | opcode, 0x80 | 126, size) + payload
