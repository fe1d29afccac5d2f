"""/api/v1/shows/{show}/mutes, …/bans and /api/v1/people/{person}/mutes: who may not write, or not be in a show."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import PersonId, ShowId
from livecart.domain.sanctions import SanctionKind
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.sanctions import Sanctions


class SanctionBody(msgspec.Struct, frozen=True):
    person: str
    reason: str
    # Nothing: for good, which of a show is to its end.
    minutes: int | None = None


class GlobalMuteBody(msgspec.Struct, frozen=True):
    reason: str
    minutes: int | None = None


class SanctionRoutes:
    def __init__(self, identity: Identity, sanctions: Sanctions) -> None:
        self._identity = identity
        self._sanctions = sanctions

    def routes(self) -> list[Route]:
        mutes, bans = f"{API}/shows/{{show}}/mutes", f"{API}/shows/{{show}}/bans"
        everywhere = f"{API}/people/{{person}}/mutes"
        return [
            Route("GET", mutes, self.muted, "Who is muted in a show; for its staff", answers=(200, "mutes")),
            Route("POST", mutes, self.mute, "Mute somebody in a show; for its staff", SanctionBody, (201, "mute")),
            Route("DELETE", f"{mutes}/{{person}}", self.unmute, "Let him write again", answers=(200, "mute")),
            Route("GET", bans, self.banned, "Who is banned from a show; for its staff", answers=(200, "bans")),
            Route("POST", bans, self.ban, "Ban somebody from a show; for its staff", SanctionBody, (201, "ban")),
            Route("DELETE", f"{bans}/{{person}}", self.unban, "Let him in again", answers=(200, "ban")),
            Route(
                "POST",
                everywhere,
                self.mute_everywhere,
                "Mute somebody in all shows; for moderators",
                GlobalMuteBody,
                (201, "mute"),
            ),
            Route("DELETE", everywhere, self.unmute_everywhere, "Let him write again", answers=(200, "mute")),
        ]

    async def muted(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("mutes", await self._sanctions.in_show(by, SanctionKind.MUTE, _show(request)), next=None)

    async def mute(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, SanctionBody)
        made = await self._sanctions.mute(by, PersonId(body.person), _show(request), body.reason, body.minutes)
        return answer("mute", made, status=201)

    async def unmute(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("mute", await self._sanctions.unmute(by, _person(request), _show(request)))

    async def banned(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("bans", await self._sanctions.in_show(by, SanctionKind.BAN, _show(request)), next=None)

    async def ban(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, SanctionBody)
        made = await self._sanctions.ban(by, PersonId(body.person), _show(request), body.reason, body.minutes)
        return answer("ban", made, status=201)

    async def unban(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("ban", await self._sanctions.unban(by, _person(request), _show(request)))

    async def mute_everywhere(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, GlobalMuteBody)
        made = await self._sanctions.mute(by, _person(request), None, body.reason, body.minutes)
        return answer("mute", made, status=201)

    async def unmute_everywhere(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("mute", await self._sanctions.unmute(by, _person(request), None))


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])


def _person(request: web.Request) -> PersonId:
    return PersonId(request.match_info["person"])
