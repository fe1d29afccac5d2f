from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.limits import Rate
from signaling.gate import RETURN_MAX_MS, JoinGate

RATE = Rate(1_500, 3_000)


def test_a_burst_comes_in_and_the_rest_are_told_when() -> None:
    gate = JoinGate(RATE)
    told = [gate.ask(0, 0.5) for _ in range(3_100)]
    assert told[:3_000] == [0] * 3_000
    assert all(told[3_000:])


def test_a_storm_comes_back_no_faster_than_it_can_be_let_in() -> None:
    gate, random = JoinGate(RATE), Random(7)
    returns = [wait for _ in range(20_000) if (wait := gate.ask(0, random.random()))]
    by_second = Counter(wait // 1_000 for wait in returns)
    assert len(returns) == 17_000
    assert max(by_second.values()) <= RATE.per_s * 1.1
    assert max(by_second) <= 13


def test_a_storm_that_does_as_it_is_told_is_all_in_soon_and_tries_seldom() -> None:
    gate, random = JoinGate(RATE), Random(7)
    queue = [(0, number, 1) for number in range(12_000)]
    admitted: list[tuple[int, int]] = []
    while queue:
        now, number, tries = heappop(queue)
        wait = gate.ask(now, random.random())
        if wait:
            heappush(queue, (now + wait, number, tries + 1))
        else:
            admitted.append((now, tries))
    assert max(now for now, _ in admitted) <= 9_000
    assert max(tries for _, tries in admitted) <= 3


def test_those_whose_turn_came_are_forgotten() -> None:
    gate = JoinGate(Rate(10, 1))
    for _ in range(101):
        gate.ask(0, 0.0)
    assert gate.ask(0, 0.0) > 10_000
    assert gate.ask(60_000, 0.0) == 0
    assert gate.ask(60_000, 0.0) < 1_000


@given(st.lists(st.tuples(st.integers(0, 5_000), st.floats(0, 1, exclude_max=True)), max_size=200))
def test_an_answer_is_yes_or_a_time_that_somebody_would_wait(asked: list[tuple[int, float]]) -> None:
    gate, now = JoinGate(Rate(5, 3)), 0
    for after, random in asked:
        now += after
        assert 0 <= gate.ask(now, random) <= RETURN_MAX_MS
