"""A media process under churn for a long time: does its memory, its tasks or its descriptors grow?

    python -m bench.soak [--minutes 30] [--viewers 60]

Every second a twentieth of the viewers leaves, half of them without a word, and as many join; the publisher reloads
each minute. A line of JSON every ten seconds, then one that compares the second third with the last (the first is
warm-up). Exits with 1 when anything grew: memory by more than 5 % and 2 MiB, tasks or descriptors by more than the
churn explains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from statistics import median
from typing import Any

import uvloop

from bench.child import Child
from bench.lean_peer import LeanPeer
from bench.servers import Relaying

SAMPLE_S = 10
RELOAD_S = 60
SHARE = 20  # of the viewers, one in so many leaves each second
MEMORY_SHARE, MEMORY_BYTES = 0.05, 2 << 20
OTHERS_SHARE = 0.10


class Crowd:
    """Viewers that come and go."""

    def __init__(self, server: Relaying, size: int) -> None:
        self._server = server
        self._size = size
        self._rng = random.Random(1)
        self._peers: list[LeanPeer] = []
        self.joined = 0

    async def turn(self) -> None:
        """A second's worth of leaving and joining."""
        for _ in range(max(self._size // SHARE, 1) if len(self._peers) >= self._size else 0):
            peer = self._peers.pop(self._rng.randrange(len(self._peers)))
            if self._rng.random() < 0.5:
                peer.socket.close()  # as a phone that lost its network: its goodbye goes nowhere
            await peer.close()
        missing = min(self._size - len(self._peers), 20)
        await asyncio.gather(*(self._join() for _ in range(missing)))
        for peer in self._peers:
            peer.drain()
            peer.check()
            peer.report()

    async def _join(self) -> None:
        peer = LeanPeer()
        await self._server.watch(peer)
        self._peers.append(peer)
        self.joined += 1

    async def leave(self) -> None:
        """All of them."""
        await asyncio.gather(*(peer.close() for peer in self._peers))


async def sample(server: Relaying, crowd: Crowd, began: float) -> dict[str, Any]:
    """How the process is now."""
    known = await server.figures()
    row = {
        "minute": round((time.monotonic() - began) / 60, 1),
        "joined": crowd.joined,
        "sessions": known["sessions"],
        "rss_bytes": known["rss_bytes"],
        "tasks": known["tasks"],
        "descriptors": len(os.listdir(f"/proc/{server.pid}/fd")),  # noqa: PTH208  of /proc, which does not block
        "packets_out": known["packets_out"],
        "task_errors": known.get("task_errors", 0),
    }
    print(json.dumps(row), flush=True)
    return row


async def soak(minutes: float, viewers: int) -> list[dict[str, Any]]:
    """The samples."""
    server = Relaying("bench.relay_process")
    source = await Child.start("bench.media_source", core=1)
    await server.start()
    crowd, rows = Crowd(server, viewers), []
    began = sampled = time.monotonic()
    reloaded = float("-inf")
    try:
        while time.monotonic() - began < minutes * 60:
            turn = time.monotonic()
            if turn - reloaded >= RELOAD_S:
                await source.stop()
                source = await Child.start("bench.media_source", core=1)
                await server.publish(source)
                reloaded = time.monotonic()
            await crowd.turn()
            if turn - sampled >= SAMPLE_S:
                rows.append(await sample(server, crowd, began))
                sampled = turn
            await asyncio.sleep(max(0.0, turn + 1 - time.monotonic()))
    finally:
        await crowd.leave()
        await source.stop()
        await server.stop()
    return rows


def verdict(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The last third beside the one before."""
    third = len(rows) // 3
    before, after = rows[third : 2 * third], rows[2 * third :]
    found: dict[str, Any] = {"errors": rows[-1]["task_errors"]}
    grew = found["errors"] > 0
    for name in ("rss_bytes", "tasks", "descriptors"):
        old, new = (median(row[name] for row in part) for part in (before, after))
        found[name] = [old, new]
        share = MEMORY_SHARE if name == "rss_bytes" else OTHERS_SHARE
        grew |= new - old > max(share * old, MEMORY_BYTES if name == "rss_bytes" else 2)
    return {"grew": grew, **found}


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--viewers", type=int, default=60)
    arguments = parser.parse_args()
    rows = uvloop.run(soak(arguments.minutes, arguments.viewers))
    if len(rows) < 6:
        sys.exit("too short to say anything: at least two minutes")
    found = verdict(rows)
    print(json.dumps(found))
    sys.exit(int(found["grew"]))


if __name__ == "__main__":
    main()
