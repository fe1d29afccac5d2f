"""Callers on stage in a whole shop: HTTP, WebSocket and media together, with stock aiortc peers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.media.conftest import Peer as MediaPeer
from tests.support.peers import MakePeer, negotiate, post, until
from tests.support.people import add_with_role, make_show, register
from tests.support.room import JSON, Peer
from tests.support.running_shop import RunningShop
from tests.support.stage_peers import StageViewer, performer

pytestmark = pytest.mark.real
HOST, ANA, LIN = (60, 400), (120, 800), (190, 1_600)
BANNED_WITHIN_S = 2.0
# On a machine that runs all of this in two cores.
SHOWN_WITHIN_S = 3.0


@dataclass(slots=True)
class Theatre:
    """A show with its host, two callers and an audience of two, each with a viewer that was negotiated once."""

    shop: RunningShop
    show: str
    tokens: dict[str, str]
    ids: dict[str, str]
    seats: dict[str, Peer]
    make: MakePeer
    viewers: dict[str, StageViewer] = field(default_factory=dict)
    performers: dict[str, MediaPeer] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, who: str = "host") -> Any:
        path = path if path.startswith("/") else f"shows/{self.show}/{path}"
        return await asyncio.to_thread(self.shop.call, method, path, body, token=self.tokens[who])

    async def own(self, who: str) -> Any:
        return (await self.call("GET", "call", who=who)).body

    async def watch(self, who: str) -> None:
        viewer = self.make(StageViewer)
        assert isinstance(viewer, StageViewer)
        self.viewers[who] = viewer
        await negotiate(self.shop, viewer, f"/whep/{self.show}", self.tokens.get(who))

    async def perform(self, who: str, look: tuple[int, int], token: str) -> None:
        peer = self.make(lambda: performer(*look))
        peer.prefer("video/vp8")
        self.performers[who] = peer
        await negotiate(self.shop, peer, f"/whip/{self.show}", token)

    async def come(self, who: str, look: tuple[int, int]) -> str:
        """From the request to the green room; answers the token that was used."""
        await self.seats[who].ask("call.request", note=f"I am {who}")
        await self.seats["host"].ask("call.accept", user=self.ids[who])
        told = await self.own(who)
        assert told["whip_url"] == f"/whip/{self.show}"
        await self.perform(who, look, told["publish_token"])
        assert (await self.own(who))["call"]["state"] == "green"
        return str(told["publish_token"])

    async def shown(self, *looks: tuple[int, int], seconds: float = 20) -> None:
        """Until the audience sees and hears exactly these, in the slots from 0 on."""
        wanted = {slot: look[0] for slot, look in enumerate(looks)}, {slot: look[1] for slot, look in enumerate(looks)}
        crowd = [self.viewers[who] for who in ("guest", "sam")]
        for viewer in crowd:
            viewer.forget()
        await until(lambda: all((viewer.sees(), viewer.hears()) == wanted for viewer in crowd), seconds)

    async def heard(self, who: str, wanted: dict[int, int]) -> None:
        """Until this one hears exactly these tones, from now on."""
        self.viewers[who].forget()
        await until(lambda: self.viewers[who].hears() == wanted)


@pytest.fixture
async def theatre(shop: RunningShop, peers: MakePeer) -> AsyncIterator[Theatre]:
    tokens = {"host": add_with_role(shop, "creator"), **{who: register(shop) for who in ("ana", "lin", "sam")}}
    made = make_show(shop, tokens["host"])
    show = made["show"]["id"]
    ids = {who: shop.call("GET", "me", token=token).body["user"]["id"] for who, token in tokens.items()}
    async with ClientSession() as http:
        seats = {}
        for who in ("host", "ana", "lin", "guest"):
            headers = {"Authorization": f"Bearer {tokens[who]}"} if who in tokens else {}
            seats[who] = Peer(await http.ws_connect(f"{shop.url}/ws", protocols=(JSON,), headers=headers))
            await seats[who].ask("show.join", show=show)
        built = Theatre(shop, show, tokens, ids, seats, peers)
        for who in ("guest", "sam", "host", "ana", "lin"):
            await built.watch(who)
        await built.perform("host", HOST, made["publish_token"])
        yield built
    # Guests from a banned person's address are refused, and all tests of this shop come from here.
    shop.call("POST", f"users/{ids['lin']}/unban", token=shop.log_in("root"))


async def test_two_callers_are_on_stage_with_the_host_and_one_is_banned(theatre: Theatre) -> None:
    host, viewers = theatre.seats["host"], theatre.viewers
    await theatre.shown(HOST)
    used = await theatre.come("ana", ANA)
    await until(lambda: viewers["host"].sees() == {0: HOST[0], 1: ANA[0]})
    await theatre.heard("host", {1: ANA[1]})
    assert {viewers[who].pictures[1] for who in ("guest", "sam", "lin")} == {0}
    admitted = time.monotonic()
    await host.ask("call.admit", user=theatre.ids["ana"])
    await until(lambda: viewers["guest"].pictures[1] > 0)
    assert time.monotonic() - admitted < SHOWN_WITHIN_S
    await theatre.shown(HOST, ANA)
    await theatre.come("lin", LIN)
    await host.ask("call.admit", user=theatre.ids["lin"])
    await theatre.shown(HOST, ANA, LIN)
    # The stage does not hear itself.
    await theatre.heard("ana", {0: HOST[1], 2: LIN[1]})
    await theatre.heard("lin", {0: HOST[1], 1: ANA[1]})
    await theatre.seats["guest"].until(
        lambda events: any(event[1] == "stage" and len(event[2]["slots"]) == 2 for event in events)
    )
    again = await asyncio.to_thread(post, theatre.shop, f"/whip/{theatre.show}", "v=0", used)
    assert (again.status, again.body["code"]) == (403, "token_used")
    await host.ask("call.mute", user=theatre.ids["ana"], muted=True)
    await theatre.heard("sam", {0: HOST[1], 2: LIN[1]})
    fresh = (await theatre.own("lin"))["publish_token"]
    began = time.monotonic()
    banning = await asyncio.to_thread(
        theatre.shop.call,
        "POST",
        f"users/{theatre.ids['lin']}/ban",
        {"reason": "shouting"},
        token=theatre.shop.log_in("mo"),
    )
    assert banning.status == 201
    await until(lambda: theatre.performers["lin"].connection.connectionState == "closed")
    spent = time.monotonic() - began
    assert spent < BANNED_WITHIN_S
    refused = await asyncio.to_thread(post, theatre.shop, f"/whip/{theatre.show}", "v=0", fresh)
    assert (refused.status, refused.body["code"]) == (403, "banned")
    await theatre.seats["guest"].until(
        lambda events: (
            [[slot["slot"] for slot in event[2]["slots"]] for event in events if event[1] == "stage"][-1] == [1]
        )
    )
    assert (await host.ask("call.end", user=theatre.ids["ana"]))["call"]["state"] == "ended"
    await until(lambda: theatre.performers["ana"].connection.connectionState == "closed")
    await theatre.shown(HOST)


async def test_who_goes_away_is_lost_and_then_off_the_stage(theatre: Theatre) -> None:
    await theatre.come("ana", ANA)
    await theatre.seats["host"].ask("call.admit", user=theatre.ids["ana"])
    await theatre.shown(HOST, ANA)
    await theatre.performers["ana"].close()
    guest = theatre.seats["guest"]
    await guest.until(
        lambda events: any(
            event[1] == "stage" and [slot["state"] for slot in event[2]["slots"]] == ["lost"] for event in events
        )
    )
    told = await theatre.own("ana")
    await theatre.perform("ana", ANA, told["publish_token"])
    await theatre.shown(HOST, ANA)
    assert (await theatre.own("ana"))["call"]["state"] == "live"
