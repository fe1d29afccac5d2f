"""One line for several slots: the large picture first, and nobody without one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.core.budget import Place, arrange, ceiling, shares

HOST, CALLER = (150_000.0, 500_000.0, 1_700_000.0), (150_000.0, 900_000.0)


def test_of_two_layers_a_middling_tile_has_use_for_the_larger() -> None:
    assert [ceiling(size, 3) for size in (0.0, 0.5, 1.0)] == [0, 1, 2]
    assert [ceiling(size, 2) for size in (0.0, 0.5, 1.0)] == [0, 1, 1]
    assert [ceiling(size, count) for size in (0.0, 0.5, 1.0) for count in (0, 1)] == [0] * 6


def test_small_tiles_leave_the_rest_of_the_line_to_the_large_picture() -> None:
    places = [Place(1.0, HOST, 500_000), Place(0.0, CALLER, 150_000), Place(0.0, CALLER, 900_000)]
    # Who is sent too much for his tile has no claim on it.
    assert shares(2_000_000, places) == [1_700_000, 1_350_000, 1_350_000]


def test_a_line_that_became_worse_is_the_small_ones_loss() -> None:
    places = [Place(1.0, HOST, 1_700_000), Place(0.5, CALLER, 900_000)]
    assert shares(2_000_000, places) == [1_850_000, 300_000]


def test_who_is_shown_large_now_takes_the_place_of_who_was() -> None:
    line = 1_850_000
    assert arrange(line, [Place(1.0, HOST, 0), Place(0.0, CALLER, 0)]) == [2, 0]
    assert arrange(line, [Place(0.0, HOST, 0), Place(1.0, CALLER, 0)]) == [0, 1]
    # All in a grid: the host first, then in the order of the slots.
    grid = [Place(0.5, HOST, 0), *[Place(0.5, CALLER, 0)] * 3]
    assert arrange(1_700_000, grid) == [1, 1, 0, 0]
    assert arrange(100_000, grid) == [0, 0, 0, 0]
    assert arrange(100_000, [Place(1.0, (), 0)]) == [0]


places = st.lists(
    st.builds(
        Place,
        st.sampled_from((0.0, 0.5, 1.0)),
        st.lists(st.floats(1, 5e6), min_size=1, max_size=3).map(sorted),
        st.floats(0, 5e6),
    ),
    max_size=4,
)


@given(st.floats(0, 2e7), places)
def test_what_is_chosen_fits_or_is_the_least_there_is(bps: float, found: list[Place]) -> None:
    layers = arrange(bps, found)
    total = sum(place.rates[layer] for place, layer in zip(found, layers, strict=True))
    least = sum(place.rates[0] for place in found)
    assert total <= max(bps, least) + 1e-3
    for place, layer in zip(found, layers, strict=True):
        assert layer <= ceiling(place.size, len(place.rates))
