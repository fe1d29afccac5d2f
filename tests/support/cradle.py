"""Starts processes of ours as forks of one that has loaded them, as `serve` does with its parts (nursery.py).

A process that is killed and started again sixty times need not load its modules sixty times.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from livecart.__main__ import main
from livecart.commands import nursery
from tests.support import doom

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS: Mapping[str, nursery.Run] = {"livecart": main, "tests.support.doom": doom.run}
MODULES = [*nursery.MODULES, "livecart.commands.people", "livecart.commands.records"]
LOADED_S = 60.0


class Forked:
    """What subprocess.Popen is, as far as tests need it."""

    def __init__(self, cradle: Cradle, pid: int) -> None:
        self.pid = pid
        self._cradle = cradle
        self._code: int | None = None
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float) -> int:
        """Raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, within_s: float) -> int | None:
        if self._code is None:
            waiting = select.poll()
            waiting.register(self._handle, select.POLLIN)
            if waiting.poll(within_s * 1_000):
                self._code = self._cradle.ask(reap=self.pid)
                os.close(self._handle)
        return self._code


class Cradle:
    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        self._line.settimeout(LOADED_S)
        with theirs:
            command = [sys.executable, "-m", "tests.support.cradle", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])

    def start(self, words: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> Forked:
        """`words` are what would stand after `python -m`; what it prints is appended to the files."""
        return Forked(self, self.ask(start=[str(out), str(err), *words], environment=dict(environment)))

    def ask(self, **request: object) -> int:
        self._line.sendall(json.dumps(request).encode() + b"\n")
        return int(self._line.recv(64))

    def close(self) -> None:
        self._line.close()
        self._process.wait(10)


@cache
def cradle() -> Cradle:
    """The one of this test process."""
    made = Cradle()
    atexit.register(made.close)
    return made


def _run(words: list[str]) -> int:
    out, err, module, *rest = words
    for name, stream in ((out, sys.stdout), (err, sys.stderr)):
        with Path(name).open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    return PROGRAMS[module](rest)


if __name__ == "__main__":
    # The supervisor's end is in another process, so nothing else of the nursery is needed.
    nursery.tend(socket.socket(fileno=int(sys.argv[1])), _run, MODULES)
