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
    """What is still to be sent, when, and what became of what was. `rate`: how many are due a second; None: at once."""

    def __init__(self, requests: list[bytes], rate: float | None) -> None:
        self.began = time.perf_counter()
        self.waiting = deque(
            (request, self.began + number / rate if rate else 0.0) for number, request in enumerate(requests)
        )
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
            asyncio.get_running_loop().call_later(BUSY_S, self.waiting.append, (request, 0.0))
            return
        self.left -= 1
        if not self.left:
            self.over.set()


class Line(asyncio.Protocol):
    """One kept-alive connection with one request on its way."""

    rush: Rush

    def __init__(self) -> None:
        self._heard = b""
        self._request = b""
        self._began = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        if not self.rush.waiting:
            if not self.rush.over.is_set():
                asyncio.get_running_loop().call_later(BUSY_S / 5, self.send_next)
            return
        self._request, due = self.rush.waiting.popleft()
        early_s = due - time.perf_counter()
        if early_s > 0:
            asyncio.get_running_loop().call_later(early_s, self._send, due)
        else:
            # Whoever had to wait for a connection waited too.
            self._send(due or time.perf_counter())

    def _send(self, began: float) -> None:
        self._began = began
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
        self.rush.answered(self._request, status, time.perf_counter() - self._began)
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.rush.over.is_set():
            raise ConnectionError("the server closed a connection") from exc

    def close(self) -> None:
        self._transport.close()


async def post(wanted: dict[str, Any]) -> dict[str, Any]:
    """Sends `body` to `path` once for each person's token, at `rate` if there is one; see `figures` for the answer."""
    requests = [_request(wanted, number, token) for number, token in enumerate(wanted["tokens"])]
    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(Line, "127.0.0.1", wanted["port"]))[1] for _ in range(wanted["connections"])]
    rush = Rush(requests, wanted.get("rate"))
    for line in lines:
        line.rush = rush
        line.send_next()
    async with asyncio.timeout(GIVE_UP_S):
        await rush.over.wait()
    took = time.perf_counter() - rush.began
    for line in lines:
        line.close()
    return figures(took, rush.last_ok - rush.began, rush.statuses, rush.latencies)


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
