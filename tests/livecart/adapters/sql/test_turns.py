"""Whose turn it is at a pool's connections."""

from __future__ import annotations

import asyncio

import pytest

from livecart.adapters.sql.turns import Turns
from livecart.domain.errors import UnavailableError

LONG_S = 60.0


class Person:
    """Takes a turn and keeps it until he is told to go."""

    def __init__(self, turns: Turns) -> None:
        self.has_turn = False
        self.go = asyncio.Event()
        self.task = asyncio.create_task(self._take(turns))

    async def _take(self, turns: Turns) -> None:
        async with turns:
            self.has_turn = True
            await self.go.wait()
        self.has_turn = False


async def people(turns: Turns, count: int) -> list[Person]:
    found = [Person(turns) for _ in range(count)]
    await settled()
    return found


async def settled() -> None:
    """Until everybody who can go on has."""
    for _ in range(5):
        await asyncio.sleep(0)


async def let_go(*ones: Person) -> None:
    for one in ones:
        one.go.set()
    await asyncio.gather(*(one.task for one in ones))
    await settled()


async def test_as_many_as_there_are_and_then_one_after_the_other() -> None:
    one, two, three, four = await people(Turns(2, LONG_S), 4)
    assert (one.has_turn, two.has_turn, three.has_turn, four.has_turn) == (True, True, False, False)
    await let_go(two)
    assert (one.has_turn, three.has_turn, four.has_turn) == (True, True, False)
    await let_go(one, three, four)


async def test_who_fails_passes_his_turn_on() -> None:
    turns = Turns(1, LONG_S)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="mine"):
            async with turns:
                raise RuntimeError("mine")
    async with turns:
        pass


async def test_who_waits_too_long_is_refused_and_nobody_else() -> None:
    turns = Turns(1, 0.01)
    (holder,) = await people(turns, 1)
    with pytest.raises(UnavailableError) as refusal:
        async with turns:
            pytest.fail("somebody has it")
    assert refusal.value.retry_after_ms
    assert holder.has_turn
    await let_go(holder)
    async with turns:
        pass


async def test_all_who_wait_are_refused_and_the_next_one_has_the_turn() -> None:
    turns = Turns(1, LONG_S)
    holder, *waiting = await people(turns, 4)
    turns.refuse_all()
    refused = await asyncio.gather(*(one.task for one in waiting), return_exceptions=True)
    assert [type(error) for error in refused] == [UnavailableError] * 3
    assert holder.has_turn
    await let_go(holder)
    await let_go(*await people(turns, 1))


@pytest.mark.parametrize("given", [False, True], ids=["while he waits", "when he was just given the turn"])
async def test_who_is_cancelled_takes_no_turn_with_him(given: bool) -> None:
    turns = Turns(1, LONG_S)
    holder, gone, last = await people(turns, 3)
    if given:
        # `gone` is given the turn, and cancelled before he runs.
        holder.go.set()
        await asyncio.wait([holder.task])
    gone.task.cancel()
    await settled()
    assert gone.task.cancelled()
    assert last.has_turn is given
    await let_go(holder, last)
    async with turns:
        pass
