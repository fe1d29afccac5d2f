"""/api/v1/variants/{variant}…: a seller's stock and what moved it."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.rest.body import answer, key_of, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.stocking import Stocking


class StockBody(msgspec.Struct, frozen=True):
    """Either how many more or less, or how many in all."""

    cause: str
    delta: int | None = None
    stock: int | None = None


class StockRoutes:
    def __init__(self, identity: Identity, stocking: Stocking) -> None:
        self._identity = identity
        self._stocking = stocking

    def routes(self) -> list[Route]:
        one = f"{API}/variants/{{variant}}"
        return [
            Route(
                "POST",
                f"{one}/stock",
                self.adjust,
                "Have more or less of a variant, and say why",
                body=StockBody,
                answers=(200, "variant"),
                needs_key=True,
            ),
            Route(
                "GET",
                f"{one}/movements",
                self.movements,
                "What moved the stock of one's own variant, newest first",
                answers=(200, "movements"),
                query=("cursor", "limit"),
            ),
        ]

    async def adjust(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, StockBody)
        variant = request.match_info["variant"]
        change = {"delta": body.delta, "stock": body.stock}
        return answer("variant", await self._stocking.adjust(person, key_of(request), variant, body.cause, **change))

    async def movements(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._stocking.movements(person, request.match_info["variant"], page_of(request))
        return answer("movements", found, next=following)
