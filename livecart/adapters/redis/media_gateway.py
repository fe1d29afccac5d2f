"""The media processes, reached by request and reply over Redis, and what they report of themselves.

A media process registers each second under `livecart:media:node:{node}` with its load and shows. A show belongs to
the process named in `livecart:{show}:media`; when that one is gone, the least loaded one takes the show over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgpack
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from livecart.adapters.redis.connection import end_tasks, translated
from livecart.domain.errors import ConflictError, InvalidError, LivecartError, NotFoundError, UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import Clock, Ids

_log = structlog.get_logger(__name__)

NODES = "livecart:media:nodes"
REQUEST_TIMEOUT_S = 5.0
# A node that did not report for so long is dead (DESIGN: noticed within 5 s).
REPORT_MAX_AGE_MS = 5_000
FORGET_MS = 60_000
SHOW_PLACE_S = 24 * 3600
WAITING_MAX = 1_000
RECONNECT_S = 0.5

_ERRORS: dict[str, type[LivecartError]] = {
    "bad_sdp": InvalidError,
    "no_common_codec": InvalidError,
    "bad_request": InvalidError,
    "restart_unsupported": InvalidError,
    "not_found": NotFoundError,
    "ended": NotFoundError,
    "conflict": ConflictError,
}


@dataclass(frozen=True, slots=True)
class NodeReport:
    """One media process as it described itself: `shows` maps a show to {state, viewers, …}."""

    node: str
    load: float
    shows: Mapping[str, Mapping[str, Any]]
    counters: Mapping[str, float]


class RedisMediaGateway:
    def __init__(self, redis: Redis, clock: Clock, ids: Ids) -> None:
        self._redis = redis
        self._clock = clock
        self._ids = ids
        self._reply_channel = f"livecart:media:reply:{ids.new()}"
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._listening = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listens for replies while the context is open; comes back by itself when Redis was away."""
        task = asyncio.create_task(self._listen(), name="media replies")
        try:
            yield
        finally:
            await end_tasks(task)
            for future in self._waiting.values():
                future.cancel()

    async def publish(self, show: ShowId, session: str, holder: PersonId, offer: str) -> str:
        args = {"show": show, "session": session, "holder": holder, "slot": 0, "offer": offer}
        return str((await self._ask(show, "publish", args))["answer"])

    async def watch(self, show: ShowId, session: str, holder: PersonId | None, offer: str, *, address: str) -> str:
        args = {"show": show, "session": session, "holder": holder, "address": address, "offer": offer}
        return str((await self._ask(show, "watch", args))["answer"])

    async def patch(self, show: ShowId, session: str, fragment: str) -> None:
        await self._ask(show, "patch", {"show": show, "session": session, "fragment": fragment}, place=False)

    async def close(self, show: ShowId, session: str) -> None:
        await self._ask(show, "close", {"show": show, "session": session}, place=False)

    async def end_show(self, show: ShowId) -> None:
        """Closes every session of the show; a show that no media process knows has none."""
        try:
            await self._ask(show, "end_show", {"show": show}, place=False)
        except NotFoundError:
            return

    async def reports(self) -> list[NodeReport]:
        """Every media process that is alive. Raises UnavailableError when Redis is away."""
        oldest = self._clock.now_ms() - REPORT_MAX_AGE_MS
        with translated():
            await self._redis.zremrangebyscore(NODES, "-inf", oldest - FORGET_MS)
            names = await self._redis.zrangebyscore(NODES, oldest, "+inf")
            raws = await self._redis.mget([f"livecart:media:node:{_text(name)}" for name in names]) if names else []
        found = [msgpack.unpackb(raw) for raw in raws if raw]
        return [NodeReport(each["node"], each["load"], each["shows"], each["counters"]) for each in found]

    async def _ask(self, show: ShowId, method: str, args: dict[str, Any], *, place: bool = True) -> dict[str, Any]:
        """Asks the show's media process. `place=False`: a show without a process has nothing to ask for."""
        node = await self._node_of(show, place=place)
        if node is None:
            raise NotFoundError("no such session")
        answer = await self._request(node, method, args)
        if "ok" in answer:
            ok: dict[str, Any] = answer["ok"]
            return ok
        fault = answer["err"]
        kind = _ERRORS.get(fault["code"])
        if kind is not None:
            raise kind(fault["message"], code=fault["code"])
        retry = fault.get("retry_after_ms") or 1_000
        raise UnavailableError(fault["message"], code=fault["code"], retry_after_ms=retry)

    async def _node_of(self, show: ShowId, *, place: bool) -> str | None:
        key = f"livecart:{{{show}}}:media"
        reports = await self.reports()
        alive = {report.node for report in reports}
        with translated():
            held = await self._redis.get(key)
        if held is not None and _text(held) in alive:
            return _text(held)
        if not place:
            return None
        if not reports:
            raise _no_media("no media process is running")
        best = min(reports, key=lambda report: (report.load, len(report.shows), report.node)).node
        with translated():
            if held is not None:
                await self._redis.delete(key)
            # Two web processes may place the same show at once: the first one's choice stands.
            await self._redis.set(key, best, nx=True, ex=SHOW_PLACE_S)
            chosen = await self._redis.get(key)
        return _text(chosen) if chosen else best

    async def _request(self, node: str, method: str, args: dict[str, Any]) -> dict[str, Any]:
        if len(self._waiting) >= WAITING_MAX:
            raise UnavailableError("too many negotiations at once", code="busy", retry_after_ms=1_000)
        number = self._ids.new()
        deadline = self._clock.now_ms() + int(REQUEST_TIMEOUT_S * 1000)
        message = {"id": number, "reply": self._reply_channel, "method": method, "args": args, "deadline_ms": deadline}
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await self._listening.wait()
                with translated():
                    heard = await self._redis.publish(f"livecart:media:req:{node}", msgpack.packb(message))
                if not heard:
                    raise _no_media("the media process does not listen")
                answer: dict[str, Any] = await future
                return answer
        except TimeoutError as error:
            raise _no_media("the media process does not answer") from error
        finally:
            del self._waiting[number]

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await self._read_replies(pubsub)
            except (RedisError, OSError) as error:
                _log.warning("media replies interrupted", fault=type(error).__name__)
            self._listening.clear()
            await asyncio.sleep(RECONNECT_S)

    async def _read_replies(self, pubsub: PubSub) -> None:
        await pubsub.subscribe(self._reply_channel)
        async for message in pubsub.listen():
            if message["type"] == "subscribe":
                self._listening.set()
                continue
            answer = msgpack.unpackb(message["data"])
            future = self._waiting.get(answer["re"])
            if future is not None and not future.done():
                future.set_result(answer)


def _text(value: object) -> str:
    """redis-py answers bytes or text, depending on how the client was made."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _no_media(fault: str) -> UnavailableError:
    return UnavailableError(fault, code="no_media", retry_after_ms=2_000)
