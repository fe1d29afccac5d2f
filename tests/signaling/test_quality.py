"""The op `quality` at the edge: who may choose for which media session, what is refused, and how often one may ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from livecart.adapters.sql.database import Database
from tests.support.peers import MakePeer, negotiate, publisher, viewer
from tests.support.people import make_show
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MSGPACK, Peer, RoomRig, open_room
from tests.support.running_shop import RunningShop
from tests.support.shop import ENDED_SHOW, SHOW

pytestmark = pytest.mark.real

SESSION = "u6SnBhZQ0oWjVxL1rC8d2kT4mYf7EgHi5pNaRs3vJqw"


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        rig.media.open |= {(SHOW, SESSION), (ENDED_SHOW, "of-another-show")}
        yield rig


@pytest.mark.parametrize("protocol", [MSGPACK, JSON])
async def test_a_choice_reaches_the_media_process_and_auto_is_no_layer(room: RoomRig, protocol: str) -> None:
    ana, _ = await room.joined(room.ana, protocol)
    for layer in ("low", "mid", "high", "auto"):
        assert await ana.ask("quality", session=SESSION, layer=layer) == {"layer": layer}
    assert room.media.pinned == [(SESSION, "low"), (SESSION, "mid"), (SESSION, "high"), (SESSION, None)]


async def test_a_guest_watches_and_so_may_choose(room: RoomRig) -> None:
    guest, _ = await room.joined()
    await guest.ask("quality", session=SESSION, layer="low")
    assert room.media.pinned == [(SESSION, "low")]


async def test_a_session_that_is_not_of_this_show_is_not_found(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    for session in ("of-another-show", SESSION[:-1], "x"):
        refusal = await ana.refused("quality", session=session, layer="low")
        assert (refusal["code"], refusal["retryable"]) == ("not_found", False)
    assert room.media.pinned == []


async def test_only_who_is_in_a_show_chooses(room: RoomRig) -> None:
    peer = await room.connect(room.ana)
    assert (await peer.refused("quality", session=SESSION, layer="low"))["code"] == "not_joined"
    await peer.ask("show.join", show=SHOW)
    await peer.ask("show.leave")
    assert (await peer.refused("quality", session=SESSION, layer="low"))["code"] == "not_joined"
    assert room.media.pinned == []


@pytest.mark.parametrize(
    "d",
    [
        {},
        {"session": SESSION},
        {"layer": "low"},
        {"session": SESSION, "layer": "medium"},
        {"session": SESSION, "layer": "LOW"},
        {"session": SESSION, "layer": None},
        {"session": SESSION, "layer": 1},
        {"session": SESSION, "layer": ["low"]},
        {"session": "", "layer": "low"},
        {"session": "x" * 65, "layer": "low"},
        {"session": "a b", "layer": "low"},
        {"session": None, "layer": "low"},
        {"session": 7, "layer": "low"},
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(room: RoomRig, d: dict[str, Any]) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("quality", **d))["code"] == "invalid"
    assert room.media.pinned == []
    assert await ana.ask("quality", session=SESSION, layer="low")


async def test_a_person_chooses_five_times_at_once_and_then_twice_a_second(room: RoomRig) -> None:
    """Over all sockets of the person; what is refused does not reach the media process. Others are not held up."""
    first, _ = await room.joined(room.ana)
    second, _ = await room.joined(room.ana, JSON)
    for number in range(5):
        await (first, second)[number % 2].ask("quality", session=SESSION, layer="mid")
    for peer in (first, second):
        refusal = await peer.refused("quality", session=SESSION, layer="low")
        assert (refusal["code"], refusal["retryable"], refusal["retry_after_ms"]) == ("rate_limited", True, 500)
    lin, _ = await room.joined(room.lin)
    await lin.ask("quality", session=SESSION, layer="high")
    room.clock.ms += 500
    await first.ask("quality", session=SESSION, layer="low")
    assert (await first.refused("quality", session=SESSION, layer="low"))["code"] == "rate_limited"
    assert [layer for _, layer in room.media.pinned] == ["mid"] * 5 + ["high", "low"]


async def test_guests_are_limited_one_by_one(room: RoomRig) -> None:
    (first, _), (second, _) = await room.joined(), await room.joined()
    for _ in range(5):
        await first.ask("quality", session=SESSION, layer="mid")
    assert (await first.refused("quality", session=SESSION, layer="low"))["code"] == "rate_limited"
    await second.ask("quality", session=SESSION, layer="low")


async def test_the_media_process_itself_judges_the_session(shop: RunningShop, peers: MakePeer) -> None:
    """The whole way in a running shop: viewers of two shows, the host's session, one that has ended."""
    mei = shop.log_in("mei")
    mine, other = make_show(shop, mei), make_show(shop, mei)
    watched = await negotiate(shop, peers(viewer), f"/whep/{mine['show']['id']}")
    foreign = await negotiate(shop, peers(viewer), f"/whep/{other['show']['id']}")
    host = await negotiate(shop, peers(publisher), mine["whip_url"], mine["publish_token"])
    async with ClientSession() as http, http.ws_connect(f"{shop.url}/ws", protocols=(JSON,)) as ws:
        peer = Peer(ws)
        await peer.ask("show.join", show=mine["show"]["id"])

        async def choose(location: str, layer: str = "low") -> Any:
            number = await peer.send("quality", session=location.rpartition("/")[2], layer=layer)
            reply = await peer.reply()
            assert reply["re"] == number
            return reply.get("ok") or reply["err"]["code"]

        for layer in ("low", "low", "mid", "high", "auto"):
            assert await choose(watched, layer) == {"layer": layer}
        assert await choose(foreign) == "not_found"
        assert await choose("/whep/x/" + "A" * 43) == "not_found"
        assert await choose(host) == "bad_request"
        assert (await asyncio.to_thread(shop.call, "DELETE", watched)).status == 200
        assert await choose(watched) == "not_found"
