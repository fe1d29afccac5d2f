"""/api/v1/waitlist… and how many wait in one's show."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.waitlist import Waitlist, WaitWish


class WaitBody(msgspec.Struct, frozen=True):
    """Either a variant or an offer."""

    show: str
    variant: str | None = None
    offer: str | None = None
    # At most so many; fewer are held if fewer come back.
    quantity: int = 1


class WaitlistRoutes:
    def __init__(self, identity: Identity, waitlist: Waitlist) -> None:
        self._identity = identity
        self._waitlist = waitlist

    def routes(self) -> list[Route]:
        path = f"{API}/waitlist"
        return [
            Route(
                "POST",
                path,
                self.join,
                "Wait for something that is sold out; who waits already keeps his place",
                body=WaitBody,
                answers=(201, "place"),
            ),
            Route("GET", path, self.mine, "Own places in waitlists, the oldest first", answers=(200, "places")),
            Route("DELETE", f"{path}/{{place}}", self.leave, "Give a place up", answers=(200, "place")),
            Route(
                "GET",
                f"{API}/shows/{{show}}/waitlist",
                self.of_show,
                "How many wait for what in one's show",
                answers=(200, "lines"),
            ),
        ]

    async def join(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="waitlist")
        body = await read_json(request, WaitBody)
        wish = WaitWish(body.show, body.variant, body.offer, body.quantity)
        return answer("place", await self._waitlist.join(person, wish), status=201)

    async def leave(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="waitlist")
        return answer("place", await self._waitlist.leave(person, request.match_info["place"]))

    async def mine(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("places", await self._waitlist.mine(person), next=None)

    async def of_show(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("lines", await self._waitlist.of_show(person, request.match_info["show"]), next=None)
