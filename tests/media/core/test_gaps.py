"""Gaps of an incoming stream in virtual time: when a packet is asked for, and when no longer."""

from __future__ import annotations

import itertools
import random

import pytest

from media.core.gaps import FIRST_RTT_S, MARGIN_S, MAX_AGE_S, MAX_MISSING, MAX_TRIES, REORDER_S, Arrival, Gaps


def follow(first: int, count: int, *, without: tuple[int, ...] = ()) -> Gaps:
    gaps = Gaps()
    for number in range(first, first + count):
        if number not in without:
            assert gaps.packet(number & 0xFFFF, 0.0) is Arrival.NEW
    return gaps


def test_a_clean_stream_across_the_wrap_misses_nothing() -> None:
    gaps = follow(65_500, 70_000)
    assert gaps.deadline() is None
    assert gaps.due(9.0) == []
    assert gaps.given_up == 0


def test_a_gap_is_asked_for_when_it_outlives_reordering() -> None:
    gaps = follow(65_530, 20, without=(65_535, 65_536))
    assert gaps.due(REORDER_S - 0.001) == []
    assert gaps.deadline() == REORDER_S
    assert gaps.due(REORDER_S) == [65_535, 0]


def test_a_reordered_packet_is_late_and_never_asked_for() -> None:
    gaps = follow(0, 10, without=(5,))
    assert gaps.packet(5, 0.005) is Arrival.LATE
    assert gaps.due(1.0) == []
    assert gaps.rtt_s == FIRST_RTT_S


def test_what_came_is_repeated_by_whatever_way_it_comes_again() -> None:
    gaps = follow(0, 10, without=(5,))
    assert gaps.packet(9, 0.0) is Arrival.REPEATED
    assert gaps.packet(2, 0.0) is Arrival.REPEATED
    assert not gaps.fill(2, 0.0)
    assert gaps.fill(5, 0.0)
    assert not gaps.fill(5, 0.0)
    assert gaps.packet(5, 0.0) is Arrival.REPEATED


def test_a_retransmission_of_what_is_ahead_fills_nothing() -> None:
    gaps = follow(0, 10)
    assert not gaps.fill(50, 0.0)
    assert not Gaps().fill(1, 0.0)
    assert gaps.packet(10, 0.0) is Arrival.NEW


def test_requests_are_a_round_trip_apart_and_end() -> None:
    gaps = follow(0, 10, without=(5,))
    asked = []
    for step in range(3_000):
        now = step / 1_000
        if gaps.due(now):
            asked.append(now)
    assert asked[0] == REORDER_S
    waits = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert all(wait >= FIRST_RTT_S + MARGIN_S - 1e-9 for wait in waits)
    assert 5 <= len(asked) <= MAX_TRIES
    assert asked[-1] <= MAX_AGE_S
    assert (gaps.given_up, gaps.deadline()) == (1, None)


def test_hopeless_tries_end_on_a_short_round_trip_too() -> None:
    gaps = Gaps()
    gaps.packet(0, 0.0)
    for number in range(2, 400, 2):
        now = number / 100
        gaps.packet(number, now)
        gaps.due(now + REORDER_S)
        gaps.fill(number - 1, now + REORDER_S + 0.001)
    gaps.packet(402, 4.0)
    tries = sum(len(gaps.due(4.0 + step / 1_000)) for step in range(2_000))
    assert tries == 3 * MAX_TRIES
    assert gaps.given_up == 3


@pytest.mark.parametrize("rtt", [0.005, 0.03, 0.1, 0.3])
def test_the_round_trip_is_learned_whatever_it_is(rtt: float) -> None:
    """Every 20th packet is lost, as is every 20th answer."""
    rng, gaps, now = random.Random(5), Gaps(), 0.0
    answers: list[tuple[float, int]] = []
    for number in range(6_000):
        now = number / 200
        while answers and answers[0][0] <= now:
            gaps.fill(answers.pop(0)[1], now)
        if rng.random() >= 0.05:
            gaps.packet(number & 0xFFFF, now)
        answers += [(now + rtt, each) for each in gaps.due(now) if rng.random() >= 0.05]
        answers.sort()
    # The clock of this test moves in steps of 5 ms.
    assert rtt * 0.9 <= gaps.rtt_s <= rtt * 1.3 + 0.012
    assert gaps.given_up == 0


def test_an_outage_is_not_asked_for_packet_by_packet() -> None:
    gaps = follow(0, 10)
    gaps.packet(10 + MAX_MISSING + 1, 0.0)
    assert gaps.due(1.0) == []
    assert gaps.given_up == MAX_MISSING + 1


def test_what_the_mapping_would_take_for_a_restart_is_given_up() -> None:
    gaps = follow(0, 510, without=(5,))
    assert gaps.given_up == 1
    assert gaps.packet(5, 0.0) is Arrival.REPEATED


def test_a_stray_changes_nothing_and_a_restart_begins_anew() -> None:
    gaps = follow(0, 10, without=(5,))
    assert gaps.packet(30_000, 0.0) is Arrival.NEW
    assert gaps.packet(10, 0.0) is Arrival.NEW
    assert gaps.due(REORDER_S) == [5]
    assert gaps.packet(30_001, 0.0) is Arrival.NEW
    assert gaps.packet(30_002, 0.0) is Arrival.NEW
    assert gaps.packet(30_003, 0.0) is Arrival.NEW
    assert gaps.due(1.0) == []


def test_memory_stays_bounded_whatever_comes() -> None:
    rng, gaps = random.Random(6), Gaps()
    for step in range(20_000):
        gaps.packet(rng.choice((rng.randrange(65_536), step * 3 & 0xFFFF)), step / 1_000)
        gaps.due(step / 1_000)
        assert len(gaps._missing) <= MAX_MISSING
