"""Where pictures begin: VP8 descriptors of all shapes, H.264 in its three packetizations, and bytes of no shape."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.core.codecs import OPUS, VP8, Codec
from media.core.pictures import EVERYTHING, NOTHING, PictureNumbers, Start, picture_numbers, start

H264 = Codec("video", "h264", 90_000, "constrained_baseline")


class Descriptor(NamedTuple):
    """A VP8 payload descriptor (RFC 7741 section 4.2), field by field; None leaves a field out."""

    begins: bool
    partition: int
    number: int | None
    wide: bool
    tl0: int | None
    tid: int | None
    key_index: int | None
    extended: bool

    @property
    def octets(self) -> bytes:
        named = [self.number, self.tl0, self.tid, self.key_index]
        flags = sum(bit for bit, field in zip((0x80, 0x40, 0x20, 0x10), named, strict=True) if field is not None)
        extended = self.extended or flags > 0
        found = bytes([0x80 * extended | 0x10 * self.begins | self.partition])
        if extended:
            found += bytes([flags])
        if self.number is not None:
            found += (0x8000 | self.number).to_bytes(2, "big") if self.wide else bytes([self.number & 0x7F])
        if self.tl0 is not None:
            found += bytes([self.tl0])
        if self.tid is not None or self.key_index is not None:
            found += bytes([(self.tid or 0) << 6 | (self.key_index or 0)])
        return found

    @property
    def numbers(self) -> PictureNumbers | None:
        if self.number is None and self.tl0 is None:
            return None
        number = 0 if self.number is None else self.number if self.wide else self.number & 0x7F
        wide = self.wide and self.number is not None
        tl0_at = 0 if self.tl0 is None else 2 + (0 if self.number is None else 1 + self.wide)
        return PictureNumbers(0 if self.number is None else 2, number, wide, tl0_at, self.tl0 or 0)


descriptors = st.builds(
    Descriptor,
    begins=st.booleans(),
    partition=st.integers(0, 7),
    number=st.none() | st.integers(0, 0x7FFF),
    wide=st.booleans(),
    tl0=st.none() | st.integers(0, 255),
    tid=st.none() | st.integers(0, 3),
    key_index=st.none() | st.integers(0, 31),
    extended=st.booleans(),
)


@given(descriptors, st.booleans(), st.binary(max_size=8))
def test_a_descriptor_of_any_shape_is_read(descriptor: Descriptor, key: bool, rest: bytes) -> None:
    payload = descriptor.octets + bytes([0x10 | (not key)]) + rest
    begins = descriptor.begins and descriptor.partition == 0
    assert start(VP8, payload) == Start(begins=begins, key=begins and key)
    assert picture_numbers(payload) == descriptor.numbers


@given(descriptors, st.data())
def test_a_descriptor_that_is_cut_off_is_no_key_frame(descriptor: Descriptor, data: st.DataObject) -> None:
    whole = descriptor.octets
    payload = whole[: data.draw(st.integers(0, len(whole)))]
    assert not start(VP8, payload).key
    assert picture_numbers(payload) in (None, descriptor.numbers)


@given(st.binary(max_size=40))
def test_bytes_of_no_shape_are_no_error(payload: bytes) -> None:
    for codec in (VP8, H264):
        assert isinstance(start(codec, payload), Start)
    numbers = picture_numbers(payload)
    if numbers is not None:
        assert max(numbers.number_at + numbers.wide, numbers.tl0_at) < len(payload)
        assert numbers.number <= (0x7FFF if numbers.wide else 0x7F)


def slice_of(kind: int, *, first: bool = True) -> bytes:
    return bytes([0x60 | kind, 0x88 if first else 0x20]) + b"slice"


def stap_a(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def fu_a(kind: int, *, begins: bool, ends: bool = False, first: bool = True) -> bytes:
    return bytes([0x7C, 0x80 * begins | 0x40 * ends | kind, 0x88 if first else 0x20]) + b"part"


SPS, PPS, SEI, AUD = b"\x67\x42\xe0\x1f", b"\x68\xce\x3c", b"\x06\x05\x10", b"\x09\x10"


@pytest.mark.parametrize(
    ("payload", "begins", "key"),
    [
        (slice_of(5), True, True),
        (slice_of(5, first=False), False, True),
        (slice_of(1), True, False),
        (slice_of(1, first=False), False, False),
        (SPS, True, True),
        (PPS, False, False),
        (SEI, True, False),
        (AUD, True, False),
        (stap_a(SPS, PPS), True, True),
        (stap_a(SPS, PPS, slice_of(5)), True, True),
        (stap_a(SEI, slice_of(1)), True, False),
        (stap_a(AUD, slice_of(5)), True, True),
        (fu_a(5, begins=True), True, True),
        (fu_a(5, begins=True, first=False), False, True),
        (fu_a(5, begins=False), False, True),
        (fu_a(5, begins=False, ends=True), False, True),
        (fu_a(1, begins=True), True, False),
        (fu_a(1, begins=False), False, False),
        (fu_a(7, begins=True), False, False),
    ],
)
def test_units_of_h264_begin_pictures_or_do_not(payload: bytes, begins: bool, key: bool) -> None:
    assert start(H264, payload) == Start(begins=begins, key=key)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x65",
        b"\x78",
        b"\x78\0",
        b"\x78\0\x04",
        b"\x78\xff\xff",
        b"\x7c",
        b"\x7c\x81",
        b"\x79\0\0\0\x67",
        b"\0\0",
    ],
)
def test_units_of_h264_that_are_cut_off_or_unknown_begin_nothing(payload: bytes) -> None:
    assert not start(H264, payload).begins


def test_an_aggregate_of_empty_units_ends() -> None:
    assert start(H264, b"\x78" + bytes(1_000)) == Start(begins=True, key=False)


def test_of_a_codec_without_rules_anything_may_be_the_beginning() -> None:
    assert start(None, b"") == start(OPUS, b"\0") == EVERYTHING
    assert start(VP8, b"") == NOTHING
