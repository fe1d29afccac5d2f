"""How a command's modules are loaded: nearly all that importing makes stays for good."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Without garbage collection, which would find nothing and takes a fifth of the CPU that a web process starts with.

    May stand within another one.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            # Nor will later collections look through it.
            gc.freeze()
            gc.enable()
