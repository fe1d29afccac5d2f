"""The Redis shell round a relay: heartbeat, requests, events. Media flows on while Redis is away.

Keys and channels (values are msgpack): `livecart:media:node:{node}` holds the report for 3 s, the sorted set
`livecart:media:nodes` when each node was last seen; requests come on `livecart:media:req:{node}` and are
answered on the channel that they name; `livecart:media:events` tells who went live, fell silent or left.
Each heartbeat also sends an echo to the request channel: a subscriber that hears none has gone deaf and is
built anew."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgpack
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from media import report
from media.options import MediaOptions
from media.pulling import PullingRelay
from media.requests import Requests
from media.sessions import MediaEvent

log = logging.getLogger(__name__)

NODES = "livecart:media:nodes"
EVENTS = "livecart:media:events"
HEARTBEAT_S = 1.0
# Three heartbeats: a process that was killed or stopped is noticed within 5 s, with time to spare.
NODE_LIVES_MS = 3_000
DEAF_S = 3.5
RECONNECT_S = 0.5
MAX_EVENTS = 1_000
MAX_RUNNING = 64
REMEMBERED = 1_024
GOODBYE_S = 0.5
CANCEL_AGAIN_S = 0.1
_AWAY = (RedisError, OSError, TimeoutError)


def node_key(node: str) -> str:
    """Where a node's report is."""
    return f"livecart:media:node:{node}"


def request_channel(node: str) -> str:
    """Where a node hears requests."""
    return f"livecart:media:req:{node}"


async def run_worker(options: MediaOptions, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; raises `PortUnavailableError` if the UDP port cannot be had."""
    worker = Worker(options)
    await worker.relay.open()
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(loop()) for loop in (worker.beat, worker.listen, worker.tell)]
            await stop.wait()
            # One that comes while redis-py ends a command is lost in it (seen in one stop of three).
            while pending := [task for task in tasks if not task.done()]:
                for task in pending:
                    task.cancel()
                await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
    finally:
        await worker.goodbye()


class Worker:
    """Three loops that each survive Redis: `beat`, `listen` and `tell`."""

    def __init__(self, options: MediaOptions) -> None:
        self.relay = PullingRelay(options, on_event=self._remember)
        self._node = options.node
        self._place = options.place
        # No hidden repeats: a request or an event that is sent twice by the client would be done twice.
        self._redis: Redis = Redis.from_url(
            options.redis_url, retry=Retry(NoBackoff(), 0), socket_timeout=2, socket_connect_timeout=2
        )
        self._requests = Requests(self.relay)
        self._started_ms = int(time.time() * 1000)
        self._meter = report.LoadMeter()
        self._events: deque[bytes] = deque(maxlen=MAX_EVENTS)
        self._news = asyncio.Event()
        self._subscribed = asyncio.Event()
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._away = False

    async def beat(self) -> None:
        """Register once requests can be heard, then say each second how things stand."""
        await self._subscribed.wait()
        await self._surviving(self._bury_predecessors)
        while True:
            await self._subscribed.wait()
            self._requests.rates.look()
            await self._surviving(self._beat_once)
            await asyncio.sleep(HEARTBEAT_S)

    async def listen(self) -> None:
        """Hear and run requests; a lost or deaf subscription is built anew."""
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                await self._surviving(partial(self._listen_once, running))
                self._subscribed.clear()
                await asyncio.sleep(RECONNECT_S)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def tell(self) -> None:
        """Publish what happened, in order; while Redis is away the oldest of more than 1,000 are dropped."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._events:
                event = self._events[0]
                if not await self._surviving(partial(self._redis.publish, EVENTS, event)):
                    await asyncio.sleep(RECONNECT_S)
                elif self._events and self._events[0] is event:
                    self._events.popleft()

    async def goodbye(self) -> None:
        """Deregister, then close all sessions; within a second even without Redis."""
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._redis.delete(node_key(self._node))
                await self._redis.zrem(NODES, self._node)
        except _AWAY as exc:
            log.warning("could not deregister: %s", exc)
        await self.relay.close()
        await self._redis.aclose()

    async def _bury_predecessors(self) -> None:
        """Whoever was registered for our port is dead, or we would not have it: say so before its key expires."""
        if not self._place:
            return
        found = [name.decode() for name in await self._redis.zrange(NODES, 0, -1) if isinstance(name, bytes)]
        dead = [name for name in found if name.startswith(f"{self._place}-") and name != self._node]
        if dead:
            await self._redis.delete(*map(node_key, dead))
            await self._redis.zrem(NODES, *dead)

    async def _beat_once(self) -> None:
        now_ms = int(time.time() * 1000)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(node_key(self._node), msgpack.packb(self.report(now_ms)), px=NODE_LIVES_MS)
            pipe.zadd(NODES, {self._node: now_ms})
            pipe.publish(request_channel(self._node), msgpack.packb({"method": "echo"}))
            await pipe.execute()

    def report(self, now_ms: int) -> dict[str, Any]:
        """What the node's key holds."""
        return {
            "node": self._node,
            "pid": os.getpid(),
            "started_ms": self._started_ms,
            "at_ms": now_ms,
            "load": self._meter.look(),
            "viewers": sum(len(show.viewers) for show in self.relay.shows.values()),
            "shows": report.shows(self.relay),
            "counters": report.counters(self.relay),
        }

    async def _listen_once(self, running: set[asyncio.Task[None]]) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(request_channel(self._node))
            heard = time.monotonic()
            self._subscribed.set()
            while time.monotonic() - heard < DEAF_S:
                message = await pubsub.get_message(timeout=1.0)
                if message is None:
                    continue
                heard = time.monotonic()
                request = _decoded(message["data"])
                if request is None or request.get("method") == "echo":
                    continue
                if len(running) >= MAX_RUNNING:
                    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.get_running_loop().create_task(self._serve(request))
                running.add(task)
                task.add_done_callback(running.discard)
        log.warning("the request channel has gone deaf; subscribing again")

    async def _serve(self, request: dict[str, Any]) -> None:
        number, reply, deadline = request.get("id"), request.get("reply"), request.get("deadline_ms")
        if not isinstance(number, str) or not isinstance(reply, str) or number in self._answered:
            return
        self._answered[number] = None
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        if isinstance(deadline, int | float) and time.time() * 1000 > deadline:
            self.relay.counters.add("requests_too_late")
            return
        result = await self._requests.answer(request.get("method"), request.get("args"))
        answer = msgpack.packb({"re": number, **result})
        await self._surviving(partial(self._redis.publish, reply, answer))

    def _remember(self, event: MediaEvent) -> None:
        self._events.append(
            msgpack.packb(
                {
                    "node": self._node,
                    "type": event.type,
                    "show": event.show,
                    "session": event.session,
                    "slot": event.slot,
                    "at_ms": int(time.time() * 1000),
                }
            )
        )
        self._news.set()

    async def _surviving(self, step: Callable[[], Awaitable[object]]) -> bool:
        """Run a step against Redis; False when it is away, said once in the log and once when it is back."""
        try:
            await step()
        except _AWAY as exc:
            if not self._away:
                log.warning("Redis is away, media flows on: %s", exc)
            self._away = True
            return False
        if self._away:
            log.info("Redis is back")
        self._away = False
        return True


def _decoded(data: object) -> dict[str, Any] | None:
    try:
        request = msgpack.unpackb(data) if isinstance(data, bytes) else None
    except (ValueError, TypeError, msgpack.UnpackException) as exc:
        log.warning("a request does not decode: %s", exc)
        return None
    return request if isinstance(request, dict) else None
