from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import LimitedError
from livecart.domain.limits import Meter, Rate, take


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    meter = Meter(Rate(3, 10))
    assert [meter.take("ana", 0) for _ in range(10)] == [0] * 10
    wait_ms = meter.take("ana", 0)
    assert wait_ms == 334
    assert meter.take("ana", wait_ms - 1) == 1
    assert meter.take("ana", wait_ms) == 0
    assert meter.take("ana", wait_ms) > 0


def test_keys_do_not_share_their_rate() -> None:
    meter = Meter(Rate(1, 1))
    assert meter.take("ana", 0) == 0
    assert meter.take("lin", 0) == 0
    assert meter.take("ana", 0) == 1_000


def test_a_refused_request_costs_nothing() -> None:
    meter = Meter(Rate(1, 1))
    meter.take("ana", 0)
    for _ in range(50):
        assert meter.take("ana", 500) == 500
    assert meter.take("ana", 1_000) == 0


def test_what_costs_more_than_the_burst_is_never_granted() -> None:
    assert take(None, Rate(10, 5), 1e9, cost=6).retry_after_ms > 0
    assert take(None, Rate(10, 5), 1e9, cost=5).retry_after_ms == 0


def test_memory_is_bounded_and_the_quietest_is_forgotten() -> None:
    meter = Meter(Rate(1, 1), keys_max=2)
    for key in ("a", "b", "a", "c"):
        meter.take(key, 0)
    assert len(meter) == 2
    assert meter.take("a", 0) > 0
    assert meter.take("b", 0) == 0


def test_a_used_up_rate_says_when_to_try_again() -> None:
    meter = Meter(Rate(2, 1))
    meter.require("ana", 0)
    with pytest.raises(LimitedError) as refused:
        meter.require("ana", 100)
    assert refused.value.retry_after_ms == 400


@pytest.mark.parametrize(("per_s", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_rate_that_lets_nothing_through_is_no_rate(per_s: float, burst: int) -> None:
    with pytest.raises(ValueError, match="lets something through"):
        Rate(per_s, burst)


@given(
    per_s=st.floats(0.1, 1_000),
    burst=st.integers(1, 50),
    pauses=st.lists(st.integers(0, 2_000), max_size=200),
)
def test_never_more_than_the_burst_and_the_rate(per_s: float, burst: int, pauses: list[int]) -> None:
    meter = Meter(Rate(per_s, burst))
    now = granted = 0
    for pause in pauses:
        now += pause
        granted += meter.take("k", now) == 0
    assert granted <= burst + now / 1000 * per_s + 0.02


@given(per_s=st.floats(0.1, 1_000), burst=st.integers(1, 20), cost=st.integers(1, 20), now=st.integers(0, 10**13))
def test_the_promised_wait_is_enough(per_s: float, burst: int, cost: int, now: int) -> None:
    rate = Rate(per_s, max(burst, cost))
    state = None
    for _ in range(5):
        taken = take(state, rate, now, cost)
        if taken.retry_after_ms:
            now += taken.retry_after_ms
            taken = take(taken.state, rate, now, cost)
            assert taken.retry_after_ms == 0
        state = taken.state
