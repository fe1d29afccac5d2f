"""A viewer's numbers: shifted, wrapped, and nothing else of the packet touched."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.core.codecs import VP8, Codec
from media.core.renumber import STRAIGHT, Edge, Shift, follow, numbers_of, renumber, renumbered
from media.core.rtp import HEADER_BYTES, has_padding, padded, parse_header, plain_header, timestamp_delta

H264 = Codec("video", "h264", 90_000, "constrained_baseline")
KINDS = ("wide", "narrow", "tl0 alone", "none")


def vp8(sequence: int = 0, timestamp: int = 0, picture: int = 0, tl0: int = 0, kind: str = "wide") -> bytes:
    """A packet with numbers of this kind."""
    head = {
        "wide": b"\x90\xc0" + (0x8000 | picture).to_bytes(2, "big") + bytes([tl0]),
        "narrow": b"\x90\xc0" + bytes([picture & 0x7F, tl0]),
        "tl0 alone": b"\x90\x40" + bytes([tl0]),
        "none": b"\x10",
    }[kind]
    return plain_header(0xE0, sequence, timestamp, 7) + head + b"\x01picture"


shifts = st.builds(
    Shift,
    sequence=st.integers(-(1 << 20), 1 << 20),
    timestamp=st.integers(-(1 << 31), 1 << 31),
    picture=st.integers(-(1 << 16), 1 << 16),
    tl0=st.integers(-(1 << 9), 1 << 9),
)
packets = st.builds(
    vp8,
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    picture=st.integers(0, 0x7FFF),
    tl0=st.integers(0, 255),
    kind=st.sampled_from(KINDS),
)


@given(packets, shifts)
def test_numbers_are_shifted_on_their_circles_and_all_else_stays(packet: bytes, shift: Shift) -> None:
    before, moved = numbers_of(packet, VP8), renumbered(packet, VP8, shift)
    after = numbers_of(moved, VP8)
    assert after.sequence == (before.sequence + shift.sequence) & 0xFFFF
    assert after.timestamp == (before.timestamp + shift.timestamp) & 0xFFFFFFFF
    number_at, number, wide, tl0_at, tl0 = before.picture
    size = 0 if not number_at else 0x7FFF if wide else 0x7F
    assert after.picture == (
        number_at,
        number + shift.picture & size,
        wide,
        tl0_at,
        tl0 + shift.tl0 & 0xFF if tl0_at else 0,
    )
    back = Shift(*(-each for each in shift))
    assert renumbered(moved, VP8, back) == packet


@given(packets, shifts)
def test_of_h264_only_the_header_changes(packet: bytes, shift: Shift) -> None:
    moved = renumbered(packet, H264, shift)
    assert moved[HEADER_BYTES:] == packet[HEADER_BYTES:]
    assert moved[:2] + moved[8:12] == packet[:2] + packet[8:12]


@pytest.mark.parametrize(
    ("kind", "picture", "wanted"), [("wide", 0x7FFF, 1), ("narrow", 0x7F, 1), ("wide", 0x7F, 0x81), ("wide", 0, 2)]
)
def test_every_counter_wraps(kind: str, picture: int, wanted: int) -> None:
    packet = vp8(0xFFFF, 0xFFFFFFFF, picture, 0xFF, kind)
    found = numbers_of(renumbered(packet, VP8, Shift(2, 2, 2, 2)), VP8)
    assert (found.sequence, found.timestamp, found.picture.number, found.picture.tl0) == (1, 1, wanted, 1)
    assert found.picture.wide == (kind == "wide")


def test_padding_is_not_touched() -> None:
    packet = padded(vp8(5, 6, 7, 8), 60)
    moved = renumbered(packet, VP8, Shift(1, 1, 1, 1))
    assert len(moved) == 60
    assert has_padding(moved)
    assert moved[18:] == packet[18:]
    assert parse_header(moved).padding == parse_header(packet).padding


def test_nothing_is_copied_for_a_viewer_with_the_layers_own_numbers() -> None:
    packet = vp8(5)
    assert renumbered(packet, VP8, STRAIGHT) is packet


def test_a_copy_in_an_arena_is_the_same_as_one_alone() -> None:
    packet, shift = vp8(0xFFF0, 0xFFFFFFF0, 0x7FF0, 0xF0), Shift(100, 100, 100, 100)
    arena = bytearray(b"\xaa" * 20) + packet + b"\xbb" * 20
    renumber(arena, 20, numbers_of(packet, VP8), shift)
    assert arena == b"\xaa" * 20 + renumbered(packet, VP8, shift) + b"\xbb" * 20


def test_a_packet_that_is_cut_off_behind_its_header_keeps_what_there_is() -> None:
    for size in range(HEADER_BYTES, HEADER_BYTES + 5):
        packet = vp8()[:size]
        assert renumbered(packet, VP8, Shift(1, 1, 1, 1))[8:] == packet[8:]


def edge(packet: bytes, rounds: int = 0, codec: Codec = VP8) -> Edge:
    numbers = numbers_of(packet, codec)
    return Edge((rounds << 16) + numbers.sequence, numbers)


def test_the_first_packet_of_a_layer_follows_the_last_of_the_one_before() -> None:
    last, first = vp8(10, 3_000, 20, 30), vp8(60_000, 6_000, 5, 250)
    shift = follow(edge(last, 1), STRAIGHT, edge(first, 2))
    assert renumbered(first, VP8, shift) == vp8(11, 6_000, 21, 31)


def test_two_pictures_never_share_a_time_stamp() -> None:
    for ahead, wanted in ((0, 3_001), (500, 3_001), (-500, 3_500), (-1, 3_001)):
        shift = follow(edge(vp8(10, 3_000)), STRAIGHT, edge(vp8(10, 3_000 - ahead)))
        assert numbers_of(renumbered(vp8(10, 3_000 - ahead), VP8, shift), VP8).timestamp == wanted


def test_a_thousand_switches_leave_no_gap_in_any_counter() -> None:
    """Layers whose counters are anywhere on their circles, near the wraps above all."""
    rng = random.Random(3)
    shift, last, sent = STRAIGHT, edge(vp8(65_530, 0xFFFF0000, 0x7FF0, 0xF0), 5), []
    for _ in range(1_000):
        stamp = last.numbers.timestamp + rng.choice((3_000, 0, -3_000)) & 0xFFFFFFFF
        near = rng.choice((0, 0xFFFE, rng.randrange(1 << 16)))
        first = edge(vp8(near, stamp, near & 0x7FFF, near & 0xFF), rng.randrange(10))
        shift = follow(last, shift, first)
        last = first
        sent.append(renumbered(vp8(near, stamp, near & 0x7FFF, near & 0xFF), VP8, shift))
    numbers = [numbers_of(packet, VP8) for packet in sent]
    for before, after in itertools.pairwise(numbers):
        assert after.sequence == before.sequence + 1 & 0xFFFF
        assert after.picture.number == before.picture.number + 1 & 0x7FFF
        assert after.picture.tl0 == before.picture.tl0 + 1 & 0xFF
        assert 0 < timestamp_delta(after.timestamp, before.timestamp) < 1 << 30
