"""Selling over the WebSocket: offers opened, bought and closed, and what the room sees of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from livecart.adapters.sql.database import Database
from livecart.services.relaying import OutboxRelay
from livecart.services.store import Page
from tests.support.room import RoomRig, open_room
from tests.support.shop import MEI, SHOW, VARIANT

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_url: str) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_url) as rig:
        yield rig
        assert await rig.shop.faults() == {}


async def test_the_room_sees_an_offer_open_sell_and_close(room: RoomRig) -> None:
    mei, answer = await room.joined(MEI)
    assert answer["offers"] == []
    ana, _ = await room.joined(room.ana)
    ends = room.clock.ms + 60_000
    offer = (await mei.ask("offer.open", variant=VARIANT, price_minor=990, quantity=2, ends_at_ms=ends))["offer"]
    _, late = await room.joined(room.lin)
    assert late["offers"] == [offer]
    assert late["now_ms"] == room.clock.ms
    order = (await ana.ask("order.place", offer=offer["id"], quantity=2, key="k"))["order"]
    assert order["total"]["amount_minor"] == 1_980
    assert (await ana.refused("order.place", offer=offer["id"], quantity=1, key="l"))["code"] == "sold_out"
    closed = (await mei.ask("offer.close", offer=offer["id"]))["offer"]
    assert closed["state"] == "closed"
    await OutboxRelay(room.shop.store, room.log).run_once()
    told = await ana.until(lambda events: sum(event[1] == "offer" for event in events) >= 3)
    seen = [(event[2]["version"], event[2]["state"], event[2]["available"]) for event in told if event[1] == "offer"]
    assert seen == [(1, "open", 2), (2, "sold_out", 0), (3, "closed", 0)]
    _, after = await room.joined(room.shop.buyers[2])
    assert after["offers"] == []


async def test_several_lines_are_one_order(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lines = [{"variant": VARIANT, "quantity": 1}, {"variant": VARIANT, "quantity": 2}]
    order = (await ana.ask("order.place", lines=lines, key="k"))["order"]
    assert [(line["variant"], line["quantity"]) for line in order["lines"]] == [(VARIANT, 3)]
    assert (await ana.ask("order.place", lines=lines, key="k"))["order"] == order


@pytest.mark.parametrize(
    "d",
    [
        {},
        {"variant": VARIANT},
        {"quantity": 1},
        {"variant": VARIANT, "quantity": 0},
        {"variant": VARIANT, "quantity": 2**31},
        {"variant": VARIANT, "quantity": "1"},
        {"variant": VARIANT, "offer": "x", "quantity": 1},
        {"variant": VARIANT, "quantity": 1, "lines": [{"variant": VARIANT, "quantity": 1}]},
        {"lines": []},
        {"lines": [{"quantity": 1}]},
        {"lines": [{"variant": VARIANT, "quantity": -1}]},
        {"lines": [{"variant": VARIANT, "quantity": 1}] * 51},
    ],
)
async def test_an_order_that_makes_no_sense_is_invalid(room: RoomRig, d: dict[str, object]) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("order.place", key="k", **d))["code"] == "invalid"
    assert (await room.shop.row()).reserved == 0


async def test_only_the_host_opens_and_closes(room: RoomRig) -> None:
    offer = await room.shop.offer()
    ana, _ = await room.joined(room.ana)
    asked = {"variant": VARIANT, "price_minor": 1_500, "quantity": 1}
    assert (await ana.refused("offer.open", **asked))["code"] == "forbidden"
    assert (await ana.refused("offer.close", offer=offer["id"]))["code"] == "forbidden"
    guest, _ = await room.joined()
    assert (await guest.refused("offer.open", **asked))["code"] == "unauthenticated"


async def test_the_same_key_opens_one_offer(room: RoomRig) -> None:
    mei, _ = await room.joined(MEI)
    asked = {"lines": [{"variant": VARIANT, "quantity": 2}], "price_minor": 3_000, "quantity": 1, "key": "k"}
    first = (await mei.ask("offer.open", **asked))["offer"]
    assert (await mei.ask("offer.open", **asked))["offer"] == first
    assert (await room.shop.offers.of_show(SHOW, Page(10)))[0] == [first]


async def test_sold_out_elsewhere_is_known_here_once_the_room_heard_of_it(room: RoomRig) -> None:
    await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    order = await room.shop.place(room.ana, 10)
    assert (await lin.refused("order.place", variant=VARIANT, quantity=1, key="k"))["code"] == "sold_out"
    await room.shop.cancel(room.ana, order)
    await OutboxRelay(room.shop.store, room.log).run_once()
    await lin.until(lambda events: any(event[1] == "stock" and event[2]["available"] == 10 for event in events))
    assert (await lin.ask("order.place", variant=VARIANT, quantity=1, key="k"))["order"]["state"] == "reserved"
