from __future__ import annotations

from bench.lateness import LONGEST_NS, Lateness, of

MS = 1_000_000


def test_percentiles_are_what_so_many_did_not_exceed() -> None:
    late = Lateness()
    assert late.percentile_ms(0.5) is None
    for number in range(100):
        late.add(number * MS)
    assert late.percentile_ms(0.5) == 49.1
    assert late.percentile_ms(0.99) == 98.1
    assert late.percentile_ms(1) == 99.1


def test_what_is_early_or_very_late_is_counted_too() -> None:
    late = Lateness()
    late.add(-5 * MS)
    late.add(10 * LONGEST_NS)
    assert late.percentile_ms(0.5) == 0.1
    assert late.percentile_ms(1) == LONGEST_NS / MS + 0.1


def test_a_message_is_late_by_its_due_time_and_one_that_never_came_by_the_end() -> None:
    """Two were due to three viewers each; one viewer got neither, and the second came late to all the others."""
    found, delivered = of([(0, [1 * MS, 2 * MS]), (50 * MS, [90 * MS, 91 * MS])], {0: 3, 50 * MS: 3}, 1_000 * MS)
    assert delivered == 4
    assert found.total == 6
    assert [found.percentile_ms(part / 6) for part in range(1, 7)] == [1.1, 2.1, 40.1, 41.1, 950.1, 1000.1]
