"""/api/v1/shows/{show}/assistants: whom the host lets work in his show."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import PersonId, ShowId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.assistants import Assistants


class AssistantBody(msgspec.Struct, frozen=True):
    handle: str
    permissions: list[str]
    all_shows: bool = False


class AssistantRoutes:
    def __init__(self, identity: Identity, assistants: Assistants) -> None:
        self._identity = identity
        self._assistants = assistants

    def routes(self) -> list[Route]:
        path = f"{API}/shows/{{show}}/assistants"
        return [
            Route("GET", path, self.of, "The assistants of one's own show", answers=(200, "assistants")),
            Route(
                "PUT",
                path,
                self.appoint,
                "Appoint an assistant for one's show, or for all, or change what he may do",
                AssistantBody,
                (200, "assistant"),
            ),
            Route("DELETE", f"{path}/{{person}}", self.dismiss, "Dismiss an assistant", answers=(204, "")),
        ]

    async def of(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("assistants", await self._assistants.of(person, _show(request)), next=None)

    async def appoint(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, AssistantBody)
        made = await self._assistants.appoint(
            person, _show(request), body.handle, body.permissions, all_shows=body.all_shows
        )
        return answer("assistant", made)

    async def dismiss(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        await self._assistants.dismiss(person, _show(request), PersonId(request.match_info["person"]))
        return web.Response(status=204)


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
