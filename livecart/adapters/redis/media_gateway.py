"""The media processes, reached by request and reply over Redis.

A request goes to the process that the show is placed on (media_nodes.py). One that is found dead while it is asked is
passed over: what opens a session goes to another process at once, what needs an old session finds none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgpack
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from livecart.adapters.redis.connection import end_tasks, translated
from livecart.adapters.redis.media_nodes import MediaNodes, NodeReport
from livecart.domain.errors import ConflictError, InvalidError, LivecartError, NotFoundError, UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import Clock, Ids, Negotiated, OnAir
from livecart.services.ports_wall import Still

_log = structlog.get_logger(__name__)

REQUEST_TIMEOUT_S = 5.0
WAITING_MAX = 1_000
RECONNECT_S = 0.5
# An answer takes milliseconds: whoever has not given it by then may be dead.
LOOK_S = 0.5
# A media process that lost its connection to Redis subscribes again within this time.
UNHEARD_S = 1.0
PLACES_TRIED = 3

_ERRORS: dict[str, type[LivecartError]] = {
    "bad_sdp": InvalidError,
    "no_common_codec": InvalidError,
    "bad_request": InvalidError,
    "precondition_required": InvalidError,
    "precondition_failed": InvalidError,
    "not_found": NotFoundError,
    "ended": NotFoundError,
    "conflict": ConflictError,
}


class _NodeGoneError(Exception):
    """The media process that was asked does not live any more."""


class RedisMediaGateway:
    def __init__(self, redis: Redis, clock: Clock, ids: Ids) -> None:
        self._redis = redis
        self._clock = clock
        self._ids = ids
        self._nodes = MediaNodes(redis, clock)
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

    async def publish(self, show: ShowId, session: str, holder: PersonId, offer: str, slot: int = 0) -> Negotiated:
        args = {"show": show, "session": session, "holder": holder, "slot": slot, "offer": offer}
        return Negotiated(**await self._ask(show, "publish", args))

    async def watch(
        self, show: ShowId, session: str, holder: PersonId | None, offer: str, *, address: str, backstage: bool = False
    ) -> Negotiated:
        who = {"holder": holder, "address": address, "backstage": backstage}
        return Negotiated(**await self._ask(show, "watch", {"show": show, "session": session, "offer": offer, **who}))

    async def patch(self, show: ShowId, session: str, fragment: str, *, if_match: str | None) -> Negotiated | None:
        args = {"show": show, "session": session, "fragment": fragment, "if_match": if_match}
        restarted = await self._ask(show, "patch", args, place=False)
        return Negotiated(**restarted) if restarted else None

    async def close(self, show: ShowId, session: str) -> None:
        await self._ask(show, "close", {"show": show, "session": session}, place=False)

    async def pin(self, show: ShowId, session: str, layer: str | None) -> None:
        await self._ask(show, "pin", {"show": show, "session": session, "layer": layer}, place=False)

    async def arrange(self, show: ShowId, session: str, sizes: Sequence[float]) -> None:
        await self._ask(show, "arrange", {"show": show, "session": session, "sizes": list(sizes)}, place=False)

    async def stage(self, show: ShowId, slot: int, holder: PersonId, *, shown: bool, muted: bool) -> None:
        args = {"show": show, "slot": slot, "holder": holder, "shown": shown, "muted": muted}
        await self._ask(show, "stage", args, place=False)

    async def unseat(self, show: ShowId, slot: int, holder: PersonId) -> None:
        """Nothing happens where no media process knows the show."""
        try:
            await self._ask(show, "unseat", {"show": show, "slot": slot, "holder": holder}, place=False)
        except NotFoundError:
            return

    async def on_air(self) -> Sequence[OnAir]:
        found = []
        for report in await self.reports():
            for show, about in report.shows.items():
                found += [OnAir(show=ShowId(show), **each) for each in about.get("stage", ())]
        return found

    async def stats(self, show: ShowId, role: str | None) -> Sequence[Mapping[str, Any]]:
        try:
            found = await self._ask(show, "stats", {"show": show, "role": role}, place=False)
        except NotFoundError:
            return []
        sessions: list[dict[str, Any]] = found["sessions"]
        return sessions

    async def still(self, show: ShowId) -> Still | None:
        """The host's newest key frame, undecoded; None when there is none."""
        try:
            found = (await self._ask(show, "still", {"show": show}, place=False))["still"]
        except NotFoundError:
            return None
        return None if found is None else Still(found["codec"], tuple(found["payloads"]), found["at_ms"])

    async def end_show(self, show: ShowId) -> None:
        """Closes every session of the show; a show that no media process knows has none."""
        try:
            await self._ask(show, "end_show", {"show": show}, place=False)
        except NotFoundError:
            return

    async def kick(self, holder: PersonId, *, show: ShowId | None = None) -> frozenset[str]:
        """Asks every media process that is alive, all of them even if one fails. Raises UnavailableError."""
        args = {"holder": holder} if show is None else {"holder": holder, "show": show}
        asked = [self._request(report.node, "kick", args) for report in await self.reports()]
        addresses: set[str] = set()
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            # One that died meanwhile has no sessions any more.
            if isinstance(answer, dict):
                addresses.update(_result(answer)["addresses"])
            elif not isinstance(answer, _NodeGoneError):
                raise answer
        return frozenset(addresses)

    async def clear_show(self, node: str, show: ShowId) -> None:
        """Closes the sessions of a show that one process has, and lets new ones in: the show is elsewhere by now."""
        try:
            await self._request(node, "clear_show", {"show": show})
        except _NodeGoneError:
            return

    async def ask_node(self, node: str, method: str, args: dict[str, Any]) -> dict[str, Any]:
        """Asks this process and no other. Raises NotFoundError when it is gone."""
        try:
            return _result(await self._request(node, method, args))
        except _NodeGoneError:
            raise NotFoundError("this media process is gone") from None

    async def place(self, show: ShowId) -> str:
        """The process that the show is on, or is from now on. Raises UnavailableError."""
        node = await self._nodes.place(show)
        if node is None:
            raise _no_media("no media process is running")
        return node

    async def reports(self) -> list[NodeReport]:
        """Every media process that is alive. Raises UnavailableError when Redis is away."""
        return await self._nodes.reports()

    async def places(self, shows: Iterable[ShowId]) -> dict[ShowId, str]:
        """The process that each of these shows is placed on, alive or not."""
        return await self._nodes.places(shows)

    async def _ask(self, show: ShowId, method: str, args: dict[str, Any], *, place: bool = True) -> dict[str, Any]:
        """Asks the show's media process. `place=False`: a show without a process has nothing to ask for."""
        gone: set[str] = set()
        for _ in range(PLACES_TRIED):
            node = await (self._nodes.place(show, without=gone) if place else self._nodes.of(show))
            if node is None and not place:
                raise NotFoundError("no such session")
            if node is None:
                break
            try:
                return _result(await self._request(node, method, args))
            except _NodeGoneError:
                _log.warning("a media process is gone", node=node)
                if not place:
                    raise NotFoundError("no such session") from None
                gone.add(node)
        raise _no_media("no media process is running")

    async def _request(self, node: str, method: str, args: dict[str, Any]) -> dict[str, Any]:
        """The answer as it came. Raises _NodeGoneError, or UnavailableError when it takes too long."""
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
                await self._send(node, msgpack.packb(message))
                while not future.done():
                    await asyncio.wait({future}, timeout=LOOK_S)
                    if not future.done() and not await self._nodes.is_alive(node):
                        raise _NodeGoneError
                answer: dict[str, Any] = future.result()
                return answer
        except TimeoutError as error:
            raise _no_media("the media process does not answer") from error
        finally:
            del self._waiting[number]

    async def _send(self, node: str, message: bytes) -> None:
        for wait_s in (UNHEARD_S, 0.0):
            with translated():
                heard = await self._redis.publish(f"livecart:media:req:{node}", message)
            if heard:
                return
            if not await self._nodes.is_alive(node):
                break
            await asyncio.sleep(wait_s)
        raise _NodeGoneError

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
            try:
                answer = msgpack.unpackb(message["data"])
            except (ValueError, msgpack.UnpackException) as error:
                # One answer that cannot be read is one request that waits in vain, not all of them from now on.
                _log.error("a media process's answer does not decode", fault=str(error))
                continue
            future = self._waiting.get(answer["re"])
            if future is not None and not future.done():
                future.set_result(answer)


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    if "ok" in answer:
        ok: dict[str, Any] = answer["ok"]
        return ok
    fault = answer["err"]
    kind = _ERRORS.get(fault["code"])
    if kind is not None:
        raise kind(fault["message"], code=fault["code"])
    retry = fault.get("retry_after_ms") or 1_000
    raise UnavailableError(fault["message"], code=fault["code"], retry_after_ms=retry)


def _no_media(fault: str) -> UnavailableError:
    return UnavailableError(fault, code="no_media", retry_after_ms=1_000)
