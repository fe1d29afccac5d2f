"""/api/v1/shows/{show}/chat/held: lines that the filter keeps back, for the show's staff."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.ids import MessageId, ShowId
from livecart.rest.body import answer, page_of
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.held_lines import HeldLines


class HeldRoutes:
    def __init__(self, identity: Identity, held: HeldLines) -> None:
        self._identity = identity
        self._held = held

    def routes(self) -> list[Route]:
        path = f"{API}/shows/{{show}}/chat/held"
        return [
            Route(
                "GET",
                path,
                self.waiting,
                "Lines of chat that wait for a decision, the oldest first; for the host and moderators",
                answers=(200, "held"),
                query=("cursor", "limit"),
            ),
            Route(
                "POST",
                f"{path}/{{message}}/release",
                self.release,
                "Let a held line go to the room, now",
                answers=(200, "message"),
            ),
            Route(
                "POST",
                f"{path}/{{message}}/refuse",
                self.refuse,
                "Keep a held line back for good",
                answers=(200, "held"),
            ),
        ]

    async def waiting(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        held, cursor = await self._held.waiting(person, _show(request), page_of(request))
        return answer("held", held, next=cursor)

    async def release(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("message", await self._held.release(person, _show(request), _message(request)))

    async def refuse(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("held", await self._held.refuse(person, _show(request), _message(request)))


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])


def _message(request: web.Request) -> MessageId:
    return MessageId(request.match_info["message"])
