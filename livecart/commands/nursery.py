"""The nursery: a process that has loaded the parts' modules once, and of which each part is a fork (ADR 10).

A part that died is back in a tenth of a second instead of two, and the parts share the memory of what was loaded. It is
itself a fork of `serve`, made while there is one thread, no event loop and no open file. Linux only.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from livecart.commands.loading import loading
from livecart.commands.process import die_with_parent, retitle

# What the parts load: see serve_parts.py.
MODULES = ("livecart.commands.serve_parts", "livecart.web_process", "livecart.chores", "livecart.media_process")
# Longer than loading takes on the slowest machine; whoever takes longer hangs.
ANSWER_S = 20.0
# The exit code of a part whose nursery ended before it.
UNKNOWN = 255
_STDIN = 0
_STOPS = (signal.SIGINT, signal.SIGTERM)

# A command line without `livecart`, run to its exit code.
Run = Callable[[list[str]], int]


class NurseryGoneError(Exception):
    """It has ended, or does not answer."""


class Nursery:
    """The supervisor's side: a line of JSON asks, a line of JSON answers."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self._line = line
        self._asking = asyncio.Lock()
        line.setblocking(False)

    async def start(self, words: Sequence[str], environment: Mapping[str, str]) -> Born:
        """One more part. Raises NurseryGoneError."""
        return Born(await self.ask(start=list(words), environment=dict(environment)), self)

    async def ask(self, **request: Any) -> int:
        """Raises NurseryGoneError."""
        loop = asyncio.get_running_loop()
        try:
            async with self._asking, asyncio.timeout(ANSWER_S):
                await loop.sock_sendall(self._line, json.dumps(request).encode() + b"\n")
                return int(await loop.sock_recv(self._line, 64))
        except (OSError, TimeoutError, ValueError) as error:
            raise NurseryGoneError from error
        except asyncio.CancelledError:
            # The answer would be taken for that of the next question.
            self._line.close()
            raise

    def kill(self) -> None:
        """Ends it, and any part that is still there. Nothing if it has been killed."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def close(self) -> None:
        self.kill()
        self._line.close()


@contextmanager
def opened(run: Run, modules: Sequence[str] = MODULES) -> Iterator[Nursery | None]:
    """Forks it for as long as the context lasts; None where parts must be started in another way."""
    if sys.platform != "linux":
        yield None
        return
    ours, theirs = socket.socketpair()
    # Whoever stops a whole process group means the parts, and these are ended in order.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    pid = os.fork()
    if pid == 0:
        ours.close()
        tend(theirs, run, modules)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    theirs.close()
    nursery = Nursery(pid, ours)
    try:
        yield nursery
    finally:
        nursery.close()


class Born:
    """A part as its supervisor knows it: like asyncio.subprocess.Process, but no child of ours."""

    def __init__(self, pid: int, nursery: Nursery) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._ended = asyncio.Event()
        self._reaping = asyncio.Lock()
        # It becomes readable when the process ends.
        self._handle = os.pidfd_open(pid)
        asyncio.get_running_loop().add_reader(self._handle, self._on_end)

    async def wait(self) -> int:
        """Its exit code, or minus the signal that ended it."""
        await self._ended.wait()
        async with self._reaping:
            if self.returncode is None:
                try:
                    self.returncode = await self._nursery.ask(reap=self.pid)
                except NurseryGoneError:
                    self.returncode = UNKNOWN
        return self.returncode

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        self._ended.set()

    def _send(self, number: signal.Signals) -> None:
        if not self._ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)


def tend(line: socket.socket, run: Run, modules: Sequence[str]) -> NoReturn:
    """The nursery's own process, until the supervisor's end of the line is closed. Stops are blocked."""
    try:
        with Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), _STDIN)
        with loading():
            for module in modules:
                importlib.import_module(module)
        while request := _next_line(line):
            line.sendall(b"%d\n" % _answer(json.loads(request), line, run))
    except (OSError, ImportError):
        # Parts that are started in the other way will say what is wrong with a module.
        traceback.print_exc()
    finally:
        os._exit(0)


def _next_line(line: socket.socket) -> bytes:
    """One request, empty at the end. The next one comes when this one is answered."""
    read = b""
    while not read.endswith(b"\n"):
        more = line.recv(1 << 16)
        if not more:
            return b""
        read += more
    return read


def _answer(request: dict[str, Any], line: socket.socket, run: Run) -> int:
    if "reap" in request:
        return os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])
    nursery = os.getpid()
    pid = os.fork()
    if pid == 0:
        line.close()
        _live(request["start"], request["environment"], nursery, run)
    return pid


def _live(words: list[str], environment: dict[str, str], nursery: int, run: Run) -> NoReturn:
    """The life of a part: as if it had been started by its command line."""
    code = 1
    try:
        die_with_parent(nursery)
        retitle(words)
        os.environ.clear()
        os.environ.update(environment)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
        code = run(words)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 -- what Python does at the end of a process: this one must not go on tending
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
