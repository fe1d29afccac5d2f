"""One viewer's numbers in place of a layer's: what differs between viewers who came to a layer by different ways.

A viewer that changes layers must see one stream: sequence numbers and VP8 picture numbers without a gap, time stamps
that grow. The packets of a layer are shared by all its viewers; the difference to one viewer's numbers is constant
between two switches, so it is added where it is sent. A packet resent gets the same difference, hence the same bytes
(another text under one GCM nonce would break the cipher)."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from media.core.codecs import Codec
from media.core.pictures import PictureNumbers, picture_numbers
from media.core.rtp import HEADER_BYTES, timestamp_delta

_SEQUENCE_AND_TIME = Struct("!HL")
_NO_PICTURE = PictureNumbers(0, 0, wide=False, tl0_at=0, tl0=0)


class Numbers(NamedTuple):
    """The numbers of an outgoing packet, whose header has no CSRC and no extension."""

    sequence: int
    timestamp: int
    picture: PictureNumbers


class Shift(NamedTuple):
    """What is added to a layer's numbers. `sequence` is that of unwrapped numbers, the others are of the circle."""

    sequence: int
    timestamp: int
    picture: int
    tl0: int


STRAIGHT = Shift(0, 0, 0, 0)


def numbers_of(packet: bytes, codec: Codec | None) -> Numbers:
    """Read the numbers of an outgoing packet of this codec."""
    sequence, timestamp = _SEQUENCE_AND_TIME.unpack_from(packet, 2)
    picture = picture_numbers(packet[HEADER_BYTES:]) if codec is not None and codec.name == "vp8" else None
    return Numbers(sequence, timestamp, picture or _NO_PICTURE)


def renumber(packet: bytearray, at: int, numbers: Numbers, shift: Shift) -> None:
    """Write a viewer's numbers into the copy of a packet that begins at `at`."""
    sequence, timestamp, (number_at, number, wide, tl0_at, tl0) = numbers
    _SEQUENCE_AND_TIME.pack_into(
        packet, at + 2, (sequence + shift.sequence) & 0xFFFF, (timestamp + shift.timestamp) & 0xFFFFFFFF
    )
    at += HEADER_BYTES
    if number_at and wide:
        number = (number + shift.picture) & 0x7FFF | 0x8000
        packet[at + number_at], packet[at + number_at + 1] = number >> 8, number & 0xFF
    elif number_at:
        packet[at + number_at] = (number + shift.picture) & 0x7F
    if tl0_at:
        packet[at + tl0_at] = (tl0 + shift.tl0) & 0xFF


def renumbered(packet: bytes, codec: Codec | None, shift: Shift) -> bytes:
    """A copy of an outgoing packet with a viewer's numbers."""
    if shift == STRAIGHT:
        return packet
    copy = bytearray(packet)
    renumber(copy, 0, numbers_of(packet, codec), shift)
    return bytes(copy)


class Edge(NamedTuple):
    """The last packet of a layer that was sent: its unwrapped sequence number, and its numbers."""

    sequence: int
    numbers: Numbers


def follow(last: Edge, shift: Shift, first: Edge) -> Shift:
    """The shift with which `first` of a new layer follows `last` of the old one, sent with `shift`. The time stamps of
    layers agree, so they stay as they are, unless the old layer was ahead: two pictures never share one."""
    behind = timestamp_delta(first.numbers.timestamp, last.numbers.timestamp + shift.timestamp)
    return Shift(
        sequence=last.sequence + shift.sequence + 1 - first.sequence,
        timestamp=0 if behind > 0 else 1 - behind,
        picture=last.numbers.picture.number + shift.picture + 1 - first.numbers.picture.number,
        tl0=last.numbers.picture.tl0 + shift.tl0 + 1 - first.numbers.picture.tl0,
    )
