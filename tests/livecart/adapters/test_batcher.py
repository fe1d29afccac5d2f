from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from livecart.adapters.batcher import Batcher
from livecart.domain.errors import ConflictError, UnavailableError


class Sink:
    """Doubles numbers, holds each batch until it may go, and refuses 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.taken = asyncio.Event()
        self.fault: Exception | None = None

    async def flush(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        self.taken.set()
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        return [ConflictError("unlucky") if item == 13 else item * 2 for item in items]


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
async def batcher(sink: Sink) -> AsyncIterator[Batcher[int, int]]:
    batcher: Batcher[int, int] = Batcher(sink.flush, max_items=4, max_wait_s=0.005, max_waiting=8)
    await batcher.start()
    yield batcher
    await batcher.close()


async def test_each_caller_gets_the_answer_to_his_own_item(batcher: Batcher[int, int]) -> None:
    assert await asyncio.gather(*(batcher.submit(n) for n in range(7))) == [0, 2, 4, 6, 8, 10, 12]


async def test_what_comes_together_goes_together_up_to_the_limit(batcher: Batcher[int, int], sink: Sink) -> None:
    await asyncio.gather(*(batcher.submit(n) for n in range(6)))
    assert sink.batches == [[0, 1, 2, 3], [4, 5]]


async def test_a_refused_item_fails_alone(batcher: Batcher[int, int]) -> None:
    answers = await asyncio.gather(*(batcher.submit(n) for n in (1, 13, 2)), return_exceptions=True)
    assert answers[0] == 2
    assert isinstance(answers[1], ConflictError)
    assert answers[2] == 4


async def test_a_fault_of_the_batch_reaches_every_caller_and_the_next_batch_goes_on(
    batcher: Batcher[int, int], sink: Sink
) -> None:
    sink.fault = UnavailableError("away")
    answers = await asyncio.gather(*(batcher.submit(n) for n in range(3)), return_exceptions=True)
    assert all(isinstance(answer, UnavailableError) for answer in answers)
    sink.fault = None
    assert await batcher.submit(5) == 10


async def test_a_full_queue_refuses_with_busy_and_loses_nothing(batcher: Batcher[int, int], sink: Sink) -> None:
    sink.open.clear()
    taken = [asyncio.ensure_future(batcher.submit(n)) for n in range(4)]
    await sink.taken.wait()
    waiting = [asyncio.ensure_future(batcher.submit(n)) for n in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError) as refusal:
        await batcher.submit(99)
    assert refusal.value.code == "busy"
    assert refusal.value.retry_after_ms
    sink.open.set()
    assert await asyncio.gather(*taken, *waiting) == [n * 2 for n in [*range(4), *range(8)]]


async def test_closing_passes_on_what_was_accepted_and_takes_no_more(batcher: Batcher[int, int], sink: Sink) -> None:
    sink.open.clear()
    accepted = [asyncio.ensure_future(batcher.submit(n)) for n in range(6)]
    await sink.taken.wait()
    closing = asyncio.ensure_future(batcher.close())
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError):
        await batcher.submit(1)
    sink.open.set()
    assert await asyncio.gather(*accepted) == [0, 2, 4, 6, 8, 10]
    await closing
    await batcher.close()


async def test_one_who_gives_up_while_waiting_withdraws_his_item(batcher: Batcher[int, int], sink: Sink) -> None:
    sink.open.clear()
    first = asyncio.ensure_future(batcher.submit(1))
    await sink.taken.wait()
    second = asyncio.ensure_future(batcher.submit(2))
    await asyncio.sleep(0)
    second.cancel()
    sink.open.set()
    assert await first == 2
    await batcher.close()
    assert sink.batches == [[1]]


async def test_a_flush_that_answers_too_few_fails_its_callers() -> None:
    async def flush(items: Sequence[int]) -> Sequence[int | Exception]:
        return items[1:]

    batcher: Batcher[int, int] = Batcher(flush, max_items=4, max_wait_s=0.001, max_waiting=8)
    await batcher.start()
    with pytest.raises(RuntimeError, match="0 of 1"):
        await batcher.submit(1)
    await batcher.close()


async def test_one_never_started_refuses_its_callers_when_it_is_closed() -> None:
    batcher: Batcher[int, int] = Batcher(Sink().flush, max_items=4, max_wait_s=0.001, max_waiting=8)
    caller = asyncio.ensure_future(batcher.submit(1))
    await asyncio.sleep(0)
    await batcher.close()
    with pytest.raises(UnavailableError):
        await caller
