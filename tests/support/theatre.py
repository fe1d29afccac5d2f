"""A show in a whole shop with its host, two who call in, and an audience of two, all on stock aiortc."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from tests.media.conftest import Peer as MediaPeer
from tests.support.peers import MakePeer, negotiate, until
from tests.support.people import add_with_role, make_show, register
from tests.support.room import JSON, Peer
from tests.support.running_shop import RunningShop
from tests.support.stage_peers import StageViewer, performer

HOST, ANA, LIN = (60, 400), (120, 800), (190, 1_600)


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

    async def open(self, token: str) -> None:
        """Everybody negotiates: the viewers, and the host with his token."""
        for who in ("guest", "sam", "host", "ana", "lin"):
            await self.watch(who)
        await self.perform("host", HOST, token)

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


@asynccontextmanager
async def open_theatre(shop: RunningShop, peers: MakePeer) -> AsyncIterator[Theatre]:
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
        await built.open(made["publish_token"])
        yield built
    # Guests from a banned person's address are refused, and all tests of this shop come from here.
    shop.call("POST", f"users/{ids['lin']}/unban", token=shop.log_in("root"))
