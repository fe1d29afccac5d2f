"""Joins and media share the loop: neither starves the other, whoever joins how often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from media.turns import JOINS_S, LATE_S, Turns

STEP_S = 0.0015


class Stage:
    """Turns over the real loop with a clock that only joins and media move; `order` is what happened."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []
        self.turns = Turns(lambda: self.now, asyncio.get_running_loop().call_soon)

    async def join(self, address: str, steps: int = 1) -> None:
        for _ in range(steps):
            await self.turns.take(address)
            self.order.append(address)
            self.now += STEP_S

    def pump(self, left: int, waited_s: float = 0.0) -> Callable[[], None]:
        """Media that has `left` more turns to go after this one, and is so late."""

        def turn() -> None:
            self.order.append("media")
            self.now += 0.008
            if left:
                self.turns.media(self.pump(left - 1, waited_s), waited_s)

        return turn


async def test_a_crowd_that_joins_holds_media_back_for_its_share_only() -> None:
    stage = Stage()
    stage.turns.media(stage.pump(30), 0.0)
    await asyncio.gather(*(stage.join(f"viewer {number}", 3) for number in range(30)))
    runs = " ".join("m" if item == "media" else "j" for item in stage.order).split("m")
    longest = max(run.count("j") for run in runs[:-1])
    assert STEP_S * (longest - 1) < JOINS_S <= STEP_S * longest
    assert stage.order.count("media") >= 29


async def test_late_media_is_held_back_for_one_step_and_joins_still_go_on() -> None:
    stage = Stage()
    stage.turns.media(stage.pump(60, LATE_S * 2), LATE_S * 2)
    await asyncio.gather(*(stage.join(f"viewer {number}") for number in range(40)))
    runs = " ".join("m" if item == "media" else "j" for item in stage.order).split("m")
    assert max(run.count("j") for run in runs[1:]) == 1
    assert 39 <= stage.order.count("media") <= 61


async def test_joins_wait_for_nothing_when_there_is_no_media() -> None:
    stage = Stage()
    await asyncio.gather(*(stage.join("all", 2) for _ in range(20)))
    assert stage.now == pytest.approx(40 * STEP_S)


async def test_media_goes_on_when_nobody_joins() -> None:
    stage = Stage()
    await stage.join("one")
    stage.turns.media(stage.pump(3), 0.0)
    for _ in range(10):
        await asyncio.sleep(0)
    assert stage.order == ["one", *["media"] * 4]


async def test_an_address_with_many_sessions_does_not_keep_another_waiting() -> None:
    stage = Stage()
    await asyncio.gather(*(stage.join("many") for _ in range(50)), stage.join("one"))
    assert stage.order.index("one") <= 1


async def test_a_join_that_has_ended_is_passed_over() -> None:
    stage = Stage()
    tasks = [asyncio.ensure_future(stage.join("a")) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await stage.join("b")
    assert stage.order == ["a", "a", "b"]
