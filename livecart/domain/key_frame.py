"""From the RTP payloads of one key frame to what a decoder takes: H.264 (RFC 6184) with start codes, VP8 (RFC 7741) as
it is. The payloads may be anything, since a publisher chooses them."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.domain.errors import InvalidError

START = b"\x00\x00\x00\x01"
_STAP_A, _FU_A = 24, 28


def assemble(codec: str, payloads: Sequence[bytes]) -> bytes:
    """The frame. Raises InvalidError for another codec, and for what is cut off or no frame."""
    if codec == "vp8":
        frame = b"".join(_vp8(payload) for payload in payloads)
    elif codec == "h264":
        frame = _h264(payloads)
    else:
        raise _damaged("a codec that is not drawn")
    if not frame:
        raise _damaged("an empty key frame")
    return frame


def _h264(payloads: Sequence[bytes]) -> bytes:
    out = bytearray()
    for payload in payloads:
        if len(payload) < 2:
            raise _damaged("an H.264 payload without a unit")
        kind = payload[0] & 0x1F
        if kind == _STAP_A:
            for unit in _aggregated(payload):
                out += START + unit
        elif kind == _FU_A:
            if payload[1] & 0x80:
                out += START + bytes([payload[0] & 0xE0 | payload[1] & 0x1F])
            elif not out:
                raise _damaged("a part of a unit without its beginning")
            out += payload[2:]
        elif kind < _STAP_A:
            out += START + payload
        else:
            raise _damaged("an H.264 payload of a kind that is not used")
    return bytes(out)


def _aggregated(payload: bytes) -> list[bytes]:
    units, at = [], 1
    while at < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        unit = payload[at + 2 : at + 2 + size]
        if size == 0 or len(unit) != size:
            raise _damaged("an aggregate that is cut off")
        units.append(unit)
        at += 2 + size
    return units


def _vp8(payload: bytes) -> bytes:
    """What follows the payload descriptor."""
    at = 1
    if payload and payload[0] & 0x80:
        optional, at = payload[1] if len(payload) > 1 else 0, 2
        if optional & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(optional & 0x40) + bool(optional & 0x30)
    if len(payload) <= at:
        raise _damaged("a VP8 payload that is cut off")
    return payload[at:]


def _damaged(what: str) -> InvalidError:
    return InvalidError(what, code="bad_key_frame")
