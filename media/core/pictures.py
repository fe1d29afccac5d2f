"""Where a picture begins and whether it is a key frame, from the first bytes of RTP payloads.

VP8 by its payload descriptor (RFC 7741 section 4.2), H.264 by its NAL units (RFC 6184 section 5). Hostile bytes are
no error: they begin nothing."""

from __future__ import annotations

from typing import NamedTuple

from media.core.codecs import Codec

_IDR, _SEI, _SPS, _AUD = 5, 6, 7, 9
_STAP_A, _FU_A = 24, 28
_FIRST_SLICES = frozenset({1, _IDR})


class Start(NamedTuple):
    """What a packet begins: a picture (`begins`), and whether that, or the part it carries, is of a key frame."""

    begins: bool
    key: bool


NOTHING = Start(begins=False, key=False)
EVERYTHING = Start(begins=True, key=True)


class PictureNumbers(NamedTuple):
    """Where in a VP8 payload the numbers of its picture stand, and what they are; a place is 0 when there is none.
    `wide` is a picture number of 15 bits, else it has 7."""

    number_at: int
    number: int
    wide: bool
    tl0_at: int
    tl0: int


def start(codec: Codec | None, payload: bytes) -> Start:
    """What a payload begins; with an unknown codec anything may be the beginning."""
    if codec is None:
        return EVERYTHING
    if codec.name == "vp8":
        return _vp8_start(payload)
    return _h264_start(payload) if codec.name == "h264" else EVERYTHING


def picture_numbers(payload: bytes) -> PictureNumbers | None:
    """The numbers of a VP8 payload; None when it has none, or is cut off."""
    if len(payload) < 3 or not payload[0] & 0x80:
        return None
    has_number, has_tl0 = payload[1] & 0x80, payload[1] & 0x40
    number_at, number, wide, tl0_at, tl0, at = 0, 0, False, 0, 0, 2
    if has_number:
        number_at, wide = at, bool(payload[at] & 0x80)
        if len(payload) < at + 2:
            return None
        number = (payload[at] & 0x7F) << 8 | payload[at + 1] if wide else payload[at]
        at += 1 + wide
    if has_tl0:
        if len(payload) <= at:
            return None
        tl0_at, tl0 = at, payload[at]
    return PictureNumbers(number_at, number, wide, tl0_at, tl0) if has_number or has_tl0 else None


def _vp8_start(payload: bytes) -> Start:
    if len(payload) < 2 or payload[0] & 0x17 != 0x10:  # the start bit, and partition 0
        return NOTHING
    at = 1
    if payload[0] & 0x80:
        optional, at = payload[1], 2
        if optional & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(optional & 0x40) + bool(optional & 0x30)
    return Start(begins=True, key=len(payload) > at and not payload[at] & 1)


def _h264_start(payload: bytes) -> Start:
    if len(payload) < 2:
        return NOTHING
    kind = payload[0] & 0x1F
    if kind == _STAP_A:
        inner = _aggregated(payload)
        return Start(begins=bool(inner), key=_SPS in inner or _IDR in inner)
    if kind == _FU_A:
        kind, first = payload[1] & 0x1F, len(payload) > 2 and payload[1] & 0x80 and payload[2] & 0x80
        return Start(begins=bool(first) and kind in _FIRST_SLICES, key=kind == _IDR)
    if kind in _FIRST_SLICES:
        # The slice header begins with the number of its first macroblock; a leading 1 bit is number 0.
        return Start(begins=bool(payload[1] & 0x80), key=kind == _IDR)
    return Start(begins=kind in (_SEI, _SPS, _AUD), key=kind == _SPS)


def _aggregated(payload: bytes) -> set[int]:
    """The kinds of the units in a STAP-A."""
    kinds, at = set(), 1
    while at + 2 < len(payload):
        kinds.add(payload[at + 2] & 0x1F)
        at += 2 + int.from_bytes(payload[at : at + 2], "big")
    return kinds
