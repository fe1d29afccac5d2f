"""Processes that are asked by lines of JSON on their standard input and answer, in order, on their standard output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


async def answer_requests(answer: Callable[[dict[str, Any]], Awaitable[Any]]) -> None:
    """The child's side, until its input ends or a request fails."""
    reader = asyncio.StreamReader(limit=1 << 22)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    asked: asyncio.Queue[asyncio.Future[Any]] = asyncio.Queue()

    async def write() -> None:
        while True:
            sys.stdout.write(json.dumps(await (await asked.get())) + "\n")
            sys.stdout.flush()

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(write())
        while line := await reader.readline():
            asked.put_nowait(asyncio.ensure_future(answer(json.loads(line))))
        writing.cancel()


class Child:
    """The parent's side. Many requests may be on their way at once."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def start(cls, module: str, *words: str, core: int | None = None) -> Child:
        """`python -m module words`, on this core only."""
        command = [sys.executable, "-m", module, *words]
        child = cls(await asyncio.create_subprocess_exec(*command, stdin=-1, stdout=-1, limit=1 << 22))
        pin(child.pid, core)
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, **request: Any) -> Any:
        """One request, one answer; raises ConnectionError when the process has ended."""
        assert self._process.stdin is not None
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        return await future

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            future = self._waiting.popleft()
            if not future.done():  # who asked may have given up
                future.set_result(json.loads(line))
        for future in self._waiting:
            if not future.done():
                future.set_exception(ConnectionError("the process has ended"))


def pin(pid: int, core: int | None) -> None:
    """Keep a process and its threads on one core, where there are several."""
    if core is not None and (os.cpu_count() or 1) > core:
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


def cpu_s(pid: int) -> float:
    """CPU time of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_kb(pid: int) -> int:
    """Its resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
