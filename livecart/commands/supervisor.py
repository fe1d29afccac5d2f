"""Starts a laptop's parts, starts again what died, and ends them in order: web and media first, Redis last."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)

# DESIGN §3: all is over within 5 s; what does not end by then is killed.
STOP_S = 4.0
LAST_STOP_S = 0.7
RESTART_S = 0.3
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One child process. `last`: it ends after the others, in a session of its own that a terminal's Ctrl-C spares."""

    name: str
    command: Sequence[str]
    last: bool = False


class Supervisor:
    """Runs parts until `stop` is set. A second signal ends everything at once."""

    def __init__(self, parts: Sequence[Part], environment: Mapping[str, str]) -> None:
        self._parts = parts
        self._environment = dict(environment)
        self._running: dict[str, asyncio.subprocess.Process] = {}
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
        while not self._stop.is_set():
            process = await asyncio.create_subprocess_exec(
                *part.command,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL if part.last else None,
                start_new_session=part.last,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
            self._running[part.name] = process
            code = await process.wait()
            if not self._stop.is_set():
                _log.warning("part ended, starting it again", part=part.name, code=code)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), RESTART_S)

    async def _end_in_order(self) -> None:
        await self._stop.wait()
        await self._end([part for part in self._parts if not part.last], STOP_S)
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


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()


def _die_with_parent() -> None:
    """Linux ends the child when its parent is killed, so that no part outlives `serve` unseen."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def part_command(*words: str) -> list[str]:
    """The command line of one of our parts; it contains `livecart web`, `livecart media` or `livecart jobs`."""
    return [sys.executable, "-m", "livecart", *words]


def parts_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment, with the settings that `serve` decided for its parts."""
    return {**os.environ, **{f"LIVECART_{key.upper()}": value for key, value in settings.items()}}
