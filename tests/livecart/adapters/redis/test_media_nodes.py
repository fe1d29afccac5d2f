"""Where shows are placed: by load, once, and away from a media process that died. On a real Redis of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgpack
import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect, end_tasks
from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.redis.media_nodes import NODES, MediaNodes, node_key
from livecart.adapters.system import RandomIds, SystemClock
from livecart.domain.errors import ConflictError, InvalidError, LivecartError, NotFoundError, UnavailableError
from livecart.domain.ids import PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real

SHOW, MEI = ShowId("tea"), PersonId("mei")
HOLD_MS = 60_000


class Stable:
    """Media processes as Redis knows them; `answering` ones also hear requests."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.asked: list[tuple[str, str]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def register(self, node: str, load: float = 0.0, *, holds_ms: int = HOLD_MS, **shows: str) -> None:
        carried = {show: {"state": state} for show, state in shows.items()}
        report = {"node": node, "load": load, "shows": carried, "counters": {}}
        await self.redis.set(node_key(node), msgpack.packb(report), px=holds_ms)
        await self.redis.zadd(NODES, {node: SystemClock().now_ms()})

    async def kill(self, node: str) -> None:
        await self.redis.delete(node_key(node))

    async def listen(self, node: str, reply: dict[str, Any] | None) -> None:
        """`None`: it hears and never answers, as a stopped process does."""
        ready = asyncio.Event()
        self._tasks.append(asyncio.create_task(self._listen(node, reply, ready)))
        await ready.wait()

    async def _listen(self, node: str, reply: dict[str, Any] | None, ready: asyncio.Event) -> None:
        async with self.redis.pubsub() as pubsub:
            await pubsub.subscribe(f"livecart:media:req:{node}")
            async for message in pubsub.listen():
                if message["type"] == "subscribe":
                    ready.set()
                    continue
                request = msgpack.unpackb(message["data"])
                self.asked.append((node, request["method"]))
                if reply is not None:
                    await self.redis.publish(request["reply"], msgpack.packb({"re": request["id"], **reply}))

    async def close(self) -> None:
        await end_tasks(*self._tasks)
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = connect(redis_server.url)
    yield client
    await client.aclose()


@pytest.fixture
async def stable(redis: Redis) -> AsyncIterator[Stable]:
    made = Stable(redis)
    yield made
    await made.close()


@pytest.fixture
def nodes(redis: Redis) -> MediaNodes:
    return MediaNodes(redis, SystemClock())


@pytest.fixture
async def gateway(redis: Redis) -> AsyncIterator[RedisMediaGateway]:
    made = RedisMediaGateway(redis, SystemClock(), RandomIds())
    async with made.running():
        yield made


async def test_a_show_goes_to_the_least_loaded_process_and_stays_there(stable: Stable, nodes: MediaNodes) -> None:
    assert await nodes.place(SHOW) is None
    await stable.register("a", 0.7)
    await stable.register("b", 0.2)
    assert await nodes.place(SHOW) == "b"
    await stable.register("b", 0.9, tea="live")
    assert await nodes.place(SHOW) == "b"
    assert await nodes.of(SHOW) == "b"


async def test_shows_that_come_between_two_reports_are_spread(stable: Stable, nodes: MediaNodes) -> None:
    for name in "abc":
        await stable.register(name, 0.01)
    placed = [await nodes.place(ShowId(f"show-{number}")) for number in range(6)]
    assert sorted(placed, key=str) == ["a", "a", "b", "b", "c", "c"]


async def test_a_show_leaves_a_dead_process_and_one_that_the_caller_found_dead(
    stable: Stable, nodes: MediaNodes
) -> None:
    await stable.register("a", 0.1)
    await stable.register("b", 0.5)
    assert await nodes.place(SHOW) == "a"
    await stable.kill("a")
    assert await nodes.of(SHOW) is None
    assert await nodes.place(SHOW) == "b"
    await stable.register("a", 0.1)
    assert await nodes.place(SHOW) == "b", "one that slept and woke up does not get it back"
    assert await nodes.place(SHOW, without={"b"}) == "a"
    assert await nodes.place(SHOW, without={"a", "b"}) is None


