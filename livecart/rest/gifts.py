"""/api/v1/gifts and /api/v1/shows/{show}/gifts: the catalogue, and sending one of it."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import ShowId
from livecart.rest.body import answer, key_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.gifts import Gifts


class GiftBody(msgspec.Struct, frozen=True):
    gift: str
    count: int = 1


class GiftRoutes:
    def __init__(self, identity: Identity, gifts: Gifts) -> None:
        self._identity = identity
        self._gifts = gifts

    def routes(self) -> list[Route]:
        return [
            Route("GET", f"{API}/gifts", self.catalogue, "What gifts there are", answers=(200, "gifts"), public=True),
            Route(
                "POST",
                f"{API}/shows/{{show}}/gifts",
                self.send,
                "Send a gift to a show's host, paid from one's wallet",
                body=GiftBody,
                answers=(201, "gift"),
                needs_key=True,
            ),
        ]

    async def catalogue(self, _: web.Request) -> web.Response:
        return answer("gifts", self._gifts.catalogue(), next=None)

    async def send(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="gifts")
        body = await read_json(request, GiftBody)
        show = ShowId(request.match_info["show"])
        sent = await self._gifts.send(person, key_of(request), show, body.gift, body.count)
        return answer("gift", sent, status=201)
