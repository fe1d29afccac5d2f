"""/api/v1/users/…: what staff does to accounts."""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from livecart.domain.ids import PersonId
from livecart.rest.body import answer, read_json, unix_ms
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.bans import Bans


class BanBody(msgspec.Struct, frozen=True):
    reason: str
    # Nothing: for good.
    until: datetime | None = None


class UserRoutes:
    def __init__(self, identity: Identity, bans: Bans) -> None:
        self._identity = identity
        self._bans = bans

    def routes(self) -> list[Route]:
        one = f"{API}/users/{{user}}"
        return [
            Route("POST", f"{one}/ban", self.ban, "Ban somebody, for a time or for good", BanBody, (201, "ban")),
            Route("POST", f"{one}/unban", self.unban, "Lift somebody's bans", answers=(200, "ban")),
        ]

    async def ban(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, BanBody)
        view = await self._bans.ban(by, _user_of(request), body.reason, unix_ms(body.until, "until"))
        return answer("ban", view, status=201)

    async def unban(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("ban", await self._bans.lift(by, _user_of(request)))


def _user_of(request: web.Request) -> PersonId:
    return PersonId(request.match_info["user"])
