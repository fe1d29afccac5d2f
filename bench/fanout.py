"""What it costs to tell a whole room something, and how late it comes; beside socket.io with its Redis adapter.

    python -m bench.fanout [1000 2000 5000] [--rates 1 20 100] [--servers livecart socket.io] [--seconds 5]

One server process on core 0; the viewers, Redis and all else on core 1. A line of JSON for each server, number of
sockets and messages a second, then the storms (bench/storms.py). `late_*` is from when a message *should* have been
published to when a viewer's socket had it; what never came counts too. `us_per_message` is the server's CPU time by
messages that viewers got, jobs and all; `times_ours` is that by livecart's. `*_viewer_s` is what a viewer's socket gets
each second. A server that falls behind is not asked to carry more. The row of a `whole_run` is what a server spent in
all windows, by what it delivered in all of them. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import uvloop

from bench import lateness
from bench.child import cpu_s, pin, resident_kb
from bench.crowd import Crowd
from bench.rooms import Room, open_room, socketio_missing
from bench.storms import storms

Row = dict[str, Any]

CLIENT_CORE = 1
JOIN_WITHIN_S = 20.0
SETTLE_S = 2.0
# After the last message of a window; whoever is behind further than this is behind.
TAIL_S = 1.5
SERVERS = ("livecart", "socket.io")
# An author and a text as they are on average.
CHAT: dict[str, Any] = {
    "author": {"id": "0" * 32, "display_name": "Ana of the bench", "role": "viewer"},
    "text": "a line of chat like any other",
}


def say(text: str) -> None:
    """For whoever waits."""
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


async def everybody_in(crowd: Crowd, count: int) -> float:
    """Seconds that it took; raises TimeoutError."""
    begun = time.monotonic()
    async with asyncio.timeout(JOIN_WITHIN_S):
        while crowd.inside() < count:  # noqa: ASYNC110  nothing else tells
            await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def publish(room: Room, rate: int, seconds: float) -> list[int]:
    """`rate` messages a second; when each was due. One that comes late is late, and those after it are not put off."""
    begun = time.monotonic_ns()
    dues = [begun + number * 1_000_000_000 // rate for number in range(int(rate * seconds))]

    async def tell(number: int, due_ns: int) -> None:
        await room.publish("chat", {"id": f"{number:032x}", **CHAT, "due_ns": due_ns})

    async with asyncio.TaskGroup() as telling:
        for number, due_ns in enumerate(dues):
            await asyncio.sleep(max(0.0, (due_ns - time.monotonic_ns()) / 1e9))
            telling.create_task(tell(number, due_ns))
    return dues


async def window(room: Room, crowd: Crowd, rate: int, seconds: float) -> dict[str, Any]:
    """One measurement with the viewers that are in."""
    sockets = crowd.inside()
    crowd.forget()
    cpu, own, begun = cpu_s(room.pid), time.process_time(), time.monotonic()
    dues = await publish(room, rate, seconds)
    await asyncio.sleep(TAIL_S)
    passed, cpu, own = time.monotonic() - begun, cpu_s(room.pid) - cpu, time.process_time() - own
    heard = crowd.heard()
    arrivals = ((due_ns, each.arrivals) for each in heard for due_ns in each.dues)
    late, delivered = lateness.of(arrivals, dict.fromkeys(dues, sockets), time.monotonic_ns())
    frames = sum(each.frames * len(each.arrivals) for each in heard)
    size = sum(each.size * len(each.arrivals) for each in heard)
    return {
        "rate": rate,
        "delivered": delivered,
        "delivered_percent": round(delivered / (sockets * len(dues)) * 100, 2),
        "late_p50_ms": late.percentile_ms(0.5),
        "late_p99_ms": late.percentile_ms(0.99),
        "cpu_s": round(cpu, 2),
        "cores": round(cpu / passed, 3),
        "us_per_message": round(cpu / max(delivered, 1) * 1e6, 2),
        "writes_viewer_s": round(frames / sockets / passed, 2),
        "bytes_viewer_s": round(size / sockets / passed),
        "client_cores": round(own / passed, 2),
    }


async def step(name: str, sockets: int, rates: list[int], seconds: float, ours: dict[int, float]) -> list[Row]:
    """One server with so many viewers, from nothing, at one rate after the other. `ours`: what each cost livecart."""
    rows: list[Row] = []
    say(f"{name}: {sockets} sockets")
    room = await open_room(name)
    crowd = Crowd(room.dialect, room.address)
    running = asyncio.ensure_future(crowd.run())
    try:
        before_kb = resident_kb(room.pid)
        crowd.come(sockets)
        try:
            joins_s = round(sockets / await everybody_in(crowd, sockets))
        except TimeoutError:
            say(f"{crowd.inside()} came in; {dict(crowd.losses)}")
            raise
        await asyncio.sleep(SETTLE_S)
        idle = round((resident_kb(room.pid) - before_kb) / sockets, 1)
        for rate in rates:
            found = await window(room, crowd, rate, seconds)
            cost = ours.setdefault(rate, found["us_per_message"]) if name == "livecart" else ours.get(rate)
            ratio = round(found["us_per_message"] / cost, 1) if cost else None
            known = {"times_ours": ratio, "kb_idle_socket": idle, "joins_s": joins_s}
            rows.append({"server": name, "sockets": sockets, **found, **known})
            print(json.dumps(rows[-1]), flush=True)
            if found["delivered_percent"] < 99:
                break
    finally:
        crowd.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await room.close()
    return rows


def whole_run(rows: list[Row]) -> Iterator[Row]:
    """For each server what it spent on all that it delivered; `rows` are those of its windows."""
    costs: dict[str, float] = {}
    for name in SERVERS:
        mine = [row for row in rows if row["server"] == name]
        delivered, cpu = sum(row["delivered"] for row in mine), sum(row["cpu_s"] for row in mine)
        if delivered:
            costs[name] = cpu / delivered * 1e6
            ratio = round(costs[name] / costs["livecart"], 1) if "livecart" in costs else None
            found = {"delivered": delivered, "cpu_s": round(cpu, 2), "us_per_message": round(costs[name], 2)}
            yield {"whole_run": name, **found, "times_ours": ratio}


async def compare(options: argparse.Namespace) -> None:
    """Both servers at all sizes, in turns so that both see the same machine; then the storms."""
    rows: list[Row] = []
    for sockets in sorted(options.sockets):
        ours: dict[int, float] = {}
        for name in options.servers:
            try:
                rows += await step(name, sockets, sorted(options.rates), options.seconds, ours)
            except (TimeoutError, ConnectionError) as error:
                say(f"{name} could not serve {sockets} sockets: {error!r}")
    for row in whole_run(rows):
        print(json.dumps(row), flush=True)
    if options.storms:
        try:
            await storms(options.storms, say)
        except (TimeoutError, ConnectionError) as error:
            say(f"no storms: {error!r}")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sockets", type=int, nargs="*", default=[1_000, 2_000, 5_000])
    parser.add_argument("--rates", type=int, nargs="+", default=[1, 20, 100], help="messages a second")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    parser.add_argument("--seconds", type=float, default=5.0, help="of each window")
    parser.add_argument("--storms", type=int, default=5_000, help="sockets in the storms; 0 for none")
    options = parser.parse_args()
    if "socket.io" in options.servers and (reason := socketio_missing()):
        say(f"without socket.io: {reason}")
        options.servers = [name for name in options.servers if name != "socket.io"]
    # Whatever is started from here stays on this core, until a server is put on its own.
    pin(os.getpid(), CLIENT_CORE)
    uvloop.run(compare(options))


if __name__ == "__main__":
    main()
