"""Waiting over the WebSocket: what is refused, how often one may ask, and guesses of coupons, which count here too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.limits import RATES
from livecart.adapters.sql.database import Database
from livecart.domain.limits import Rate
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import RoomRig, open_room
from tests.support.shop import VARIANT

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_url: str) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_url) as rig:
        yield rig
        assert await rig.shop.faults() == {}


async def test_one_waits_leaves_and_waits_again(room: RoomRig) -> None:
    await room.shop.place(room.shop.buyers[1], 10)
    ana, _ = await room.joined(room.ana)
    place = (await ana.ask("waitlist.join", variant=VARIANT, quantity=2))["place"]
    assert (place["state"], place["position"], place["quantity"]) == ("waiting", 1, 2)
    assert (await ana.ask("waitlist.join", variant=VARIANT))["place"] == place
    assert (await ana.ask("waitlist.leave", place=place["id"]))["place"]["state"] == "left"
    assert (await ana.refused("waitlist.leave", place=place["id"]))["code"] == "not_found"
    assert (await ana.ask("waitlist.join", variant=VARIANT))["place"]["id"] != place["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"variant": VARIANT}, "still_available"),
        ({"variant": "nothing"}, "not_found"),
        ({"offer": "nothing"}, "not_found"),
        ({}, "invalid"),
        ({"variant": VARIANT, "offer": "x"}, "invalid"),
        ({"variant": VARIANT, "quantity": 0}, "invalid"),
        ({"variant": VARIANT, "quantity": 11}, "invalid"),
        ({"variant": ""}, "invalid"),
    ],
)
async def test_what_cannot_be_waited_for_is_refused(room: RoomRig, body: dict[str, Any], code: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("waitlist.join", **body))["code"] == code


async def test_guests_wait_for_nothing(room: RoomRig) -> None:
    guest, _ = await room.joined(None)
    assert (await guest.refused("waitlist.join", variant=VARIANT))["code"] == "unauthenticated"


async def test_one_person_asks_so_often_and_not_more(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(waitlist_per_person=Rate(1, 2))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        codes = [(await ana.refused("waitlist.join", variant="nothing"))["code"] for _ in range(3)]
        assert codes == ["not_found", "not_found", "rate_limited"]


async def test_unknown_coupons_are_counted_and_then_no_more_is_tried(
    sqlite: Database, redis_server: RedisServer
) -> None:
    most = RATES["coupon_person"].burst
    limits = LimitOptions(orders_per_person=Rate(1_000, 1_000), messages_per_socket=Rate(1_000, 1_000))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        for number in range(most):
            wish = {"variant": VARIANT, "quantity": 1, "coupon": f"GUESS{number}", "key": f"k{number}"}
            assert (await ana.refused("order.place", **wish))["code"] == "coupon_unknown"
        refusal = await ana.refused("order.place", variant=VARIANT, quantity=1, coupon="ANOTHER", key="more")
        assert refusal["code"] == "rate_limited"
        assert refusal["retry_after_ms"] > 1_000
        assert (await ana.ask("order.place", variant=VARIANT, quantity=1, key="none"))["order"]["state"] == "reserved"
