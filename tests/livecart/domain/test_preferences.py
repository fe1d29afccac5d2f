"""The cap on gifts: lower at once, higher or none from the next day on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.money import MAX_MINOR
from livecart.domain.preferences import GiftCap

CAPS = st.one_of(st.none(), st.integers(0, 100))


@given(before=CAPS, wishes=st.lists(CAPS, min_size=1))
def test_a_cap_can_only_fall_on_the_day_and_the_last_wish_holds_on_the_next(before: Any, wishes: list[Any]) -> None:
    cap, lowest = GiftCap(before), before
    for wish in wishes:
        held = cap.on(9)
        cap = cap.chosen(wish, 9)
        if wish is not None and (lowest is None or wish < lowest):
            lowest = wish
        now = cap.on(9)
        assert now == lowest
        assert now == held or (now is not None and (held is None or now < held))
        assert cap.on(10) == cap.on(99) == wish


@pytest.mark.parametrize("wrong", [-1, MAX_MINOR + 1, True, 1.5, "7"])
def test_a_cap_is_an_amount_or_none(wrong: Any) -> None:
    with pytest.raises(InvalidError):
        GiftCap().chosen(wrong, 1)
