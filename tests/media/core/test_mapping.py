"""Track mapping: one endless stream, whatever publishers do."""

from __future__ import annotations

import random

from media.core.mapping import TrackMapping
from media.core.rtp import sequence_delta, timestamp_delta


def test_a_stream_is_shifted_by_fixed_offsets_across_the_wrap() -> None:
    mapping = TrackMapping(90_000, 100, 5_000)
    out = [mapping.map(1, (65_530 + i) & 0xFFFF, (2**32 - 9_000 + 3_000 * i) & 0xFFFFFFFF, i / 30) for i in range(20)]
    assert out == [(100 + i, 5_000 + 3_000 * i) for i in range(20)]


def test_gaps_and_disorder_of_the_publisher_stay_visible() -> None:
    mapping = TrackMapping(90_000, 0, 0)
    assert [mapping.map(1, number, 0, 0.0) for number in (10, 13, 12)] == [(0, 0), (3, 0), (2, 0)]


def test_a_new_source_continues_where_the_old_one_stopped() -> None:
    mapping = TrackMapping(90_000, 0, 0)
    mapping.map(1, 500, 90_000, 0.0)
    assert mapping.map(2, 9, 77, 2.0) == (1, 180_000)
    assert mapping.map(2, 10, 3_077, 2.033) == (2, 183_000)


def test_a_restart_of_the_same_source_is_renumbered_and_a_stray_is_dropped() -> None:
    mapping = TrackMapping(90_000, 0, 0)
    mapping.map(1, 40_000, 1_000, 0.0)
    assert mapping.map(1, 7, 0, 0.1) is None
    assert mapping.map(1, 40_001, 4_000, 0.1) == (1, 3_000)
    assert mapping.map(1, 100, 0, 1.0) is None
    assert mapping.map(1, 101, 0, 1.1) == (2, 93_000)


def test_a_jump_of_the_media_clock_is_not_passed_on() -> None:
    mapping = TrackMapping(48_000, 0, 0)
    mapping.map(1, 1, 0, 0.0)
    assert mapping.map(1, 2, 2**31, 0.02) == (1, 960)
    assert mapping.map(1, 3, 2**31 + 960, 0.04) == (2, 1_920)


def test_a_late_packet_from_before_the_wrap_is_dropped() -> None:
    mapping = TrackMapping(90_000, 65_535, 0)
    assert mapping.map(1, 10, 0, 0.0) == (65_535, 0)
    assert mapping.map(1, 12, 0, 0.0) == (1, 0)
    assert mapping.map(1, 9, 0, 0.0) is None
    assert mapping.map(1, 11, 0, 0.0) == (0, 0)


def test_sender_reports_move_by_the_same_offset_and_only_those_of_the_source() -> None:
    mapping = TrackMapping(90_000, 0, 1_000)
    mapping.map(1, 1, 500, 0.0)
    assert mapping.map_timestamp(1, 590) == 1_090
    assert mapping.map_timestamp(2, 590) is None


def test_any_history_of_publishers_looks_continuous() -> None:
    rng = random.Random(1)
    mapping = TrackMapping(90_000, rng.randrange(4_096), rng.getrandbits(32))
    now, source, sequence, timestamp = 0.0, 0, 0, 0
    last: tuple[int, int] | None = None
    for _ in range(100_000):
        now += 1 / 30
        if rng.random() < 0.001:
            source += 1
            sequence, timestamp = rng.getrandbits(16), rng.getrandbits(32)
            now += rng.random() * 5
        out = mapping.map(source, sequence, timestamp, now)
        sequence, timestamp = (sequence + 1) & 0xFFFF, (timestamp + 3_000) & 0xFFFFFFFF
        assert out is not None
        if last is not None:
            assert sequence_delta(out[0], last[0]) == 1
            assert 0 < timestamp_delta(out[1], last[1]) < 90_000 * 6
        last = out
