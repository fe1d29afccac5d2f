"""Retransmission packets (RFC 4588): a packet again as a new packet of another stream, and back.

A wrapped packet has its own SSRC and number, so it is encrypted under a nonce of its own and may differ
from what was first sent: padding that only served to equalise sizes stays behind."""

from __future__ import annotations

from media.core.rtp import HEADER_BYTES, MARKER, RtpHeader, parse_header, plain_header

_OSN_BYTES = 2


def wrap(packet: bytes, sequence: int, ssrc: int) -> bytes:
    """An outgoing packet as the next one of a retransmission stream; its payload type is set by the sender."""
    header = parse_header(packet)
    end = len(packet) - header.padding
    second = (MARKER if header.marker else 0) | header.payload_type
    return plain_header(second, sequence, header.timestamp, ssrc) + packet[2:4] + packet[header.payload_at : end]


def unwrap(data: bytes, header: RtpHeader, payload_type: int, ssrc: int) -> tuple[bytes, RtpHeader] | None:
    """The original packet under a bare header; None for one that carries no original (padding alone, with
    which libwebrtc probes for bandwidth)."""
    end = len(data) - header.padding
    at = header.payload_at
    if end - at <= _OSN_BYTES:
        return None
    sequence = int.from_bytes(data[at : at + _OSN_BYTES], "big")
    second = (MARKER if header.marker else 0) | payload_type
    packet = plain_header(second, sequence, header.timestamp, ssrc) + data[at + _OSN_BYTES : end]
    return packet, RtpHeader(payload_type, header.marker, sequence, header.timestamp, ssrc, HEADER_BYTES, 0)
