"""Packets behind their length: whole ones out, whatever the pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.core.framing import MAX_FRAME, Frames, framed
from media.errors import FormatError

PACKETS = st.lists(st.binary(min_size=1, max_size=MAX_FRAME), max_size=8)


def drain(frames: Frames) -> list[bytes]:
    found = []
    while (packet := frames.next()) is not None:
        found.append(packet)
    return found


@given(PACKETS, st.lists(st.integers(0, 8 * MAX_FRAME), max_size=12))
def test_packets_come_out_whole_whatever_the_pieces(packets: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, packets))
    frames, found = Frames(), []
    at = 0
    for cut in sorted({*(min(cut, len(stream)) for cut in cuts), len(stream)}):
        frames.feed(memoryview(stream)[at:cut])
        at = cut
        found += drain(frames)
    assert found == packets


def test_a_packet_has_its_length_before_it() -> None:
    assert framed(b"abc") == b"\x00\x03abc"
    assert framed(memoryview(bytes(300)))[:2] == b"\x01\x2c"


@pytest.mark.parametrize("size", [0, MAX_FRAME + 1, 65_535])
def test_a_length_that_no_packet_has_is_an_error_after_the_packets_before_it(size: int) -> None:
    frames = Frames()
    frames.feed(framed(b"good") + size.to_bytes(2, "big") + bytes(9))
    assert frames.next() == b"good"
    for _ in range(2):
        with pytest.raises(FormatError):
            frames.next()


def test_nothing_is_kept_of_what_has_been_read() -> None:
    frames = Frames()
    for _ in range(10_000):
        frames.feed(framed(bytes(1_000)))
        assert frames.next() == bytes(1_000)
    frames.feed(b"")
    assert len(frames._held) == 0
