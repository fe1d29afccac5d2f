"""Runs for UDP_SEGMENT: what the kernel cuts at fixed offsets must be the packets again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.core.rtp import parse_header
from media.core.segments import MAX_RUN_BYTES, MAX_SEGMENTS, OVERHEAD, Run, cut, plan

HEADER = bytes([0x80, 96]) + bytes(10)
PADDED = bytes([0xA0, 96]) + bytes(10)


def plain(size: int) -> bytes:
    return HEADER + b"x" * (size - 12)


def sizes(runs: list[Run]) -> list[list[int]]:
    return [[len(packet) for packet in run.packets] for run in runs]


def test_fragments_that_differ_by_a_byte_become_one_run() -> None:
    assert sizes(plan([plain(1000), plain(1001), plain(1000), plain(400)])) == [[1001, 1001, 1001, 400]]


def test_audio_rides_as_the_short_last_segment() -> None:
    assert sizes(plan([plain(1000), plain(1000), plain(120)])) == [[1000, 1000, 120]]


def test_nothing_follows_a_short_packet() -> None:
    assert sizes(plan([plain(1000), plain(400), plain(1000)])) == [[1000, 400], [1000]]


def test_a_much_larger_packet_begins_a_run() -> None:
    assert sizes(plan([plain(300), plain(1000)])) == [[300], [1000]]


def test_a_packet_that_has_padding_is_never_padded_again() -> None:
    own = PADDED + b"x" * 87 + b"\x01"
    runs = plan([own, plain(110)])
    assert sizes(runs) == [[100], [110]]
    assert runs[0].packets[0] == own


@st.composite
def frames(draw: st.DrawFn) -> list[bytes]:
    count = draw(st.integers(1, 150))
    around = st.integers(980, 1010)
    drawn = draw(st.lists(st.one_of(around, st.integers(14, 1460)), min_size=count, max_size=count))
    return [PADDED + b"x" * (size - 13) + b"\x01" if draw(st.integers(0, 9)) == 0 else plain(size) for size in drawn]


def assert_kernel_would_cut_rightly(runs: list[Run]) -> None:
    for run in runs:
        lengths = [len(packet) for packet in run.packets]
        assert len(set(lengths[:-1]) | {lengths[0]}) == 1
        assert lengths[-1] <= lengths[0]
        assert len(lengths) <= MAX_SEGMENTS
        assert sum(lengths) + OVERHEAD * len(lengths) <= MAX_RUN_BYTES + 1_500


@given(frames())
def test_every_plan_is_cut_rightly_and_loses_nothing(packets: list[bytes]) -> None:
    runs = plan(packets)
    assert_kernel_would_cut_rightly(runs)
    out = [packet for run in runs for packet in run.packets]
    for before, after in zip(packets, out, strict=True):
        header = parse_header(after)
        if after != before:
            assert len(after) - len(before) <= 16
            assert after[12 : len(after) - header.padding] == before[12:]
    again = cut(out)
    assert_kernel_would_cut_rightly(again)
    assert [packet for run in again for packet in run.packets] == out


@given(frames(), st.data())
def test_a_viewer_of_one_medium_gets_right_runs_too(packets: list[bytes], data: st.DataObject) -> None:
    out = [packet for run in plan(packets) for packet in run.packets]
    some = [packet for packet in out if data.draw(st.booleans())]
    runs = cut(some)
    assert_kernel_would_cut_rightly(runs)
    assert [packet for run in runs for packet in run.packets] == some
