"""What one media process costs, beside Janus and stock aiortc with the same source and the same viewers.

    python -m bench.media_relay [50 150 300 600] [--servers livecart janus-1 janus aiortc] [--seconds 8]

A line of JSON for each server and number of viewers, servers in turns so that all see the same machine. The server has
core 0, source and viewers core 1. `us_per_packet` is the server's CPU time (all threads) by packets that viewers got;
`delay_*` is from the source's last packet of a frame to the viewer's, by the kernel's time stamps; `latency_*` is what
our process measures itself (arrival to last send). `joining_*` is the same while viewers joined as fast as they
could. A server that loses packets or falls behind is not asked to carry more. Progress goes to standard error."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from typing import Any

import uvloop

from bench.child import Child, cpu_s, pin, resident_kb
from bench.lean_peer import LeanPeer
from bench.media_source import FPS
from bench.servers import SERVERS, Server, janus_missing
from bench.swarm import Swarm, delays_ms, unmistakable

CLIENT_CORE = 1
JOINING = 100  # viewers that join at once
SETTLE_S = 4.0  # a group of pictures, and the time in which late joiners catch up
AIORTC_VIEWERS = (1, 2, 4, 8)


async def join(server: Server, swarm: Swarm, count: int) -> dict[str, float | None]:
    """`count` viewers as fast as they can; how fast that was."""
    gate = asyncio.Semaphore(JOINING)

    async def one() -> None:
        async with gate:
            peer = LeanPeer()
            await server.watch(peer)
            swarm.add(peer)

    started = time.monotonic()
    joining = [asyncio.ensure_future(one()) for _ in range(count)]
    try:
        await asyncio.gather(*joining)
    finally:  # when one fails the others must not go on with a server that ends
        for each in joining:
            each.cancel()
        await asyncio.gather(*joining, return_exceptions=True)
    return {"joins_s": round(count / (time.monotonic() - started))}


async def measure(server: Server, swarm: Swarm, source: Child, rounds: int, seconds: float) -> dict[str, Any]:
    """One window with the viewers that are there."""
    await asyncio.sleep(SETTLE_S)
    swarm.forget_frames()
    await server.figures()
    (packets, expected), cpu, started = swarm.totals(), cpu_s(server.pid), time.monotonic()
    await asyncio.sleep(seconds)
    passed, cpu = time.monotonic() - started, cpu_s(server.pid) - cpu
    came, should = swarm.totals()
    packets, expected = came - packets, should - expected
    frames = swarm.frames() / passed / len(swarm.viewers)
    sent = {int(number): at for number, at in await source.ask(do="times")}
    late = delays_ms(swarm.viewers, sent, rounds)
    known = await server.figures()
    return {
        "packets_s": round(packets / passed),
        "frames_s": round(frames, 1),
        "loss_percent": round(max(0, expected - packets) / max(expected, 1) * 100, 3),
        "cores": round(cpu / passed, 3),
        "us_per_packet": round(cpu / max(packets, 1) * 1e6, 2),
        "delay_min_ms": round(late[0], 1) if late else None,
        "delay_p50_ms": round(late[len(late) // 2] - late[0], 1) if late else None,
        "delay_p99_ms": round(late[int(len(late) * 0.99)] - late[0], 1) if late else None,
        "latency_p50_ms": known.get("forward_latency_p50_ms"),
        "latency_p99_ms": known.get("forward_latency_p99_ms"),
    }


async def run(name: str, viewers: int, seconds: float) -> dict[str, Any]:
    """One server with so many viewers, from nothing."""
    server = SERVERS[name]()
    source = await Child.start("bench.media_source", core=CLIENT_CORE)
    marks = await source.ask(do="marks")
    swarm = Swarm(unmistakable(marks))
    await server.start()
    try:
        await server.publish(source)
        await asyncio.sleep(1)
        swarm.start()
        before_kb = resident_kb(server.pid)
        await server.figures()
        joined = await join(server, swarm, viewers)
        joining = await server.figures()
        joined["joining_p90_ms"] = joining.get("forward_latency_p90_ms", None)
        joined["joining_p99_ms"] = joining.get("forward_latency_p99_ms", None)
        figures = await measure(server, swarm, source, len(marks), seconds)
        memory = round((resident_kb(server.pid) - before_kb) / viewers)
        load = round(os.getloadavg()[0], 1)
        return {"server": name, "viewers": viewers, **figures, "kb_per_viewer": memory, **joined, "load_average": load}
    finally:
        await swarm.stop()
        await source.stop()
        await server.stop()


def overloaded(row: dict[str, Any]) -> bool:
    """Whether more viewers would tell nothing new."""
    return bool(row["loss_percent"] > 0.1 or row["frames_s"] < FPS * 0.97)


async def compare(counts: list[int], names: list[str], seconds: float) -> None:
    """All servers at all sizes, smallest first."""
    given_up: set[str] = set()
    steps = [(count, name) for count in counts for name in names if name != "aiortc"]
    steps += [(count, "aiortc") for count in AIORTC_VIEWERS if "aiortc" in names]
    for count, name in steps:
        if name in given_up:
            continue
        try:
            row = await run(name, count, seconds)
        except (TimeoutError, ConnectionError) as exc:
            print(f"{name} could not serve {count} viewers: {exc!r}", file=sys.stderr)
            given_up.add(name)
            continue
        print(json.dumps(row), flush=True)
        if overloaded(row):
            given_up.add(name)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("viewers", type=int, nargs="*", default=[50, 150, 300, 600])
    parser.add_argument("--servers", nargs="+", choices=list(SERVERS), default=list(SERVERS))
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--times", type=int, default=1, help="repeat everything so often, in turns")
    arguments = parser.parse_args()
    names = arguments.servers
    if any("janus" in name for name in names) and (reason := janus_missing()):
        print(f"without Janus: {reason}", file=sys.stderr)
        names = [name for name in names if "janus" not in name]
    pin(os.getpid(), CLIENT_CORE)
    for _ in range(arguments.times):
        uvloop.run(compare(sorted(arguments.viewers), names, arguments.seconds))


if __name__ == "__main__":
    main()
