"""Gifts over the socket: sent, told to the room, and refused to whoever may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.limits import Rate
from livecart.services.relaying import OutboxRelay
from signaling.ports import LimitOptions
from tests.support.gifts import WINDOW_MS, with_gifts
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, MSGPACK, RoomRig, open_room
from tests.support.wire import typed_event

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        await rig.shop.wallets.top_up(rig.ana, "funds", amount_minor=5_000)
        yield rig
        assert await rig.shop.faults() == {}


async def _relay(room: RoomRig) -> None:
    while await OutboxRelay(room.shop.store, room.log).run_once():
        pass


def _gifts(events: list[list[Any]]) -> list[Any]:
    for event in events:
        typed_event(event)
    return [event[2] for event in events if event[1] == "gift"]


async def test_a_streak_is_told_to_the_whole_room_until_it_is_final(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana, MSGPACK)
    lin, _ = await room.joined(room.lin, JSON)
    first = (await ana.ask("gift.send", gift="rose", key="a"))["gift"]
    assert (await ana.ask("gift.send", gift="rose", key="a"))["gift"] == first
    second = (await ana.ask("gift.send", gift="rose", count=9, key="b"))["gift"]
    room.clock.ms += WINDOW_MS
    assert await with_gifts(room.shop).gifts.do_due(room.clock.ms) == 1
    await _relay(room)
    told = _gifts(await lin.until(lambda events: len([each for each in events if each[1] == "gift"]) == 3))
    assert told == [first, second, second | {"final": True, "version": 3}]
    assert (told[2]["count"], told[2]["from"]["display_name"]) == (10, "Ana")
    assert not [event for event in lin.events if event[1] == "wallet"]


async def test_guests_and_hosts_send_nothing(room: RoomRig) -> None:
    guest, _ = await room.joined()
    mei, _ = await room.joined(MEI)
    lin, _ = await room.joined(room.lin)
    for peer, code in ((guest, "unauthenticated"), (mei, "own_show"), (lin, "insufficient_funds")):
        assert (await peer.refused("gift.send", gift="rose", key="k"))["code"] == code


async def test_whoever_is_in_no_show_gives_to_nobody(room: RoomRig) -> None:
    ana = await room.connect(room.ana)
    assert (await ana.refused("gift.send", gift="rose", key="k"))["code"] == "not_joined"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"count": 0}, "invalid"),
        ({"count": -1}, "invalid"),
        ({"count": 1_001}, "invalid"),
        ({"count": "a"}, "invalid"),
        ({"count": None}, "invalid"),
        ({"key": ""}, "invalid"),
        ({"key": None}, "invalid"),
        ({"gift": ""}, "invalid"),
        ({"gift": "unicorn"}, "not_found"),
        ({"gift": "rocket"}, "insufficient_funds"),
    ],
)
async def test_what_is_no_gift_is_refused(room: RoomRig, changed: dict[str, Any], code: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("gift.send", **{"gift": "rose", "key": "k"} | changed))["code"] == code


async def test_one_person_gives_so_often_and_not_more(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(gifts_per_person=Rate(1, 2))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        codes = [(await ana.refused("gift.send", gift="none", key=f"k{n}"))["code"] for n in range(3)]
        assert codes == ["not_found", "not_found", "rate_limited"]
