from __future__ import annotations

import pytest

from livecart.domain.errors import LimitedError, UnavailableError
from livecart.domain.limits import Meter, Rate
from livecart.services.rates import SharedMeter

RATE = Rate(1, 10)


class Others:
    """All processes together; `away` makes them unreachable."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.away = False
        self._meter = Meter(RATE)

    async def take(self, name: str, key: str, rate: Rate, cost: int = 1) -> int:
        assert rate is RATE
        if self.away:
            raise UnavailableError("away")
        self.asked.append(cost)
        return self._meter.take((name, key), 0, cost) if cost else self._meter.peek((name, key), 0)


async def test_two_processes_grant_together_what_one_may() -> None:
    others = Others()
    here, there = SharedMeter("chat", RATE, others), SharedMeter("chat", RATE, others)
    granted = [await each.take("ana", 0) == 0 for each in (here, there) * 8]
    assert granted == [True] * 10 + [False] * 6


async def test_what_is_too_much_here_is_not_asked_of_the_others() -> None:
    others = Others()
    meter = SharedMeter("chat", RATE, others)
    assert await meter.take("ana", 0, 10) == 0
    assert await meter.take("ana", 0) == 1_000
    assert others.asked == [10]


async def test_without_the_others_this_process_s_own_rate_stands() -> None:
    others = Others()
    others.away = True
    meter = SharedMeter("chat", RATE, others)
    assert [await meter.take("ana", 0) for _ in range(11)] == [0] * 10 + [1_000]
    with pytest.raises(LimitedError) as refused:
        await meter.require("ana", 400)
    assert refused.value.retry_after_ms == 600


async def test_a_lease_is_used_up_before_the_others_are_asked_again() -> None:
    others = Others()
    meter = SharedMeter("likes", RATE, others, lease=4)
    assert [await meter.take("ana", 0, cost) for cost in (1, 2, 2, 1)] == [0] * 4
    # The last asks for more than is left, then for what it needs.
    assert others.asked == [5, 5]
    assert await meter.take("ana", 0, 4) == 0
    assert await meter.take("ana", 0) > 0
    assert others.asked == [5, 5]


async def test_a_lease_that_cannot_be_had_does_not_refuse_what_can() -> None:
    others = Others()
    here, there = SharedMeter("likes", RATE, others), SharedMeter("likes", RATE, others, lease=4)
    assert await here.take("ana", 0, 8) == 0
    assert await there.take("ana", 0, 2) == 0
    assert await there.take("ana", 0) > 0


async def test_asking_what_would_be_granted_takes_nothing() -> None:
    others = Others()
    here, there = SharedMeter("login", RATE, others), SharedMeter("login", RATE, others)
    assert [await here.peek("ana", 0) for _ in range(20)] == [0] * 20
    await here.take("ana", 0, 10)
    assert await here.peek("ana", 0) == 1_000
    assert await there.peek("ana", 0) == 1_000


async def test_half_of_it_is_asked_here_and_a_unit_that_was_not_used_is_given_back() -> None:
    others = Others()
    meter = SharedMeter("chat", RATE, others)
    assert [meter.take_here("ana", 0) for _ in range(11)] == [0] * 10 + [1_000]
    assert others.asked == []
    meter.give_back_here("ana")
    meter.give_back_here("nobody")
    assert [meter.take_here("ana", 0) for _ in range(2)] == [0, 1_000]
    assert [await meter.take_elsewhere("ana") == 0 for _ in range(11)] == [True] * 10 + [False]


async def test_each_half_refuses_for_itself() -> None:
    meter = SharedMeter("chat", RATE, Others())
    for _ in range(10):
        meter.require_here("ana", 0)
        await meter.require_elsewhere("ana")
    with pytest.raises(LimitedError):
        meter.require_here("ana", 0)
    with pytest.raises(LimitedError):
        await meter.require_elsewhere("ana")
