"""A crowd that buys, or claims, over HTTP: a process of its own with many connections, each sending one request after
the other.

Asked by lines of JSON (bench/child.py). It reads no more of an answer than its status and its length.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from typing import Any, cast

import uvloop

from bench.child import answer_requests

# An order that was told to come back later does so after this, as a page would.
BUSY_S = 0.25
GIVE_UP_S = 120.0


class Rush:
    """What is still to be sent, and what became of what was."""

    def __init__(self, requests: list[bytes]) -> None:
        self.waiting = deque(requests)
        self.left = len(requests)
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.last_ok = 0.0
        self.over = asyncio.Event()

    def answered(self, request: bytes, status: str, took: float) -> None:
        if status in {"200", "201"}:
            status, self.last_ok = "ok", time.perf_counter()
        self.statuses[status] += 1
        self.latencies.append(took)
        if status == "503":
            asyncio.get_running_loop().call_later(BUSY_S, self.waiting.append, request)
            return
        self.left -= 1
        if not self.left:
            self.over.set()


class Line(asyncio.Protocol):
    """One kept-alive connection with one request on its way."""

    def __init__(self, rush: Rush) -> None:
        self._rush = rush
        self._heard = b""
        self._request = b""
        self._began = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        if not self._rush.waiting:
            if not self._rush.over.is_set():
                asyncio.get_running_loop().call_later(BUSY_S / 5, self.send_next)
            return
        self._request = self._rush.waiting.popleft()
        self._began = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head = self._heard.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._heard.index(b"Content-Length: ") + 16
        if len(self._heard) < head + 4 + int(self._heard[at : self._heard.index(b"\r", at)]):
            return
        status, self._heard = self._heard[9:12].decode(), b""
        self._rush.answered(self._request, status, time.perf_counter() - self._began)
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._rush.over.is_set():
            raise ConnectionError("the server closed a connection") from exc

    def close(self) -> None:
        self._transport.close()


async def post(wanted: dict[str, Any]) -> dict[str, Any]:
    """Sends `body` to `path` once for each person's token; see `figures` for the answer."""
    rush = Rush([_request(wanted, number, token) for number, token in enumerate(wanted["tokens"])])
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: Line(rush), "127.0.0.1", wanted["port"]))[1]
        for _ in range(wanted["connections"])
    ]
    began = time.perf_counter()
    for line in lines:
        line.send_next()
    async with asyncio.timeout(GIVE_UP_S):
        await rush.over.wait()
    took = time.perf_counter() - began
    for line in lines:
        line.close()
    return figures(took, rush.last_ok - began, rush.statuses, rush.latencies)


def figures(seconds: float, ok_seconds: float, answers: Counter[str], latencies: list[float]) -> dict[str, Any]:
    """What a crowd saw: how many answers of each kind, and how long all of them, and those that were ok, took."""
    ordered = sorted(latencies)
    return {
        "seconds": seconds,
        "ok_seconds": ok_seconds,
        "answers": dict(answers),
        "p50_ms": 1_000 * ordered[len(ordered) // 2],
        "p99_ms": 1_000 * ordered[int(len(ordered) * 0.99)],
        "cpu_s": time.process_time(),
    }


def _request(wanted: dict[str, Any], number: int, token: str) -> bytes:
    body = json.dumps(wanted["body"]).encode()
    head = (
        f"POST {wanted['path']} HTTP/1.1\r\nHost: 127.0.0.1:{wanted['port']}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {wanted['name']}-{number}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    uvloop.run(answer_requests(post))
