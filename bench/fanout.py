"""Fan-out: N viewers in one web process, 20 events a second in; how late they arrive and what it costs.

    python -m bench.fanout [--sockets 500 1000 2000] [--rate 20] [--seconds 10]

The server is a process of its own with a real Redis and SQLite; the load comes from this one. An event's lateness is
measured from when it *should* have been published, so that a publisher that falls behind does not flatter the figure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgpack
import uvloop

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.all_tables import metadata
from livecart.adapters.sql.database import Database
from livecart.adapters.system import SystemClock
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import MSGPACK, open_room
from tests.support.shop import SHOW

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
AT_ONCE = 100


# ---- the server


async def serve(redis_url: str, folder: Path) -> None:

    database = Database(f"sqlite:///{folder / 'bench.db'}")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    limits = LimitOptions(exempt=(ip_network("127.0.0.0/8"),))
    async with open_room(database, redis_url, limits=limits, clock=SystemClock()) as room:
        print(room.url, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await database.close()


# ---- the viewers


class Viewer(asyncio.Protocol):
    """A socket that joins and notes how late each event came. Equal frames are decoded once for all viewers."""

    decoded: dict[bytes, list[int]] = {}  # noqa: RUF012 -- shared on purpose
    late_ms: list[float] = []  # noqa: RUF012
    frames = 0

    def __init__(self, host: str, joined: asyncio.Future[None]) -> None:
        self._host = host
        self._joined = joined
        self._buffer = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {MSGPACK}\r\n\r\n".encode()
        )
        join = msgpack.packb({"id": 1, "op": "show.join", "d": {"show": SHOW}})
        transport.write(struct.pack("!BB4x", 0x82, 0x80 | len(join)) + join)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if not self._joined.done():
            self._buffer += data
            if b"\xa2ok" in self._buffer and b"packets" in self._buffer:
                self._buffer = b""
                self._joined.set_result(None)
            return
        if self._buffer or data not in self.decoded:
            self._buffer += data
            data, self._buffer = whole_frames(self._buffer)
            if data and data not in self.decoded:
                self.decoded[data] = sent_at(data)
        if data:
            self.__class__.frames += 1
            self.late_ms.extend((now - at) / 1e6 for at in self.decoded[data])

    def connection_lost(self, error: Exception | None) -> None:
        if not self._joined.done():
            self._joined.set_exception(error or ConnectionError("closed"))


def frames_of(data: bytes) -> list[tuple[int, int]]:
    """(start of payload, end) of each whole frame."""
    found, place = [], 0
    while place + 2 <= len(data):
        length, start = data[place + 1], place + 2
        if length == 126:
            length, start = int.from_bytes(data[place + 2 : place + 4]), place + 4
        elif length == 127:
            length, start = int.from_bytes(data[place + 2 : place + 10]), place + 10
        if start + length > len(data):
            break
        found.append((start, start + length))
        place = start + length
    return found


def whole_frames(data: bytes) -> tuple[bytes, bytes]:
    frames = frames_of(data)
    end = frames[-1][1] if frames else 0
    return data[:end], data[end:]


def sent_at(data: bytes) -> list[int]:
    events = [event for start, end in frames_of(data) for event in msgpack.unpackb(data[start:end]).get("ev", ())]
    return [event[2]["sent_ns"] for event in events if event[1] == "chat"]


# ---- one measurement


async def measure(
    server: subprocess.Popen[str], url: str, redis_url: str, sockets: int, options: Any
) -> dict[str, Any]:
    host = url.split("/")[2]
    address, port = host.split(":")
    before_kb = resident_kb(server.pid)
    started = time.monotonic()
    transports = await join_all(host, address, int(port), sockets)
    joining_s = time.monotonic() - started
    await asyncio.sleep(2)
    memory_kb = resident_kb(server.pid) - before_kb
    Viewer.late_ms, Viewer.decoded, Viewer.frames = [], {}, 0
    cpu_before, begun = cpu_s(server.pid), time.monotonic()
    await publish(redis_url, options.rate, options.seconds)
    await asyncio.sleep(0.5)
    cpu, spent = cpu_s(server.pid) - cpu_before, time.monotonic() - begun
    late = sorted(Viewer.late_ms)
    for transport in transports:
        transport.close()
    await asyncio.sleep(1)
    expected = sockets * options.rate * options.seconds
    return {
        "sockets": sockets,
        "delivered": f"{len(late)}/{expected}",
        "p50_ms": round(late[len(late) // 2], 1),
        "p99_ms": round(late[int(len(late) * 0.99)], 1),
        "max_ms": round(late[-1], 1),
        "server_cores": round(cpu / spent, 3),
        "cpu_us_per_delivered": round(cpu / len(late) * 1e6, 2),
        "writes_per_viewer_s": round(Viewer.frames / sockets / options.seconds, 1),
        "kb_per_socket": round(memory_kb / sockets, 1),
        "joins_per_s": round(sockets / joining_s),
    }


async def join_all(host: str, address: str, port: int, sockets: int) -> list[Any]:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(AT_ONCE)

    async def join() -> Any:
        async with gate:
            joined = loop.create_future()
            transport, _ = await loop.create_connection(lambda: Viewer(host, joined), address, port)
            await joined
            return transport

    return list(await asyncio.gather(*(join() for _ in range(sockets))))


async def publish(redis_url: str, rate: int, seconds: int) -> None:
    redis = connect(redis_url)
    log = RedisShowLog(redis)
    start = time.monotonic_ns()
    author = {"id": "0" * 32, "display_name": "Ana of the bench", "role": "viewer"}
    for number in range(rate * seconds):
        due = start + number * 1_000_000_000 // rate
        await asyncio.sleep(max(0.0, (due - time.monotonic_ns()) / 1e9))
        data = {"id": f"{number:032x}", "author": author, "text": "a line of chat like any other", "sent_ns": due}
        await log.publish(ShowEvent(EventId(f"{start}-{number}"), SHOW, "chat", data, 1))
    await redis.aclose()


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def main(options: Any) -> None:
    with tempfile.TemporaryDirectory(prefix="lc-") as name:
        folder = Path(name)
        redis = RedisServer(folder)
        redis.start()
        try:
            for sockets in options.sockets:
                (folder / "bench.db").unlink(missing_ok=True)
                command = [sys.executable, "-m", "bench.fanout", "--serve", redis.url, str(folder)]
                with started(command) as server:
                    assert server.stdout
                    url = server.stdout.readline().strip()
                    print(json.dumps(await measure(server, url, redis.url, sockets, options)), flush=True)
                    server.kill()
        finally:
            redis.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[500, 1_000, 2_000])
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--serve", nargs=2)
    arguments = parser.parse_args()
    if arguments.serve:
        uvloop.run(serve(arguments.serve[0], Path(arguments.serve[1])))
    else:
        uvloop.run(main(arguments))
