"""Gathers what many callers hand in and passes it on in batches: one commit instead of hundreds.

A batch is taken when it is full, when nothing more has come for a fifth of the longest wait, or when the wait is over;
whatever comes while a batch is under way forms the next one. When `max_waiting` items wait, the next caller is refused
with `busy`: a queue longer than that is only a slower refusal.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from livecart.domain.errors import UnavailableError

T = TypeVar("T")
R = TypeVar("R")

BUSY_RETRY_MS = 500
# A caller who comes alone should not pay the whole wait.
_LOOKS_PER_WAIT = 5


class Batcher(Generic[T, R]):
    """Owns one task between `start()` and `close()`. `flush` gets 1 to `max_items` items and answers each, in order.

    An exception among the answers is raised to that item's caller; one raised by `flush` itself, to all of them.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        max_items: int,
        max_wait_s: float,
        max_waiting: int,
    ) -> None:
        self._flush = flush
        self._max_items = max_items
        self._max_wait_s = max_wait_s
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._task is None and not self._closing:
            self._task = asyncio.create_task(self._run(), name="batcher")

    async def close(self) -> None:
        """Takes nothing more, passes on what was accepted, then ends. Idempotent."""
        self._closing = True
        self._arrived.set()
        if self._task is not None:
            await asyncio.wait([self._task])
        self._give_up()

    async def submit(self, item: T) -> R:
        """Returns the item's answer or raises it. Raises UnavailableError `busy` when full, `unavailable` when closed.

        A caller who is cancelled before his item is taken withdraws it; afterwards only the answer is lost.
        """
        if self._closing:
            raise UnavailableError("this process is shutting down", retry_after_ms=BUSY_RETRY_MS)
        if len(self._waiting) >= self._max_waiting:
            raise UnavailableError("too many requests are waiting", code="busy", retry_after_ms=BUSY_RETRY_MS)
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._arrived.set()
        return await answer

    async def _run(self) -> None:
        try:
            while True:
                await self._arrived.wait()
                await self._gather()
                batch = self._take()
                if batch:
                    await self._pass_on(batch)
                elif self._closing:
                    return
        finally:
            self._closing = True
            self._give_up()

    async def _gather(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._max_wait_s
        seen = 0
        while seen < len(self._waiting) < self._max_items and loop.time() < deadline and not self._closing:
            seen = len(self._waiting)
            await asyncio.sleep(self._max_wait_s / _LOOKS_PER_WAIT)

    def _take(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        while self._waiting and len(batch) < self._max_items:
            item, answer = self._waiting.popleft()
            if not answer.done():
                batch.append((item, answer))
        if not self._waiting and not self._closing:
            self._arrived.clear()
        return batch

    async def _pass_on(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._flush([item for item, _ in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"flush answered {len(results)} of {len(batch)} items")
        except asyncio.CancelledError:
            _settle(batch, [_ended() for _ in batch])
            raise
        except Exception as error:  # noqa: BLE001 -- each waiting caller gets it; the next batch must go on
            results = [error] * len(batch)
        _settle(batch, results)

    def _give_up(self) -> None:
        left = list(self._waiting)
        self._waiting.clear()
        _settle(left, [_ended() for _ in left])


def _settle(batch: Sequence[tuple[T, asyncio.Future[R]]], results: Sequence[R | Exception]) -> None:
    for (_, answer), result in zip(batch, results, strict=True):
        if answer.done():
            continue
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)


def _ended() -> UnavailableError:
    return UnavailableError("this process ended before it could answer", retry_after_ms=BUSY_RETRY_MS)
