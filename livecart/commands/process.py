"""What a part's process tells Linux about itself: with whom it ends, and what it is called."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Where the command line's bytes begin: `arg_start`, field 48 of proc(5)'s stat, counted from the one after the name.
_ARG_START = 48 - 3


def die_with_parent(parent: int) -> None:
    """Linux ends this process when its parent is killed, so that no part outlives `serve` unseen."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we could say so
            os._exit(1)


def retitle(words: Sequence[str]) -> None:
    """Makes `livecart serve …` in this process's command line `livecart web …`, for ps and whoever looks for parts.

    It is written over the old one in place; words that find no room there are left out.
    """
    old = Path("/proc/self/cmdline").read_bytes()
    new, command, _ = old.partition(b"\0serve\0")
    if not command:
        return
    for word in map(os.fsencode, words):
        # The last byte stays 0: otherwise Linux takes the environment for more of the line.
        if len(new) + 1 + len(word) >= len(old):
            break
        new += b"\0" + word
    start = int(Path("/proc/self/stat").read_text().rpartition(") ")[2].split()[_ARG_START])
    if start:  # 0 where Linux keeps it to itself
        ctypes.memmove(start, new.ljust(len(old), b"\0"), len(old))
