"""A process with all that it has made, such as a PostgreSQL server: stopped, continued or killed together."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process itself first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has ended
        return []
    return [pid, *map(int, children)]


def kill_family(pid: int) -> None:
    """As kill -9 does. Nothing happens to those that have ended."""
    # A parent that stands still makes no more children.
    _send(pid, signal.SIGSTOP)
    for each in family(pid):
        _send(each, signal.SIGKILL)


def stop_family(pid: int) -> None:
    _send(pid, signal.SIGSTOP)
    for each in family(pid):
        _send(each, signal.SIGSTOP)


def continue_family(pid: int) -> None:
    for each in family(pid):
        _send(each, signal.SIGCONT)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
