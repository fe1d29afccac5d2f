"""One reading for all who wait for it: what makes a storm of joins cost a few snapshots instead of thousands.

Whoever asks gets a reading that *began* after he asked, never one that was under way: a snapshot that began earlier
could lack what was told before he listened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shared(Generic[K, V]):
    """`read` runs at most once at a time per key; those who ask meanwhile share the next run, and its error."""

    def __init__(self, read: Callable[[K], Awaitable[V]]) -> None:
        self._read = read
        self._running: dict[K, asyncio.Task[V]] = {}
        self._next: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        task = self._next.get(key)
        if task is None:
            task = asyncio.create_task(self._run(key, self._running.get(key)), name=f"shared {key}")
            self._next[key] = task
        # One waiter that goes away takes nothing from the others.
        return await asyncio.shield(task)

    async def _run(self, key: K, before: asyncio.Task[V] | None) -> V:
        if before is not None:
            await asyncio.wait([before])
        task = self._next.pop(key)
        self._running[key] = task
        try:
            return await self._read(key)
        finally:
            if self._running.get(key) is task:
                del self._running[key]
