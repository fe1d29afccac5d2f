"""What one media process costs: CPU, forward latency, loss and memory with so many viewers of one show.

    python -m bench.media_relay 1 5 20

The relay runs in a process of its own (uvloop, as in production) and is told by lines of JSON; the source and
the viewers share this one. Viewers count packets and gaps without decrypting."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

from bench.lean_peer import LeanPeer, offer
from bench.media_source import encode, send
from media import report
from media.options import MediaOptions
from media.relay import Relay

WINDOW_S = 10.0


async def serve() -> None:
    """The relay's side: a request a line on standard input, an answer a line on standard output."""
    relay = Relay(MediaOptions(node="bench", udp_host="127.0.0.1", udp_port=0))
    await relay.open()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        request = json.loads(line)
        match request:
            case {"publish": session}:
                answer: Any = await relay.publish("s", session, "source", request["offer"])
            case {"watch": session}:
                answer = await relay.watch("s", session, request["offer"])
            case _:
                answer = report.counters(relay)
                relay.counters.forget_latencies()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await relay.close()


class Node:
    """The relay's process, asked over its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> Node:
        """Start it."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.media_relay", "serve", stdin=-1, stdout=-1, limit=1 << 20
            )
        )

    async def ask(self, **request: Any) -> Any:
        """One request, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


async def measure(node: Node, viewers: list[LeanPeer]) -> dict[str, float]:
    """One window with the viewers that are there."""
    await asyncio.sleep(1.5)
    before, packets = await node.ask(), sum(viewer.packets for viewer in viewers)
    frames, lost = sum(viewer.frames for viewer in viewers), sum(viewer.lost for viewer in viewers)
    started = time.monotonic()
    await asyncio.sleep(WINDOW_S)
    after, passed = await node.ask(), time.monotonic() - started
    delivered = sum(viewer.packets for viewer in viewers) - packets
    cpu = after["cpu_seconds"] - before["cpu_seconds"]
    return {
        "viewers": len(viewers),
        "packets_per_s": round(delivered / passed),
        "frames_per_s": round((sum(viewer.frames for viewer in viewers) - frames) / passed / len(viewers), 1),
        "lost": sum(viewer.lost for viewer in viewers) - lost,
        "cpu_percent": round(cpu / passed * 100, 1),
        "cpu_us_per_packet": round(cpu / delivered * 1e6, 1),
        "latency_p50_ms": after["forward_latency_p50_ms"],
        "latency_p99_ms": after["forward_latency_p99_ms"],
        "rss_mb": round(after["rss_bytes"] / 1e6, 1),
    }


async def run(counts: list[int]) -> list[dict[str, float]]:
    """Figures for each number of viewers, in rising order."""
    frames = encode()
    node = await Node.start()
    source, stop = LeanPeer(), asyncio.Event()
    await source.connect(await node.ask(publish="source", offer=offer("sendonly")))
    sending = asyncio.ensure_future(send(source, frames, stop))
    viewers: list[LeanPeer] = []
    table = []
    for count in sorted(counts):
        started, first = time.monotonic(), len(viewers)
        while len(viewers) < count:
            viewer = LeanPeer()
            await viewer.connect(await node.ask(watch=f"v{len(viewers)}", offer=offer("recvonly")))
            viewers.append(viewer)
        joins = (count - first) / (time.monotonic() - started)
        row = await measure(node, viewers)
        row["joins_per_s"] = round(joins)
        table.append(row)
        print(json.dumps(row), flush=True)
        for viewer in [*viewers, source]:
            viewer.check()
    stop.set()
    await sending
    for peer in [*viewers, source]:
        await peer.close()
    await node.stop()
    return table


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        uvloop.run(serve())
    else:
        uvloop.run(run([int(count) for count in sys.argv[1:]] or [1, 5, 20]))
