"""How red packets are cut: every share has its minimum, the sum is exact, and no position is better than another."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.packet_split import SHARES_MAX, Draws, SplitKind, assign, split
from tests.support.full import FULL

PACKETS = 60_000


def _seed(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def _chi_square(found: list[int]) -> float:
    expected = sum(found) / len(found)
    return sum((count - expected) ** 2 / expected for count in found)


@given(
    shares=st.integers(1, SHARES_MAX) | st.integers(1, 12),
    more=st.integers(0, 10**12 - SHARES_MAX) | st.integers(0, 50),
    seed=st.binary(min_size=32, max_size=32),
    kind=st.sampled_from(SplitKind),
)
def test_shares_sum_to_the_total_and_each_has_the_minimum(shares: int, more: int, seed: bytes, kind: SplitKind) -> None:
    amounts = split("packet", seed, kind, shares + more, shares)
    assert len(amounts) == shares
    assert sum(amounts) == shares + more
    assert min(amounts) >= 1
    if kind is SplitKind.EQUAL:
        assert max(amounts) - min(amounts) <= 1


def test_in_sixty_thousand_packets_no_position_is_better_than_another() -> None:
    """100 yuan in 10 shares. Without the shuffle the last two would have the best share a fifth more often, and
    chi-square would be about 900. The seeds are fixed, so this fails for a change only, never by chance."""
    sums, best, squares = [0] * 10, [0] * 10, [0] * 10
    split.cache_clear()
    for number in range(PACKETS):
        amounts = split.__wrapped__(f"p{number}", _seed("fairness"), SplitKind.LUCKY, 10_000, 10)
        best[amounts.index(max(amounts))] += 1
        for place, amount in enumerate(amounts):
            sums[place] += amount
            squares[place] += amount * amount
    # 9 degrees of freedom: 27.9 is the 0.1 % point.
    assert _chi_square(best) < 27.9
    means = [total / PACKETS for total in sums]
    deviations = [(square / PACKETS - mean * mean) ** 0.5 for square, mean in zip(squares, means, strict=True)]
    for mean, deviation in zip(means, deviations, strict=True):
        # The mean of each place is within 3.9 standard errors of 10 yuan (0.1 % for the worst of ten).
        assert abs(mean - 1_000) < 3.9 * deviation / PACKETS**0.5
        # Luck is of one size too: reference simulations have 6.47 yuan everywhere after a shuffle.
        assert 6.3 < deviation / 100 < 6.7


def test_of_many_draws_no_entrant_wins_more_often_than_another() -> None:
    winners: Counter[str] = Counter()
    biggest: Counter[str] = Counter()
    entrants = [f"e{n}" for n in range(8)]
    for number in range(PACKETS if FULL else PACKETS // 4):
        drawn = assign("packet", _seed(f"s{number}"), _seed("root"), entrants, 3)
        winners.update(drawn)
        biggest[drawn[0]] += 1
    # 7 degrees of freedom: 24.3 is the 0.1 % point. Winners exclude each other, which makes theirs smaller still.
    assert _chi_square([biggest[each] for each in entrants]) < 24.3
    assert _chi_square([winners[each] for each in entrants]) < 24.3


@pytest.mark.parametrize("bound", [1, 2, 3, 10, 1_000, 2**63 + 1])
def test_draws_stay_below_their_bound(bound: int) -> None:
    draws = Draws(_seed("a"), b"packet")
    found = [draws.below(bound) for _ in range(500)]
    assert min(found) >= 0
    assert max(found) < bound


def test_a_draw_that_would_favour_some_is_thrown_away() -> None:
    """Of 2**64 numbers, 2**63 - 1 at the end are one too many for this bound: nearly half are drawn again."""
    draws = Draws(_seed("a"), b"packet")
    for _ in range(200):
        draws.below(2**63 + 1)
    assert draws._counter > 300


def test_the_order_depends_on_the_root_as_well_as_the_seed() -> None:
    entrants = [f"e{n}" for n in range(100)]
    one = assign("packet", _seed("a"), _seed("root"), entrants, 100)
    assert sorted(one) == sorted(entrants)
    assert one == assign("packet", _seed("a"), _seed("root"), entrants, 100)
    assert one != assign("packet", _seed("a"), _seed("root2"), entrants, 100)
    assert one != assign("packet", _seed("b"), _seed("root"), entrants, 100)
    assert one != assign("other", _seed("a"), _seed("root"), entrants, 100)


@pytest.mark.parametrize(("entrants", "shares", "drawn"), [(0, 3, 0), (1, 3, 1), (3, 3, 3), (9, 3, 3)])
def test_each_entrant_draws_one_share_at_most(entrants: int, shares: int, drawn: int) -> None:
    names = [f"e{n}" for n in range(entrants)]
    found = assign("packet", _seed("a"), _seed("root"), names, shares)
    assert len(found) == len(set(found)) == drawn
