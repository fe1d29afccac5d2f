"""Calls over the WebSocket: who is told what of them, what a join brings back, and what is refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.call import Callers
from livecart.domain.limits import Rate
from livecart.services.relaying import OutboxRelay
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import MEI, Peer, RoomRig, open_room
from tests.support.shop import SHOW
from tests.support.wire import typed_event

pytestmark = pytest.mark.real
FLOODERS = 40


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        yield rig
        assert await rig.shop.faults() == {}


async def heard(room: RoomRig, peer: Peer, type_: str, count: int = 1) -> list[dict[str, Any]]:
    """The data of the first so many events of a type."""
    await OutboxRelay(room.shop.store, room.log).run_once()
    await peer.until(lambda events: sum(event[1] == type_ for event in events) >= count)
    found = [event for event in peer.events if event[1] == type_]
    for event in found:
        typed_event(event)
    return [event[2] for event in found]


async def test_a_call_from_the_request_to_its_end_is_told_to_whom_it_concerns(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    ana, _ = await room.joined(room.ana)
    lin, before = await room.joined(room.lin)
    guest, _ = await room.joined(None)
    asked = (await ana.ask("call.request", note="Is it oolong?"))["call"]
    assert (asked["state"], asked["position"], asked["user"]["id"]) == ("requested", 1, room.ana.id)
    (told,) = await heard(room, host, "call.requested")
    assert told == {"call": asked, "waiting": 1}
    assert (await host.ask("call.accept", user=room.ana.id))["call"]["slot"] == 1
    accepted = (await heard(room, ana, "call.state", 2))[1]
    assert accepted["call"]["state"] == "accepted"
    assert accepted["whip_url"] == f"/whip/{SHOW}"
    await room.calls.broadcasting.publish(accepted["publish_token"], SHOW, "offer")
    assert (await heard(room, host, "call.requested", 3))[2]["call"]["state"] == "green"
    await host.ask("call.admit", user=room.ana.id)
    await host.ask("call.mute", user=room.ana.id, muted=True)
    for peer in (lin, guest, ana):
        stage = (await heard(room, peer, "stage", 2))[1]
        assert [(each["slot"], each["user"]["id"], each["muted"]) for each in stage["slots"]] == [(1, "p00000", True)]
    await ana.ask("call.end")
    assert (await heard(room, guest, "stage", 3))[2] == {"slots": [], "version": 3, "who": "everyone"}
    for peer in (lin, guest):
        assert not {event[1] for event in peer.events} & {"call.requested", "call.state"}
    back = await room.connect(room.lin)
    resumed = await back.ask("show.join", show=SHOW, epoch=before["epoch"], after=before["seq"])
    assert [event[1] for event in resumed["events"]] == ["stage"] * 3
    assert "publish_token" not in str(resumed)


async def test_a_join_brings_ones_own_call_back_and_nobody_elses(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    assert answer["you"]["call"] is None
    await ana.ask("call.request")
    host, _ = await room.joined(MEI)
    await host.ask("call.accept", user=room.ana.id)
    _, again = await room.joined(room.ana)
    own = again["you"]["call"]
    assert (own["state"], own["slot"]) == ("accepted", 1)
    await room.calls.broadcasting.publish(own["publish_token"], SHOW, "offer")
    await host.ask("call.admit", user=room.ana.id)
    _, later = await room.joined(room.ana)
    assert later["you"]["call"]["publish_token"] != own["publish_token"]
    for other in (room.lin, None, MEI):
        _, theirs = await room.joined(other)
        assert theirs["you"]["call"] is None
        assert [each["user"]["id"] for each in theirs["stage"]["slots"]] == [room.ana.id]
        assert "publish_token" not in str(theirs)


async def test_the_rooms_rule_is_told_when_it_changes(room: RoomRig) -> None:
    ana, answer = await room.joined(room.ana)
    assert answer["stage"] == {"slots": [], "version": 0, "who": "everyone"}
    await room.calls.queue.put_rules(MEI, SHOW, Callers.OFF, None, 0)
    assert await heard(room, ana, "stage") == [{"slots": [], "version": 1, "who": "off"}]
    assert (await ana.refused("call.request"))["code"] == "calls_off"


@pytest.mark.parametrize(
    ("op", "body", "code"),
    [
        ("call.request", {"note": "x" * 201}, "invalid"),
        ("call.request", {"note": 7}, "invalid"),
        ("call.cancel", {}, "not_found"),
        ("call.end", {}, "not_found"),
        ("call.end", {"user": "mei"}, "forbidden"),
        ("call.accept", {"user": "p00001"}, "forbidden"),
        ("call.accept", {}, "invalid"),
        ("call.admit", {"user": ""}, "invalid"),
        ("call.mute", {"user": "p00001"}, "invalid"),
        ("call.mute", {"user": "p00001", "muted": "yes"}, "invalid"),
        ("call.hide", {"user": "p00001", "hidden": True}, "forbidden"),
        ("call.invite", {"user": "p00001"}, "forbidden"),
        ("call.decline", {"user": "p00001", "reason": "r" * 9_000}, "invalid"),
    ],
)
async def test_what_a_viewer_may_not_ask(room: RoomRig, op: str, body: dict[str, Any], code: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused(op, **body))["code"] == code


async def test_guests_and_whoever_is_in_no_show_do_not_call(room: RoomRig) -> None:
    guest, _ = await room.joined(None)
    assert (await guest.refused("call.request"))["code"] == "unauthenticated"
    outside = await room.connect(room.ana)
    assert (await outside.refused("call.request"))["code"] == "not_joined"


async def test_one_person_asks_so_often_and_not_more(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(calls_per_person=Rate(0.1, 2))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        await ana.ask("call.request")
        await ana.ask("call.cancel")
        assert (await ana.refused("call.request"))["code"] == "rate_limited"


async def test_ten_thousand_requests_over_sockets_are_one_each_and_little_news(
    sqlite: Database, redis_server: RedisServer
) -> None:
    """Forty people whose pages ask again and again, as fast as their sockets take it."""
    async with open_room(sqlite, redis_server.url, buyers=FLOODERS) as room:
        host, _ = await room.joined(MEI)
        peers = [(await room.joined(person))[0] for person in room.shop.buyers]

        async def flood(peer: Peer) -> Counter[str]:
            for _ in range(10_000 // FLOODERS):
                await peer.send("call.request")
            said: Counter[str] = Counter()
            while said.total() < 10_000 // FLOODERS:
                reply = await peer.reply()
                said[reply["err"]["code"] if "err" in reply else "ok"] += 1
            return said

        said: Counter[str] = sum(await asyncio.gather(*(flood(peer) for peer in peers)), Counter())
        assert said["ok"] == FLOODERS
        assert set(said) <= {"ok", "call_open", "rate_limited"}
        assert (await room.calls.queue.look(MEI, SHOW, text=None, newest=False))["total"] == FLOODERS
        room.clock.ms += 1_000
        await room.calls.keeping.run_once()
        # The first at once, and where it stands half a second later.
        told = await heard(room, host, "call.requested", 2)
        assert [each["waiting"] for each in told] == [1, FLOODERS]