async def test_of_two_that_place_a_show_at_once_the_first_choice_stands_for_both(
    redis: Redis, stable: Stable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stable.register("dead")
    first, second = MediaNodes(redis, SystemClock()), MediaNodes(redis, SystemClock())
    assert await first.place(SHOW) == "dead"
    await stable.kill("dead")
    await stable.register("a")
    await stable.register("b")
    chosen = {}

    def overtaken(show: ShowId, reports: Any) -> str:
        chosen["b"] = True
        return "b"

    monkeypatch.setattr(second, "_best", overtaken)
    monkeypatch.setattr(first, "_best", lambda *_: "a")
    answers = await asyncio.gather(*(each.place(SHOW) for each in (first, second) for _ in range(10)))
    assert chosen
    assert len(set(answers)) == 1, answers
    assert {await first.of(SHOW)} == set(answers)


async def test_a_place_that_redis_forgot_is_found_by_who_has_the_sessions(stable: Stable, nodes: MediaNodes) -> None:
    await stable.register("idle", 0.0)
    await stable.register("left", 0.2, tea="silent")
    await stable.register("busy", 0.9, tea="live")
    assert await nodes.place(SHOW) == "busy"


async def test_a_name_in_the_index_without_a_report_is_nobody(redis: Redis, nodes: MediaNodes) -> None:
    await redis.zadd(NODES, {"gone": SystemClock().now_ms(), "ancient": 1})
    assert await nodes.reports() == []
    assert await redis.zrange(NODES, 0, -1) == [b"gone"]


async def test_an_offer_goes_on_to_another_process_when_the_first_does_not_hear(
    stable: Stable, gateway: RedisMediaGateway
) -> None:
    await stable.register("a", 0.1)
    await stable.register("b", 0.5)
    await stable.listen("b", {"ok": {"answer": "sdp", "etag": "x"}})
    assert await gateway.publish(SHOW, "s1", MEI, "offer")
    assert stable.asked == [("b", "publish")]


async def test_an_offer_goes_on_when_the_process_falls_silent_while_it_is_asked(
    stable: Stable, gateway: RedisMediaGateway
) -> None:
    await stable.register("a", 0.1, holds_ms=700)
    await stable.register("b", 0.5)
    await stable.listen("a", None)
    await stable.listen("b", {"ok": {"answer": "sdp", "etag": "x"}})
    async with asyncio.timeout(3):
        assert await gateway.watch(SHOW, "s1", None, "offer", address="::1")
    assert stable.asked == [("a", "watch"), ("b", "watch")]


async def test_a_session_of_a_dead_process_is_not_found_and_its_show_is_not_moved(
    stable: Stable, gateway: RedisMediaGateway, nodes: MediaNodes
) -> None:
    await stable.register("a")
    assert await nodes.place(SHOW) == "a"
    await stable.kill("a")
    await stable.register("b")
    with pytest.raises(NotFoundError):
        await gateway.close(SHOW, "s1")
    assert await gateway.places([SHOW]) == {SHOW: "a"}


async def test_refusals_of_the_process_keep_their_code(stable: Stable, gateway: RedisMediaGateway) -> None:
    await stable.register("a")
    await stable.listen("a", {"err": {"code": "conflict", "message": "another person publishes in this slot"}})
    with pytest.raises(ConflictError):
        await gateway.publish(SHOW, "s1", MEI, "offer")
    await stable.kill("a")
    await stable.register("b")
    await stable.listen("b", {"err": {"code": "full", "message": "full", "retry_after_ms": 2_000}})
    with pytest.raises(UnavailableError) as refused:
        await gateway.publish(SHOW, "s1", MEI, "offer")
    assert (refused.value.code, refused.value.retry_after_ms) == ("full", 2_000)


async def test_a_layer_is_pinned_by_the_process_that_has_the_show(
    stable: Stable, gateway: RedisMediaGateway, nodes: MediaNodes
) -> None:
    await stable.register("a")
    await stable.listen("a", {"ok": {}})
    with pytest.raises(NotFoundError):
        await gateway.pin(SHOW, "s1", "low")
    assert stable.asked == []
    await nodes.place(SHOW)
    await gateway.pin(SHOW, "s1", "low")
    await gateway.pin(SHOW, "s1", None)
    assert stable.asked == [("a", "pin"), ("a", "pin")]
    await stable.kill("a")
    with pytest.raises(NotFoundError):
        await gateway.pin(SHOW, "s1", "low")


@pytest.mark.parametrize(("code", "kind"), [("bad_request", InvalidError), ("not_found", NotFoundError)])
async def test_a_refused_layer_keeps_its_code(
    stable: Stable, gateway: RedisMediaGateway, nodes: MediaNodes, code: str, kind: type[LivecartError]
) -> None:
    await stable.register("a")
    await stable.listen("a", {"err": {"code": code, "message": "no"}})
    await nodes.place(SHOW)
    with pytest.raises(kind) as refused:
        await gateway.pin(SHOW, "s1", "low")
    assert refused.value.code == code


async def test_without_a_media_process_there_is_a_time_to_ask_again(gateway: RedisMediaGateway) -> None:
    with pytest.raises(UnavailableError) as refused:
        await gateway.publish(SHOW, "s1", MEI, "offer")
    assert refused.value.retry_after_ms == 1_000
    with contextlib.suppress(NotFoundError):
        await gateway.end_show(SHOW)
