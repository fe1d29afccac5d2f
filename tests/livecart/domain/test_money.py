"""Money is split to the last unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.money import split


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**12), min_size=1, max_size=50))
def test_parts_sum_to_the_whole_and_are_nearest_to_their_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole == 0:
        with pytest.raises(ValueError, match="nothing"):
            split(total, weights)
        return
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole
        assert part <= weight or total > whole


def test_the_largest_remainders_get_the_rest_and_of_equal_ones_the_first() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [6, 3, 1]) == [6, 3, 1]
    assert split(7, [5, 3, 0]) == [4, 3, 0]
    assert split(0, [5, 5]) == [0, 0]
