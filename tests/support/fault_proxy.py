"""A line between a process and a server that can be cut, stalled or made to stutter: a TCP proxy of our own.

It runs in a thread of its own, so that a test which waits does not hold it up.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

CHUNK = 64 * 1024
# A line with 300 ms there and back, of whose packets so many are lost and sent again after a time-out.
DELAY_S = 0.15
LOST = 0.3
RESENT_S = (0.2, 1.2)


class Line(StrEnum):
    """STALL takes connections and bytes and hands on nothing, until it passes again: then all of it arrives, late."""

    PASS = "pass"
    CUT = "cut"
    STALL = "stall"
    STUTTER = "stutter"


@dataclass(frozen=True, slots=True)
class Snare:
    """Where a line is cut for good: at the first bytes that contain `mark` on their way to the server, or from it, and
    before they are handed on. `then` is called after that."""

    mark: bytes
    from_server: bool
    then: Callable[[], None] = lambda: None


class FaultProxy:
    """Listens on a free port of `host` and hands on to the Unix socket `upstream`. Use as a context."""

    def __init__(self, upstream: Path, host: str = "127.0.0.1", seed: int = 1) -> None:
        self._upstream = str(upstream)
        self._host = host
        self._rng = random.Random(seed)
        self._line = Line.PASS
        self._snare: Snare | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy", daemon=True)
        self.port = 0

    @property
    def address(self) -> str:
        return f"{self._host}:{self.port}"

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._flows.set()
        self._server = self._run(asyncio.start_server(self._take, self._host, 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def become(self, line: Line) -> None:
        self._run(self._become(line))

    def lay(self, snare: Snare | None) -> None:
        """It is gone when something was caught in it."""
        self._snare = snare

    @property
    def has_caught(self) -> bool:
        return self._snare is None

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _become(self, line: Line) -> None:
        self._line = line
        if line is Line.STALL:
            self._flows.clear()
        else:
            self._flows.set()
        if line is Line.CUT:
            for writer in self._open:
                writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._become(Line.CUT)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            await self._pause()
            if self._line is not Line.CUT:
                await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # either end hung up, the server is away, or this is the end
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(self._upstream)
        self._open.add(ours)
        try:
            async with asyncio.TaskGroup() as tasks:
                ways = [
                    tasks.create_task(self._carry(reader, ours, from_server=False)),
                    tasks.create_task(self._carry(theirs, writer, from_server=True)),
                ]
                # One side that hung up is the end of both, as soon as what it said before is delivered.
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
        finally:
            self._open.discard(ours)
            ours.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_server: bool) -> None:
        try:
            while data := await reader.read(CHUNK):
                await self._pause()
                if self._is_caught(data, from_server=from_server):
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            return

    def _is_caught(self, data: bytes, *, from_server: bool) -> bool:
        snare = self._snare
        if snare is None or snare.from_server != from_server or snare.mark not in data:
            return False
        self._snare = None
        snare.then()
        return True

    async def _pause(self) -> None:
        await self._flows.wait()
        if self._line is Line.STUTTER:
            lost = self._rng.random() < LOST
            await asyncio.sleep(self._rng.uniform(*RESENT_S) if lost else DELAY_S)
