"""The host of one show in a slot of another, asked for over Redis of real media processes: on one of them, on two, and
when one is another by now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.duel_scores import RedisScores
from livecart.adapters.redis.guest_media import RedisGuestMedia
from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.system import RandomIds, SystemClock
from livecart.domain.duel import COUNTING_MS
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import DuelId, PersonId, ShowId
from livecart.services.ports_duels import Pulled
from media.options import MediaOptions
from media.worker import run_worker
from tests.media.conftest import until
from tests.support.redis_server import RedisServer
from tests.support.stage_peers import StageViewer, performer, settles

pytestmark = pytest.mark.real

TEA, CUPS = ShowId("tea"), ShowId("cups")
MEI, BO = PersonId("mei"), PersonId("bo")
LOOKS = {TEA: (60, 400), CUPS: (190, 1_600)}


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = connect(redis_server.url)
    await client.flushall()
    yield client
    await client.aclose()


class Fleet:
    def __init__(self, redis: Redis, url: str) -> None:
        self.gateway = RedisMediaGateway(redis, SystemClock(), RandomIds())
        self.guests = RedisGuestMedia(self.gateway)
        self._redis, self._url = redis, url
        self._peers: list[Any] = []
        self._stops: dict[str, tuple[asyncio.Event, asyncio.Task[None]]] = {}

    async def run(self, node: str) -> None:
        """A media process."""
        stop = asyncio.Event()
        options = MediaOptions(node=node, redis_url=self._url, udp_host="127.0.0.1", udp_port=0)
        self._stops[node] = stop, asyncio.ensure_future(run_worker(options, stop))
        await self.eventually(lambda: self._is_there(node))

    async def stop(self, node: str) -> None:
        stop, task = self._stops.pop(node)
        stop.set()
        await asyncio.wait_for(task, 5)

    async def put(self, show: ShowId, node: str) -> None:
        await self._redis.set(f"livecart:{{{show}}}:media", node)

    async def publish(self, show: ShowId, holder: PersonId) -> None:
        peer = performer(*LOOKS[show])
        peer.prefer("video/vp8")
        self._peers.append(peer)
        answer = await self.gateway.publish(show, peer.session, holder, await peer.offer())
        await peer.accept(answer.answer)

    async def watch(self, show: ShowId) -> StageViewer:
        viewer = StageViewer()
        self._peers.append(viewer)
        answer = await self.gateway.watch(show, viewer.session, None, await viewer.offer(), address="::1")
        await viewer.accept(answer.answer)
        return viewer

    async def eventually(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(20):
            while not await condition():  # noqa: ASYNC110 -- other processes and tasks make it true
                await asyncio.sleep(0.05)

    async def told(self, *pulled: Pulled) -> None:
        async def condition() -> bool:
            return sorted(await self.guests.pulled(), key=str) == sorted(pulled, key=str)

        await self.eventually(condition)

    async def close(self) -> None:
        await asyncio.gather(*(peer.close() for peer in self._peers))
        for node in list(self._stops):
            await self.stop(node)

    async def _is_there(self, node: str) -> bool:
        return any(report.node == node for report in await self.gateway.reports())


@asynccontextmanager
async def fleet_of(redis: Redis, url: str) -> AsyncIterator[Fleet]:
    async with AsyncExitStack() as stack:
        fleet = Fleet(redis, url)
        await stack.enter_async_context(fleet.gateway.running())
        stack.push_async_callback(fleet.close)
        yield fleet


def sees(**slots: tuple[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    found = {int(name[1:]): look for name, look in slots.items()}
    return {slot: look[0] for slot, look in found.items()}, {slot: look[1] for slot, look in found.items()}


@pytest.mark.parametrize("nodes", [("n1", "n1"), ("n1", "n2")], ids=["one process", "two processes"])
async def test_both_audiences_see_both_hosts(redis: Redis, redis_server: RedisServer, nodes: tuple[str, str]) -> None:
    async with fleet_of(redis, redis_server.url) as fleet:
        for node in sorted(set(nodes)):
            await fleet.run(node)
        with pytest.raises(NotFoundError):
            await fleet.guests.pull(TEA, 3, CUPS, BO)
        for show, node, holder in ((TEA, nodes[0], MEI), (CUPS, nodes[1], BO)):
            await fleet.put(show, node)
            await fleet.publish(show, holder)
        tea, cups = await fleet.watch(TEA), await fleet.watch(CUPS)
        await fleet.guests.pull(TEA, 3, CUPS, BO)
        await fleet.guests.pull(CUPS, 2, TEA, MEI)
        await until(lambda: (tea.sees(), tea.hears()) == sees(_0=LOOKS[TEA], _3=LOOKS[CUPS]))
        await until(lambda: (cups.sees(), cups.hears()) == sees(_0=LOOKS[CUPS], _2=LOOKS[TEA]))
        there = Pulled(TEA, 3, CUPS, live=True), Pulled(CUPS, 2, TEA, live=True)
        await fleet.told(*there)
        # Asked for once more it is the same.
        await fleet.guests.pull(TEA, 3, CUPS, BO)
        await fleet.told(*there)
        await fleet.guests.unpull(TEA, 3, CUPS)
        await fleet.guests.unpull(TEA, 3, CUPS)
        await fleet.told(there[1])
        await settles(tea, *sees(_0=LOOKS[TEA]))


async def test_a_pull_from_where_the_show_is_no_longer_is_astray(redis: Redis, redis_server: RedisServer) -> None:
    async with fleet_of(redis, redis_server.url) as fleet:
        await fleet.run("n1")
        await fleet.run("n2")
        await fleet.put(TEA, "n1")
        await fleet.put(CUPS, "n2")
        await fleet.publish(TEA, MEI)
        await fleet.publish(CUPS, BO)
        await fleet.guests.pull(TEA, 3, CUPS, BO)
        await fleet.told(Pulled(TEA, 3, CUPS, live=True))
        await fleet.stop("n2")
        await fleet.publish(CUPS, BO)

        async def astray() -> bool:
            return [each.astray for each in await fleet.guests.pulled()] == [True]

        await fleet.eventually(astray)
        tea = await fleet.watch(TEA)
        await fleet.guests.pull(TEA, 3, CUPS, BO)
        await until(lambda: tea.sees() == {0: LOOKS[TEA][0], 3: LOOKS[CUPS][0]})
        await fleet.told(Pulled(TEA, 3, CUPS, live=True))


async def test_a_caller_in_the_slot_is_not_pushed_out(redis: Redis, redis_server: RedisServer) -> None:
    async with fleet_of(redis, redis_server.url) as fleet:
        await fleet.run("n1")
        await fleet.publish(TEA, MEI)
        await fleet.publish(CUPS, BO)
        caller = performer(120, 800)
        fleet._peers.append(caller)
        await caller.accept((await fleet.gateway.publish(TEA, "c", PersonId("ana"), await caller.offer(), 3)).answer)
        with pytest.raises(ConflictError):
            await fleet.guests.pull(TEA, 3, CUPS, BO)


async def test_likes_are_counted_while_the_clock_runs_and_go_on_after_a_loss(redis: Redis) -> None:
    scores, duel = RedisScores(redis), DuelId("d")
    await scores.add({TEA: 5}, 0)
    assert await scores.open(TEA, duel, 10_000, 0) == 0
    await scores.add({TEA: 5, CUPS: 9}, 10_000)
    await scores.add({TEA: 2}, 10_000 + COUNTING_MS)
    await scores.add({TEA: 70}, 10_001 + COUNTING_MS)
    assert await scores.open(TEA, duel, 10_000, 3) == 7
    await redis.flushall()
    assert await scores.open(TEA, duel, 10_000, 6) == 6
    await scores.add({TEA: 1}, 9_000)
    assert await scores.open(TEA, duel, 10_000, 6) == 7
    # The next one begins at nothing.
    assert await scores.open(TEA, DuelId("e"), 20_000, 0) == 0
