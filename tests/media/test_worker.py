"""The worker against a real Redis: registration, requests, events, and Redis going away."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgpack
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from media.errors import PortUnavailableError
from media.options import MediaOptions
from media.worker import EVENTS, NODES, node_key, request_channel, run_worker

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on PATH"),
]


class Server:
    """A Redis of the test's own, on a socket in its folder, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "r.sock"
        self.url = f"unix://{self.path}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            "0",
            "--unixsocket",
            str(self.path),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.path.parent)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.path.unlink(missing_ok=True)


class Caller:
    """What a web process does: ask a node and wait for the answer; hear the events."""

    def __init__(self, url: str) -> None:
        self.redis: Redis = Redis.from_url(url)
        self.heard: list[dict[str, Any]] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._pubsub = self.redis.pubsub(ignore_subscribe_messages=True)
        await self._pubsub.subscribe(EVENTS, "replies")
        self._task = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        async for message in self._pubsub.listen():
            value = msgpack.unpackb(message["data"])
            if message["channel"] == EVENTS.encode():
                self.heard.append(value)
            else:
                self._answers[value.pop("re")] = value

    async def send(self, method: str, number: str, late: bool = False, **args: Any) -> None:
        deadline = int(time.time() * 1000) + (-1 if late else 5_000)
        request = {"id": number, "reply": "replies", "method": method, "args": args, "deadline_ms": deadline}
        await self.redis.publish(request_channel("n1"), msgpack.packb(request))

    async def ask(self, method: str, **args: Any) -> dict[str, Any]:
        number = secrets.token_hex(8)
        await self.send(method, number, **args)
        async with asyncio.timeout(5):
            while number not in self._answers:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return self._answers.pop(number)

    def answered(self, number: str) -> bool:
        return number in self._answers

    async def report(self) -> dict[str, Any] | None:
        raw = await self.redis.get(node_key("n1"))
        return None if raw is None else msgpack.unpackb(raw)

    async def registered(self) -> None:
        async with asyncio.timeout(10):
            while await self.report() is None:  # noqa: ASYNC110  another process writes it
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self.redis.aclose()


async def reachable(url: str) -> None:
    """Wait until a Redis that was just started answers."""
    async with asyncio.timeout(10):
        while True:
            async with Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as probe:
                try:
                    await probe.ping()
                except RedisConnectionError:
                    await asyncio.sleep(0.02)
                else:
                    return


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    made = Server(tmp_path)
    made.start()
    await reachable(made.url)
    yield made
    made.stop()


@pytest.fixture
async def worker(server: Server) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    options = MediaOptions(node="n1", redis_url=server.url, udp_host="127.0.0.1", udp_port=0)
    task = asyncio.ensure_future(run_worker(options, stop))
    yield stop
    stop.set()
    await asyncio.wait_for(task, 3)


@pytest.fixture
async def caller(server: Server, worker: asyncio.Event) -> AsyncIterator[Caller]:
    made = Caller(server.url)
    await made.open()
    await made.registered()
    yield made
    await made.close()


async def connect(stage: Any, caller: Caller, show: str = "s") -> tuple[Any, Any]:
    """A publisher and a viewer of the worker, negotiated over Redis."""
    publisher, viewer = stage.offering_publisher(), stage.offering_viewer()
    for peer, method in ((publisher, "publish"), (viewer, "watch")):
        answer = await caller.ask(
            method,
            show=show,
            session=peer.session,
            holder="mei",
            slot=0,
            offer=await peer.offer(),
            address="::1",
        )
        await peer.accept(answer["ok"]["answer"])
    return publisher, viewer


async def test_media_is_negotiated_over_redis_and_reported(stage: Any, caller: Caller, eventually: Any) -> None:
    publisher, viewer = await connect(stage, caller)
    await eventually(lambda: viewer.frames >= 3)
    await eventually(lambda: [event["type"] for event in caller.heard] == ["publisher.live"])
    [event] = caller.heard
    assert (event["node"], event["show"], event["session"], event["slot"]) == (
        "n1",
        "s",
        publisher.session,
        0,
    )
    report: dict[str, Any] = {}
    async with asyncio.timeout(5):
        while not report.get("shows", {}).get("s", {}).get("last_media_ms"):
            report = await caller.report() or {}
            await asyncio.sleep(0.1)
    show = report["shows"]["s"]
    assert (show["state"], show["viewers"], show["video"], show["audio"]) == ("live", 1, "h264", "opus")
    assert abs(show["last_media_ms"] - time.time() * 1000) < 5_000
    assert report["viewers"] == 1
    assert report["counters"]["joins"] == 2
    assert 0 <= report["load"] <= 1
    assert await caller.redis.zscore(NODES, "n1") == pytest.approx(time.time() * 1000, abs=5_000)
    stats = await caller.ask("stats", show="s")
    assert len(stats["ok"]["sessions"]) == 2
    assert await caller.ask("close", show="s", session=viewer.session) == {"ok": {}}
    assert (await caller.ask("close", show="s", session=viewer.session))["err"]["code"] == "not_found"
    await eventually(lambda: "viewer.gone" in [event["type"] for event in caller.heard])


async def test_late_and_repeated_requests_are_not_run(caller: Caller) -> None:
    await caller.send("end_show", "late", late=True, show="s")
    await caller.redis.publish(request_channel("n1"), b"\xc1 no msgpack")
    await caller.redis.publish(request_channel("n1"), msgpack.packb([1, 2]))
    await caller.send("end_show", "again", show="t")
    await caller.send("end_show", "again", show="u")
    assert await caller.ask("stats", show="s") == {"ok": {"sessions": []}}
    assert caller.answered("again")
    assert not caller.answered("late")
    report = await caller.report()
    assert report is not None


async def test_media_flows_while_redis_is_away_and_the_node_comes_back(
    stage: Any, server: Server, caller: Caller, eventually: Any
) -> None:
    _, viewer = await connect(stage, caller)
    await eventually(lambda: viewer.frames >= 3)
    await caller.close()
    server.stop()
    await asyncio.sleep(1.5)
    frames = viewer.frames
    await eventually(lambda: viewer.frames >= frames + 10)
    server.start()
    await reachable(server.url)
    again = Caller(server.url)
    await again.open()
    await again.registered()
    stats = await again.ask("stats", show="s")
    assert len(stats["ok"]["sessions"]) == 2
    await again.close()


async def test_stopping_deregisters_and_says_goodbye_within_a_second(
    stage: Any, caller: Caller, worker: asyncio.Event, eventually: Any
) -> None:
    _, viewer = await connect(stage, caller)
    await eventually(lambda: viewer.frames >= 1)
    worker.set()
    await eventually(lambda: viewer.connection.connectionState == "closed", 1.5)
    assert await caller.report() is None
    assert await caller.redis.zscore(NODES, "n1") is None


async def test_a_taken_port_is_told_before_anything_is_registered(server: Server) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        options = MediaOptions(node="n2", redis_url=server.url, udp_host="127.0.0.1", udp_port=port)
        with pytest.raises(PortUnavailableError, match=str(port)):
            await run_worker(options, asyncio.Event())


async def test_without_redis_the_worker_waits_for_it(tmp_path: Path) -> None:
    stop = asyncio.Event()
    options = MediaOptions(node="n3", redis_url=f"unix://{tmp_path}/none.sock", udp_host="127.0.0.1", udp_port=0)
    task = asyncio.ensure_future(run_worker(options, stop))
    await asyncio.sleep(0.7)
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 1.5)
