from __future__ import annotations

import asyncio

import pytest

from signaling.shared import Shared


class Source:
    """Answers with the number of the run, each released by hand."""

    def __init__(self) -> None:
        self.begun = 0
        self.gates: list[asyncio.Event] = []

    async def read(self, _key: str) -> int:
        self.begun += 1
        number = self.begun
        gate = asyncio.Event()
        self.gates.append(gate)
        await gate.wait()
        if number == 13:
            raise ValueError("unlucky")
        return number

    async def began(self, number: int) -> None:
        async with asyncio.timeout(5):
            while self.begun < number:  # noqa: ASYNC110 -- a few turns of the loop
                await asyncio.sleep(0)


async def test_whoever_asks_during_a_reading_shares_the_next_one() -> None:
    source = Source()
    shared = Shared(source.read)
    first = [asyncio.create_task(shared.get("s")) for _ in range(5)]
    await source.began(1)
    second = [asyncio.create_task(shared.get("s")) for _ in range(5)]
    source.gates[0].set()
    assert await asyncio.gather(*first) == [1] * 5
    await source.began(2)
    third = asyncio.create_task(shared.get("s"))
    source.gates[1].set()
    assert await asyncio.gather(*second) == [2] * 5
    await source.began(3)
    source.gates[2].set()
    assert await third == 3
    assert (shared._running, shared._next) == ({}, {})


async def test_an_error_reaches_all_who_share_it_and_nobody_later() -> None:
    source = Source()
    source.begun = 12
    shared = Shared(source.read)
    tasks = [asyncio.create_task(shared.get("s")) for _ in range(3)]
    await source.began(13)
    source.gates[0].set()
    for task in tasks:
        with pytest.raises(ValueError, match="unlucky"):
            await task
    later = asyncio.create_task(shared.get("s"))
    await source.began(14)
    source.gates[1].set()
    assert await later == 14


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    source = Source()
    shared = Shared(source.read)
    gone, stays = asyncio.create_task(shared.get("s")), asyncio.create_task(shared.get("s"))
    await source.began(1)
    gone.cancel()
    source.gates[0].set()
    assert await stays == 1
    assert gone.cancelled() or await asyncio.wait([gone])


async def test_readings_of_a_key_are_not_begun_too_soon_after_one_another() -> None:
    loop = asyncio.get_running_loop()
    begun: list[tuple[str, float]] = []

    async def read(key: str) -> int:
        begun.append((key, loop.time()))
        return len(begun)

    shared = Shared(read, every_s=0.05)
    assert await shared.get("s") == 1
    assert await asyncio.gather(*(shared.get("s") for _ in range(5))) == [2] * 5, "all of them wait for the same one"
    assert await shared.get("another") == 3
    assert begun[1][1] - begun[0][1] >= 0.05
    assert begun[2][1] - begun[1][1] < 0.05
    async with asyncio.timeout(5):
        while shared._free_at_s:  # noqa: ASYNC110 -- its own timer empties it
            await asyncio.sleep(0.01)
