"""The token bucket of retransmissions."""

from __future__ import annotations

from media.core.allowance import Allowance


def test_a_burst_is_granted_and_then_the_rate() -> None:
    allowance = Allowance(per_s=10, burst=5)
    assert allowance.take(8, 0.0) == 5
    assert allowance.take(1, 0.05) == 0
    assert allowance.take(3, 0.25) == 2
    assert allowance.take(100, 99.0) == 5


def test_all_or_nothing_is_granted() -> None:
    allowance = Allowance(per_s=10, burst=5)
    assert not allowance.admit(6, 0.0)
    assert allowance.admit(5, 0.0)
    assert not allowance.admit(3, 0.25)
    assert allowance.admit(2.5, 0.25)
