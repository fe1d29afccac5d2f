"""The RTP header (RFC 3550 section 5.1): where the payload begins, and how a packet gets a new header.

Header extensions end here: they are read, and nothing of them is forwarded."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from media.errors import FormatError

HEADER_BYTES = 12
_HEADER = Struct("!BBHLL")
_EXTENSION = Struct("!HH")
_ONE_BYTE, _TWO_BYTE = 0xBEDE, 0x1000
_PADDING = 0x20
_EXTENDED = 0x10
MARKER = 0x80


class RtpHeader(NamedTuple):
    """What forwarding needs to know; the payload with its padding is `data[payload_at:]`."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload_at: int
    padding: int


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram of the RTP range is RTCP (RFC 5761 section 4)."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def parse_header(data: bytes) -> RtpHeader:
    """Raises `FormatError` when lengths do not add up."""
    if len(data) < HEADER_BYTES:
        raise FormatError("RTP packet is shorter than its header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise FormatError("RTP version is not 2")
    at = HEADER_BYTES + 4 * (first & 0x0F)
    if first & _EXTENDED:
        if len(data) < at + 4:
            raise FormatError("RTP header extension is cut off")
        at += 4 + 4 * _EXTENSION.unpack_from(data, at)[1]
    if len(data) < at:
        raise FormatError("RTP header is cut off")
    padding = 0
    if first & _PADDING:
        padding = data[-1]
        if padding == 0 or padding > len(data) - at:
            raise FormatError("RTP padding is longer than the payload")
    return RtpHeader(second & 0x7F, second >= MARKER, sequence, timestamp, ssrc, at, padding)


def extension(data: bytes, identifier: int) -> bytes | None:
    """A header extension of a packet that `parse_header` took, in either form (RFC 8285 section 4)."""
    if not data[0] & _EXTENDED:
        return None
    at = HEADER_BYTES + 4 * (data[0] & 0x0F)
    form, words = _EXTENSION.unpack_from(data, at)
    at += 4
    end = at + 4 * words
    short = form == _ONE_BYTE
    if not short and form & 0xFFF0 != _TWO_BYTE:
        return None
    while at < end:
        if data[at] == 0:  # padding
            at += 1
            continue
        found, size = (data[at] >> 4, (data[at] & 0x0F) + 1) if short else (data[at], data[min(at + 1, end - 1)])
        at += 1 if short else 2
        if found == identifier:
            return data[at : at + size] if at + size <= end else None
        at += size
    return None


def rewrite(data: bytes, header: RtpHeader, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """The same payload and padding under a bare header: no CSRC, no extensions."""
    first = 0x80 | (_PADDING if header.padding else 0)
    second = (MARKER if header.marker else 0) | header.payload_type
    return _HEADER.pack(first, second, sequence, timestamp, ssrc) + data[header.payload_at :]


def plain_header(second: int, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """A header without padding, CSRC and extensions; `second` is marker and payload type."""
    return _HEADER.pack(0x80, second, sequence, timestamp, ssrc)


def with_payload_type(packet: bytes, payload_type: int) -> bytes:
    """A copy of an outgoing packet under another payload type."""
    return b"%c%c%b" % (packet[0], (packet[1] & MARKER) | payload_type, packet[2:])


def padded(packet: bytes, size: int) -> bytes:
    """The packet grown to `size` by RTP padding; it must have none yet, and 1 to 255 bytes must be
    missing."""
    missing = size - len(packet)
    return b"%c%b%b%c" % (packet[0] | _PADDING, packet[1:], bytes(missing - 1), missing)


def has_padding(packet: bytes) -> bool:
    """Whether the P bit is set."""
    return bool(packet[0] & _PADDING)


def sequence_delta(newer: int, older: int) -> int:
    """`newer - older` on the circle of 16-bit numbers, between -32768 and 32767."""
    return ((newer - older + 0x8000) & 0xFFFF) - 0x8000


def timestamp_delta(newer: int, older: int) -> int:
    """`newer - older` on the circle of 32-bit numbers."""
    return ((newer - older + 0x80000000) & 0xFFFFFFFF) - 0x80000000
