"""Reports by the dozen are a second's worth, whatever their number."""

from __future__ import annotations

import pytest

from media.core.reports import SPAN_S, Reports


def test_one_report_a_second_counts_as_it_is() -> None:
    reports = Reports()
    for second, lost in enumerate((0.1, 0.2, 0.0)):
        reports.add(lost, 0.05, 100.0 + second)
    assert list(reports.losses) == pytest.approx([0.0, 0.2])
    assert reports.trips == (0.05, 0.05, 0.05)
    assert reports.at == 102.0


def test_shares_of_few_packets_weigh_by_their_time() -> None:
    reports = Reports()
    reports.add(0.0, None, 100.0)
    reports.add(0.0, None, 100.5)
    reports.add(0.5, None, 100.51)
    reports.add(0.0, None, 100.5 + SPAN_S)
    assert reports.losses[0] == pytest.approx(0.5 * 0.01 / (0.5 + SPAN_S))


def test_a_round_trip_is_compared_with_one_from_a_span_before() -> None:
    reports = Reports()
    for at in range(5):
        reports.add(0.0, 0.05, 100.0 + at)
    for at in range(3):
        reports.add(0.0, 0.4, 104.1 + at / 100)
    assert reports.trips == (0.05, 0.4, 0.05)
    reports.add(0.0, 0.4, 105.0)
    reports.add(0.0, 0.4, 106.0)
    assert reports.trips[1:] == (0.4, 0.4)


def test_the_shortest_round_trip_rises_with_time_and_not_with_reports() -> None:
    often, seldom = Reports(), Reports()
    for reports in (often, seldom):
        reports.add(0.0, 0.05, 100.0)
    for at in range(1, 1_001):
        often.add(0.0, 0.5, 100.0 + at / 100)
    for at in range(1, 11):
        seldom.add(0.0, 0.5, 100.0 + at)
    assert often.trips[0] == pytest.approx(seldom.trips[0], abs=0.02)
    assert seldom.trips[0] < 0.13


def test_what_is_forgiven_leaves_the_shortest_round_trip() -> None:
    reports = Reports()
    reports.add(0.5, 0.05, 100.0)
    reports.add(0.5, 0.9, 101.0)
    shortest = reports.trips[0]
    reports.forgive()
    assert (reports.losses, reports.trips) == ((0.0, 0.0), (shortest,) * 3)


def test_nothing_is_known_before_the_first_round_trip() -> None:
    reports = Reports()
    reports.add(0.0, None, 100.0)
    assert reports.trips == (0.0, 0.0, 0.0)
    reports.add(0.0, 0.3, 100.1)
    assert reports.trips == (0.3, 0.3, 0.3)
