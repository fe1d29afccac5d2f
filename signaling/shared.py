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
    """`read` runs at most once at a time per key; those who ask meanwhile share the next run, and its error.

    Two runs of a key begin at least `every_s` apart.
    """

    def __init__(self, read: Callable[[K], Awaitable[V]], *, every_s: float = 0.0) -> None:
        self._read = read
        self._every_s = every_s
        self._running: dict[K, asyncio.Task[V]] = {}
        self._next: dict[K, asyncio.Task[V]] = {}
        self._free_at_s: dict[K, float] = {}

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
        loop = asyncio.get_running_loop()
        if (wait_s := self._free_at_s.get(key, 0.0) - loop.time()) > 0:
            await asyncio.sleep(wait_s)
        task = self._next.pop(key)
        self._running[key] = task
        if self._every_s:
            self._free_at_s[key] = free_at_s = loop.time() + self._every_s
            loop.call_at(free_at_s, self._forget, key, free_at_s)
        try:
            return await self._read(key)
        finally:
            if self._running.get(key) is task:
                del self._running[key]

    def _forget(self, key: K, free_at_s: float) -> None:
        if self._free_at_s.get(key) == free_at_s:
            del self._free_at_s[key]
