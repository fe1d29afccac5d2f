"""A host behind a line of our own making: a network namespace, a veth pair, and a token bucket on the way to it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.chromium import find

POSSIBLE = os.geteuid() == 0 and bool(shutil.which("ip")) and bool(shutil.which("tc"))


class NarrowLine(NamedTuple):
    """`here` is this machine's address as the other host sees it, `chromium` a program that runs the browser there."""

    here: str
    chromium: str


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=10)


@contextmanager
def narrow_line(folder: Path, rate: str, queue: str) -> Iterator[NarrowLine]:
    """`rate` and `queue` in the words of tc, as 500kbit and 300ms; nothing of it is left afterwards."""
    name, link = f"livecart-line-{os.getpid()}", f"ll{os.getpid()}"
    # A network of this run's own: two that hold the same addresses would take each other's packets.
    here, there = (f"10.214.{os.getpid() % 250}.{host}" for host in (1, 2))
    _run("ip", "netns", "add", name)
    try:
        _run("ip", "link", "add", f"{link}a", "type", "veth", "peer", "name", f"{link}b", "netns", name)
        _run("ip", "addr", "add", f"{here}/24", "dev", f"{link}a")
        _run("ip", "link", "set", f"{link}a", "up")
        _run("ip", "-n", name, "addr", "add", f"{there}/24", "dev", f"{link}b")
        _run("ip", "-n", name, "link", "set", f"{link}b", "up")
        _run("ip", "-n", name, "link", "set", "lo", "up")
        _run("tc", "qdisc", "add", "dev", f"{link}a", "root", "tbf", "rate", rate, "burst", "5kb", "latency", queue)
        wrapper = folder / "chromium"
        wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {name} {find()} "$@"\n')
        wrapper.chmod(0o755)
        yield NarrowLine(here, str(wrapper))
    finally:
        _run("ip", "netns", "del", name)
