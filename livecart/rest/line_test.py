"""POST /api/v1/line-test: takes bytes and forgets them, so that a host's page can tell how much goes up its line."""

from __future__ import annotations

from aiohttp import web

from livecart.rest.body import answer, read_limited
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.ports import Limits


class LineTestRoutes:
    def __init__(self, identity: Identity, limits: Limits) -> None:
        self._identity = identity
        self._limits = limits

    def routes(self) -> list[Route]:
        path = f"{API}/line-test"
        return [Route("POST", path, self.take, "Send up to 64 KiB that nobody keeps", answers=(200, "received"))]

    async def take(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        address = self._identity.address(request)
        await self._limits.check("line_test", person.id, address=address)
        await self._limits.count("line_test", person.id, address=address)
        return answer("received", len(await read_limited(request)))
