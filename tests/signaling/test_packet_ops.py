"""Red packets over the socket: sent, claimed, told to the room, in the snapshot, and refused to whoever may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.limits import Rate
from livecart.services.relaying import OutboxRelay
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, MSGPACK, RoomRig, open_room
from tests.support.wire import typed_event

pytestmark = pytest.mark.real

PACKET = {"total_minor": 1_000, "shares": 2, "kind": "lucky", "mode": "speed", "key": "k"}


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        await rig.shop.wallets.top_up(MEI, "funds", amount_minor=5_000)
        yield rig
        assert await rig.shop.faults() == {}


async def _relay(room: RoomRig) -> None:
    while await OutboxRelay(room.shop.store, room.log).run_once():
        pass


def _of(events: list[list[Any]], kind: str) -> list[Any]:
    for event in events:
        typed_event(event)
    return [event[2] for event in events if event[1] == kind]


async def test_a_packet_goes_through_the_room(room: RoomRig) -> None:
    mei, _ = await room.joined(MEI, JSON)
    ana, _ = await room.joined(room.ana, MSGPACK)
    lin, _ = await room.joined(room.lin, JSON)
    packet = (await mei.ask("packet.open", **PACKET))["packet"]
    assert (await mei.ask("packet.open", **PACKET))["packet"] == packet
    await _relay(room)
    told = await ana.until(lambda events: bool([event for event in events if event[1] == "packet"]))
    assert _of(told, "packet") == [packet]
    first = await ana.ask("packet.claim", packet=packet["id"])
    assert await ana.ask("packet.claim", packet=packet["id"], nonce="mine") == first
    second = await lin.ask("packet.claim", packet=packet["id"])
    assert first["amount"]["amount_minor"] + second["amount"]["amount_minor"] == 1_000
    await _relay(room)
    told = await ana.until(lambda events: bool([event for event in events if event[1] == "packet.closed"]))
    (closed,) = _of(told, "packet.closed")
    assert (closed["state"], closed["claimed"]) == ("exhausted", 2)
    assert closed["luckiest"]["name"] == "An***"
    assert len(_of(told, "packet.claimed")) == 1
    # One's own money is told to oneself.
    assert [wallet["balances"] for wallet in _of(told, "wallet")] == [[first["amount"]]]


async def test_whoever_joins_sees_the_packets_that_are_open(room: RoomRig) -> None:
    mei, _ = await room.joined(MEI)
    packet = (await mei.ask("packet.open", **PACKET | {"opens_in_s": 60}))["packet"]
    _, answer = await room.joined(room.ana)
    assert answer["packets"] == [packet]
    refusal = await room.peers[-1].refused("packet.claim", packet=packet["id"])
    assert (refusal["code"], refusal["retry_after_ms"]) == ("packet_not_open", 60_000)


async def test_a_missing_condition_is_named_field_by_field(room: RoomRig) -> None:
    mei, _ = await room.joined(MEI)
    asked = PACKET | {"condition": {"bought": True, "phrase": "lucky"}}
    packet = (await mei.ask("packet.open", **asked))["packet"]
    assert packet["condition"] == {"bought": True, "phrase": "lucky"}
    ana, _ = await room.joined(room.ana)
    refusal = await ana.refused("packet.claim", packet=packet["id"])
    assert refusal["code"] == "condition_missing"
    assert refusal["errors"].keys() == {"bought", "phrase"}
    await ana.ask("chat.send", text="I feel LUCKY")
    room.clock.ms += 1_000
    refusal = await ana.refused("packet.claim", packet=packet["id"])
    assert refusal["errors"].keys() == {"bought"}


async def test_guests_and_viewers_may_not_send_and_guests_not_claim(room: RoomRig) -> None:
    guest, _ = await room.joined()
    ana, _ = await room.joined(room.ana)
    assert (await guest.refused("packet.open", **PACKET))["code"] == "unauthenticated"
    assert (await guest.refused("packet.claim", packet="any"))["code"] == "unauthenticated"
    assert (await ana.refused("packet.open", **PACKET))["code"] == "forbidden"
    assert (await ana.refused("packet.claim", packet="any"))["code"] == "not_found"


@pytest.mark.parametrize(
    "changed",
    [
        {"shares": 0},
        {"shares": 2_001, "total_minor": 3_000},
        {"shares": "2"},
        {"total_minor": 1},
        {"total_minor": -1},
        {"kind": "unfair"},
        {"mode": "later"},
        {"opens_in_s": -1},
        {"opens_in_s": 3_601},
        {"condition": {"watched_s": -1}},
        {"condition": "follow"},
        {"key": ""},
        {"currency": "cny"},
    ],
)
async def test_what_is_no_packet_is_refused(room: RoomRig, changed: dict[str, Any]) -> None:
    mei, _ = await room.joined(MEI)
    assert (await mei.refused("packet.open", **PACKET | changed))["code"] == "invalid"


async def test_one_person_claims_so_often_and_not_more(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(packets_per_person=Rate(1, 2))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        codes = [(await ana.refused("packet.claim", packet="any"))["code"] for _ in range(3)]
        assert codes == ["not_found", "not_found", "rate_limited"]
