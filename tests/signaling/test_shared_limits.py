"""What one person may do, and what a show's chat carries, over two processes with one Redis and one database."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.system import SystemClock
from livecart.domain.chat_rules import Speakers
from livecart.domain.limits import Rate
from livecart.services.chat_staff import ChatStaff
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import MEI, Peer, RoomRig, RoomSetup, open_room
from tests.support.shop import SHOW, VARIANT
from tests.support.wire import typed_event

pytestmark = pytest.mark.real


def few(burst: int) -> Rate:
    """So slow that a test sees nothing of it come back."""
    return Rate(0.001, burst)


LIMITS = LimitOptions(chat_per_person=few(4), likes_per_person=few(90), orders_per_person=few(2))
CROWDED = LimitOptions(chat_per_person=few(100))


@asynccontextmanager
async def two(
    database: Database, redis: RedisServer, limits: LimitOptions, setup: RoomSetup
) -> AsyncIterator[tuple[RoomRig, RoomRig]]:
    setup = replace(setup, shared_rates=True)
    async with open_room(database, redis.url, limits=limits, clock=SystemClock(), setup=setup) as one:
        setup = replace(setup, branch="other")
        async with open_room(database, redis.url, limits=limits, clock=SystemClock(), setup=setup) as other:
            yield one, other


@pytest.fixture
async def rooms(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[tuple[RoomRig, RoomRig]]:
    async with two(sqlite, redis_server, LIMITS, RoomSetup()) as pair:
        yield pair


@pytest.fixture
async def crowded(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[tuple[RoomRig, RoomRig]]:
    async with two(sqlite, redis_server, CROWDED, RoomSetup(chat_per_show=few(5))) as pair:
        yield pair


def left_out(events: list[list[Any]]) -> list[dict[str, Any]]:
    return [event[2] for event in events if event[1] == "notice" and event[2]["kind"] == "left_out"]


async def both(pair: tuple[RoomRig, RoomRig]) -> tuple[Peer, Peer]:
    """One person with a socket at each process."""
    one, other = pair
    return (await one.joined(one.ana))[0], (await other.joined(one.ana))[0]


async def test_two_sockets_at_two_processes_chat_no_more_than_one(rooms: tuple[RoomRig, RoomRig]) -> None:
    here, there = await both(rooms)
    for number in range(2):
        await here.ask("chat.send", text=f"here {number}")
        await there.ask("chat.send", text=f"there {number}")
    for peer in (here, there):
        assert (await peer.refused("chat.send", text="one more"))["code"] == "rate_limited"
    lin, _ = await rooms[1].joined(rooms[1].lin)
    await lin.ask("chat.send", text="another person")


async def test_likes_and_orders_are_counted_together_too(rooms: tuple[RoomRig, RoomRig]) -> None:
    here, there = await both(rooms)
    await here.ask("like", count=50)
    # The first process holds 20 more, so that is what it may still give, and the other one gives what is left.
    await there.ask("like", count=20)
    assert (await there.refused("like", count=1))["code"] == "rate_limited"
    await here.ask("like", count=20)
    assert (await here.refused("like", count=1))["code"] == "rate_limited"
    for number, peer in enumerate((here, there)):
        await peer.ask("order.place", variant=VARIANT, quantity=1, key=f"k{number}")
    assert (await here.refused("order.place", variant=VARIANT, quantity=1, key="k2"))["code"] == "rate_limited"


async def test_without_redis_orders_go_on_at_each_process_s_own_rate(
    rooms: tuple[RoomRig, RoomRig], redis_server: RedisServer
) -> None:
    here, there = await both(rooms)
    redis_server.stop()
    for name, peer in (("here", here), ("there", there)):
        for number in range(2):
            await peer.ask("order.place", variant=VARIANT, quantity=1, key=f"{name}{number}")
        assert (await peer.refused("order.place", variant=VARIANT, quantity=1, key=name))["code"] == "rate_limited"


async def test_above_its_budget_a_show_s_chat_leaves_out_and_says_so(crowded: tuple[RoomRig, RoomRig]) -> None:
    one, other = crowded
    ana, _ = await one.joined(one.ana)
    lin, _ = await other.joined(one.lin)
    said = [await ana.ask("chat.send", text=f"ana {number}", key=f"a{number}") for number in range(3)]
    for number in range(2):
        await lin.ask("chat.send", text=f"lin {number}")
    for peer in (ana, lin, lin):
        refused = await peer.refused("chat.send", text="too much", key="late")
        assert (refused["code"], refused["retryable"]) == ("left_out", True)
        assert refused["retry_after_ms"] >= 1_000
    # What was said is told again, and the host and moderators are always heard.
    assert await ana.ask("chat.send", text="ana 2", key="a2") == said[2]
    host, _ = await other.joined(MEI)
    await host.ask("chat.send", text="Slowly, please")
    for peer in (ana, lin):
        lines = await peer.numbered(6)
        assert [line[0] for line in lines] == [1, 2, 3, 4, 5, 6]
        assert "too much" not in str(lines)
        await peer.until(lambda events: sum(notice["count"] for notice in left_out(events)) >= 3)
        assert [notice["count"] for notice in left_out(peer.events)] in ([1, 2], [2, 1])
        for event in peer.events:
            typed_event(event)


async def test_what_was_left_out_is_kept_nowhere_and_may_be_said_later(
    sqlite: Database, redis_server: RedisServer
) -> None:
    setup = RoomSetup(chat_per_show=few(1))
    async with open_room(sqlite, redis_server.url, setup=setup) as room:
        ana, _ = await room.joined(room.ana)
        await ana.ask("chat.send", text="first")
        assert (await ana.refused("chat.send", text="second", key="k"))["code"] == "left_out"
        _, fresh = await room.joined(room.lin)
        assert [line["text"] for line in fresh["chat"]] == ["first"]
        room.clock.ms += 1_000_000
        assert (await ana.ask("chat.send", text="second", key="k"))["message"]["text"] == "second"


async def test_slow_mode_does_not_hold_who_was_left_out(sqlite: Database, redis_server: RedisServer) -> None:
    async with open_room(sqlite, redis_server.url, setup=RoomSetup(chat_per_show=Rate(0.02, 1))) as room:
        await ChatStaff(room.shop.store, room.clock).change(MEI, SHOW, slow_s=300)
        ana, _ = await room.joined(room.ana)
        lin, _ = await room.joined(room.lin)
        await lin.ask("chat.send", text="first")
        assert (await ana.refused("chat.send", text="second"))["code"] == "left_out"
        room.clock.ms += 50_000
        await ana.ask("chat.send", text="second")
        room.clock.ms += 50_000
        assert (await ana.refused("chat.send", text="third"))["code"] == "slow_mode"


async def test_a_network_without_limits_has_no_budget(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(exempt=(ip_network("127.0.0.0/8"),))
    setup = RoomSetup(chat_per_show=few(1))
    async with open_room(sqlite, redis_server.url, limits=limits, setup=setup) as room:
        ana, _ = await room.joined(room.ana)
        for number in range(30):
            await ana.ask("chat.send", text=f"line {number}")


async def test_a_crowd_beyond_the_budget_reads_no_room_and_answers_what_was_said(
    sqlite: Database, redis_server: RedisServer
) -> None:
    """What is left out costs a look-up of its key, and that for many at once."""
    limits = LimitOptions(chat_per_person=few(1_000), messages_per_socket=few(1_000))
    setup = RoomSetup(chat_per_show=few(3))
    async with open_room(sqlite, redis_server.url, limits=limits, setup=setup, buyers=20) as room:
        peers = [(await room.joined(buyer))[0] for buyer in room.shop.buyers]
        said = [await peers[0].ask("chat.send", text=f"line {number}", key=f"k{number}") for number in range(3)]
        reads = 0
        read = room.shop.database.read

        def counted() -> Any:
            nonlocal reads
            reads += 1
            return read()

        room.shop.database.read = counted  # type: ignore[method-assign]
        for peer in peers:
            for number in range(10):
                await peer.send("chat.send", text=f"more {number}", key=f"m{number}")
        replies = [await peer.reply() for peer in peers for _ in range(10)]
        assert {reply["err"]["code"] for reply in replies} == {"left_out"}
        assert reads < len(replies) / 2
        assert [await peers[0].ask("chat.send", text=f"line {n}", key=f"k{n}") for n in range(3)] == said
        host, _ = await room.joined(MEI)
        await host.ask("chat.send", text="I am always heard")


async def test_a_crowd_that_writes_at_once_is_left_out_before_anything_is_read(
    sqlite: Database, redis_server: RedisServer
) -> None:
    limits = LimitOptions(chat_per_person=few(1_000), messages_per_socket=few(1_000))
    setup = RoomSetup(chat_per_show=few(3))
    async with open_room(sqlite, redis_server.url, limits=limits, setup=setup, buyers=20) as room:
        peers = [(await room.joined(buyer))[0] for buyer in room.shop.buyers]
        before = room.shop.database.statements
        for peer in peers:
            for number in range(5):
                await peer.send("chat.send", text=f"line {number}")
        replies = [await peer.reply() for peer in peers for _ in range(5)]
        codes = Counter("ok" if "ok" in reply else reply["err"]["code"] for reply in replies)
        assert codes == {"ok": 3, "left_out": 97}
        # A line that is let through takes some ten statements; one that has no key costs none.
        assert room.shop.database.statements - before < len(replies)


async def test_a_line_that_is_refused_takes_no_place_of_another_s(sqlite: Database, redis_server: RedisServer) -> None:
    async with open_room(sqlite, redis_server.url, setup=RoomSetup(chat_per_show=few(1))) as room:
        await ChatStaff(room.shop.store, room.clock).change(MEI, SHOW, who=Speakers.FOLLOWERS)
        ana, _ = await room.joined(room.ana)
        for number in range(3):
            assert (await ana.refused("chat.send", text=f"line {number}"))["code"] == "followers_only"
        await ChatStaff(room.shop.store, room.clock).change(MEI, SHOW, who=Speakers.EVERYONE)
        assert (await ana.ask("chat.send", text="at last"))["message"]["text"] == "at last"
        assert (await ana.refused("chat.send", text="too much"))["code"] == "left_out"
