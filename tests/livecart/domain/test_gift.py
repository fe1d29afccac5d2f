"""What a gift of the catalogue may be, and how many are sent at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from livecart.domain.errors import InvalidError
from livecart.domain.gift import COUNT_MAX, Gift, check_catalogue, check_count, check_gift
from livecart.domain.ids import GiftId
from livecart.domain.money import Money


def gift(name: str = "rose", price: int = 7) -> Gift:
    return Gift(GiftId(name), name.title(), "🌹", Money(price, "CNY"))


@pytest.mark.parametrize("wrong", [0, -1, COUNT_MAX + 1, True, 1.0, "a", None])
def test_a_count_is_a_whole_number_within_limits(wrong: Any) -> None:
    with pytest.raises(InvalidError):
        check_count(wrong)
    assert check_count(COUNT_MAX) == COUNT_MAX


@pytest.mark.parametrize(
    ("changed", "field_name"),
    [
        ({"id": "Rose"}, "id"),
        ({"id": ""}, "id"),
        ({"id": "x" * 33}, "id"),
        ({"name": " "}, "name"),
        ({"icon": ""}, "icon"),
        ({"icon": "abcde"}, "icon"),
        ({"price": Money(0, "CNY")}, "price_minor"),
        ({"price": Money(-1, "CNY")}, "price_minor"),
        ({"price": Money(10**9 + 1, "CNY")}, "price_minor"),
    ],
)
def test_a_gift_of_the_catalogue_is_checked(changed: Any, field_name: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        check_gift(replace(gift(), **changed))
    assert set(refusal.value.fields) == {field_name}


def test_a_catalogue_has_each_gift_once_and_not_too_many() -> None:
    assert list(check_catalogue([gift("b"), gift("a")])) == ["b", "a"]
    assert check_catalogue([]) == {}
    with pytest.raises(InvalidError):
        check_catalogue([gift(), gift(price=8)])
    with pytest.raises(InvalidError):
        check_catalogue([gift(f"g{n}") for n in range(51)])
