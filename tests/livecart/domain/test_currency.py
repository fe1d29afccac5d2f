from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.currency import decimals, in_major_units
from livecart.domain.money import MAX_MINOR, Money


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (1_990, "CNY", "19.90"),
        (1_990, "JPY", "1990"),
        (1_990, "KWD", "1.990"),
        (5, "CNY", "0.05"),
        (0, "KWD", "0.000"),
        (0, "JPY", "0"),
        (-5, "CNY", "-0.05"),
        (MAX_MINOR, "CNY", "10000000000.00"),
    ],
)
def test_money_is_written_with_the_decimals_of_its_currency(minor: int, currency: str, written: str) -> None:
    assert in_major_units(Money(minor, currency)) == written


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["JPY", "CNY", "KWD", "CLF"]))
def test_no_unit_is_lost(minor: int, currency: str) -> None:
    assert Decimal(in_major_units(Money(minor, currency))).scaleb(decimals(currency)) == minor
