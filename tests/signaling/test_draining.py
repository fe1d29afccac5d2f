from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from signaling.draining import JITTER_S, RETURNS_PER_S, SPREAD_MAX_S, waves


def farewells(count: int, over_s: float) -> list[tuple[int, float]]:
    """(socket, second at which it comes back)"""
    found, now = [], 0.0
    for wave in waves(range(count), over_s, Random(1).random):
        found += [(socket, now + wait_ms / 1000) for socket, wait_ms in wave.farewells]
        now += wave.pause_s
    return found


@pytest.mark.parametrize("over_s", [0.0, 0.05, 1.0, 30.0])
@pytest.mark.parametrize("count", [0, 1, 7, 5_000])
def test_everybody_is_sent_away_once_and_in_time(count: int, over_s: float) -> None:
    assert [socket for socket, _ in farewells(count, over_s)] == list(range(count))
    assert sum(wave.pause_s for wave in waves(range(count), over_s, Random(1).random)) <= over_s + 1e-6


@pytest.mark.parametrize("over_s", [0.0, 2.0, 30.0])
def test_five_thousand_do_not_come_back_in_one_second_however_soon_we_end(over_s: float) -> None:
    by_second = Counter(int(at) for _, at in farewells(5_000, over_s))
    assert max(by_second.values()) < RETURNS_PER_S * 1.5
    assert max(by_second) <= SPREAD_MAX_S


def test_a_few_come_back_at_once() -> None:
    assert max(at for _, at in farewells(20, 0.0)) <= JITTER_S


def test_the_spread_ends_somewhere() -> None:
    assert max(at for _, at in farewells(100_000, 0.0)) <= SPREAD_MAX_S
