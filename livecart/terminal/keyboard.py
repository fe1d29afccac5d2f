"""Standard input as a queue of lines, be it a terminal, a pipe or a file."""

from __future__ import annotations

import asyncio
import os
import threading

_CHUNK = 64 * 1024
# A pipe that brings more waits until these are said.
_LINES = 100


def lines_of(descriptor: int) -> asyncio.Queue[str | None]:
    """Lines without their ends, empty ones left out; None after the last.

    A thread of its own, since a terminal cannot be polled on every system and a file on none. It reads the descriptor
    itself: a thread that waits inside `sys.stdin` would keep the process from ending.
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue(_LINES)
    loop = asyncio.get_running_loop()

    def put(line: str | None) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()

    def read() -> None:
        rest = b""
        try:
            while chunk := os.read(descriptor, _CHUNK):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    if text := line.decode("utf-8", "replace").strip():
                        put(text)
            if text := rest.decode("utf-8", "replace").strip():
                put(text)
            put(None)
        except RuntimeError:
            # The loop has ended, so nobody reads any more.
            return

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    return queue
