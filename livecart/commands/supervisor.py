"""Starts a laptop's parts, starts again what died, and ends them in order: web and media first, Redis last."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog

from livecart.commands.nursery import Nursery, NurseryGoneError
from livecart.commands.process import die_with_parent

_log = structlog.get_logger(__name__)

# DESIGN §3: all is over within 5 s; what does not end by then is killed.
STOP_S = 4.0
LAST_STOP_S = 0.7
# A part that has run for this long is started again at once; one that ends sooner after a pause, then a longer one.
STEADY_S = 10.0
PAUSES_S = (0.3, 0.6, 1.2, 1.5)


@dataclass(frozen=True, slots=True)
class Part:
    """One process. `own`: the command is one of ours, without `livecart` before it. `last`: it ends after the others,
    in a session of its own that a terminal's Ctrl-C spares."""

    name: str
    command: Sequence[str]
    last: bool = False
    own: bool = False


class Process(Protocol):
    """A part while it runs: asyncio.subprocess.Process is one."""

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Supervisor:
    """Runs parts until `stop` is set. A second signal ends everything at once."""

    def __init__(self, parts: Sequence[Part], environment: Mapping[str, str], nursery: Nursery | None = None) -> None:
        self._parts = parts
        self._environment = dict(environment)
        self._nursery = nursery
        self._running: dict[str, Process] = {}
        self._stop = asyncio.Event()
        self._signals = 0

    def on_signal(self) -> None:
        self._signals += 1
        self._stop.set()
        if self._signals > 1:
            for process in self._running.values():
                _kill(process)

    async def run(self) -> None:
        """Returns when every part has ended after a signal."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.on_signal)
        async with asyncio.TaskGroup() as tasks:
            for part in self._parts:
                tasks.create_task(self._keep(part), name=f"keep {part.name}")
            tasks.create_task(self._end_in_order(), name="end in order")

    async def wait_for_stop(self) -> None:
        await self._stop.wait()

    async def _keep(self, part: Part) -> None:
        """Starts the part, and again whenever it ends before the stop."""
        loop = asyncio.get_running_loop()
        short_lives = 0
        while not self._stop.is_set():
            began = loop.time()
            self._running[part.name] = process = await self._start(part)
            if self._stop.is_set():  # it came after the others were told to end
                process.kill()
            code = await process.wait()
            if self._stop.is_set():
                return
            _log.warning("part ended, starting it again", part=part.name, code=code)
            short_lives = short_lives + 1 if loop.time() - began < STEADY_S else 0
            if short_lives:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), PAUSES_S[min(short_lives, len(PAUSES_S)) - 1])

    async def _start(self, part: Part) -> Process:
        if part.own and self._nursery is not None:
            try:
                return await self._nursery.start(part.command, self._environment)
            except NurseryGoneError:
                # Its parts end with it, and come back with a Python of their own each.
                _log.warning("the nursery is gone, parts start slower from now on")
                self._nursery.close()
                self._nursery = None
        return await asyncio.create_subprocess_exec(
            *(part_command(*part.command) if part.own else part.command),
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL if part.last else None,
            start_new_session=part.last,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )

    async def _end_in_order(self) -> None:
        await self._stop.wait()
        await self._end([part for part in self._parts if not part.last], STOP_S)
        if self._nursery is not None:
            # Whoever still waits for a part, which may take long while modules load, waits no longer.
            self._nursery.kill()
        await self._end([part for part in self._parts if part.last], LAST_STOP_S)

    async def _end(self, parts: Sequence[Part], within_s: float) -> None:
        processes = [self._running[part.name] for part in parts if part.name in self._running]
        for process in processes:
            if process.returncode is None:
                process.terminate()
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(process.wait() for process in processes))
        except TimeoutError:
            for process in processes:
                _kill(process)


def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()


def part_command(*words: str) -> list[str]:
    """The command line of one of our parts; it contains `livecart web`, `livecart media` or `livecart jobs`."""
    return [sys.executable, "-m", "livecart", *words]


def parts_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment, with the settings that `serve` decided for its parts."""
    return {**os.environ, **{f"LIVECART_{key.upper()}": value for key, value in settings.items()}}
