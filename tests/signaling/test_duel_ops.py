"""Duels over the WebSocket: both rooms hear the same, likes become the score, and a join brings it all back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.services.relaying import OutboxRelay
from tests.support.duels import BO, BO_SHOW, furnish
from tests.support.redis_server import RedisServer
from tests.support.room import MEI, Peer, RoomRig, open_room
from tests.support.wire import typed_event

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        await furnish(sqlite)
        yield rig
        assert await rig.shop.faults() == {}


async def heard(room: RoomRig, peer: Peer, type_: str, count: int = 1) -> list[dict[str, Any]]:
    await OutboxRelay(room.shop.store, room.log).run_once()
    await peer.until(lambda events: sum(event[1] == type_ for event in events) >= count)
    found = [event for event in peer.events if event[1] == type_]
    for event in found:
        typed_event(event)
    return [event[2] for event in found]


async def test_both_rooms_hear_of_a_duel_and_their_likes_are_its_score(room: RoomRig) -> None:
    mei, answer = await room.joined(MEI)
    assert answer["duel"] is None
    bo = await room.connect(BO)
    await bo.ask("show.join", show=BO_SHOW)
    guest = await room.connect(None)
    await guest.ask("show.join", show=BO_SHOW)
    ana, _ = await room.joined(room.ana)
    invited = (await mei.ask("duel.invite", show=BO_SHOW, minutes=3))["duel"]
    (told,) = await heard(room, bo, "duel.invite")
    assert told == {"duel": invited}
    begun = (await bo.ask("duel.accept", duel=invited["id"]))["duel"]
    for peer in (mei, bo, guest, ana):
        assert await heard(room, peer, "duel.state") == [{"duel": begun}]
    assert not [event for peer in (guest, ana) for event in peer.events if event[1] == "duel.invite"]
    await room.duels.keeping.run_once()
    await ana.ask("like", count=5)
    await ana.until(lambda events: any(event[1] == "likes" for event in events))
    await room.duels.keeping.run_once()
    for peer in (guest, ana):
        assert await heard(room, peer, "duel.score") == [{"duel": begun["id"], "home": 5, "away": 0}]
    _, back = await room.joined(room.lin)
    assert (back["duel"]["state"], back["duel"]["home"]["score"]) == ("running", 5)
    await mei.ask("duel.end", duel=begun["id"])
    ended = (await heard(room, guest, "duel.state", 2))[1]["duel"]
    assert (ended["state"], ended["reason"], ended["home"]["score"]) == ("ended", "ended_by_host", 5)
    _, after = await room.joined(room.lin)
    assert after["duel"] is None


@pytest.mark.parametrize(
    ("op", "body", "code"),
    [
        ("duel.invite", {"show": BO_SHOW, "minutes": 3}, "forbidden"),
        ("duel.invite", {"show": BO_SHOW, "minutes": -3}, "invalid"),
        ("duel.invite", {"show": BO_SHOW, "minutes": "3"}, "invalid"),
        ("duel.invite", {"minutes": 3}, "invalid"),
        ("duel.accept", {"duel": "none"}, "not_found"),
        ("duel.decline", {}, "invalid"),
        ("duel.end", {"duel": "x" * 65}, "invalid"),
    ],
)
async def test_what_a_viewer_may_not_ask(room: RoomRig, op: str, body: dict[str, Any], code: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused(op, **body))["code"] == code
