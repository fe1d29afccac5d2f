from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.ids import OrderId, PersonId
from livecart.domain.ledger import fees_account, proceeds_account
from livecart.domain.money import apportion
from livecart.domain.takings import Takings

WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=8)


@given(WEIGHTS, st.data())
def test_the_parts_are_whole_exact_fair_and_within_their_weights(weights: list[int], data: st.DataObject) -> None:
    whole = sum(weights)
    total = data.draw(st.integers(0, whole))
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert not whole or abs(part - Fraction(total * weight, whole)) < 1


def test_of_equal_remainders_the_first_wins() -> None:
    assert apportion(1, [1, 1, 1]) == [1, 0, 0]
    assert apportion(100, [333, 333, 334]) == [33, 33, 34]
    assert apportion(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing to split"):
        apportion(1, [0, 0])


@given(st.integers(1, 5_000), st.integers(0, 500), st.lists(st.integers(1, 900), max_size=12))
def test_refunds_in_parts_end_where_one_refund_would(proceeds: int, fees: int, wanted: list[int]) -> None:
    shares = ((proceeds_account(PersonId("mei"), "KWD"), proceeds), (fees_account("KWD"), fees))
    takings = Takings.of(OrderId("o"), shares)
    left = proceeds + fees
    for wish in [*wanted, left]:
        amount = min(wish, left)
        takings, taken = takings.take(amount)
        left -= amount
        assert sum(given for _, given in taken) == amount
        assert all(part >= 0 for _, part in takings.parts)
    takings, _ = takings.take(left)
    assert all(part == 0 for _, part in takings.parts)


def test_two_shares_of_one_seller_are_one_part() -> None:
    mei = proceeds_account(PersonId("mei"), "CNY")
    assert Takings.of(OrderId("o"), [(mei, 3), (mei, 4)]).parts == ((mei, 7),)
