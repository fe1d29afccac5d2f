"""/api/v1/desk: the wall of live shows with their pictures, and how review goes; for moderators."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.ids import ShowId
from livecart.rest.body import answer, page_of
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.desk_figures import DeskFigures
from livecart.services.wall import Wall

# It shows somebody at home, perhaps: nothing on the way keeps it, no other site gets it, and opened by itself it can do
# nothing.
_PICTURE_HEADERS = {
    "Content-Type": "image/jpeg",
    "Cache-Control": "private, no-store",
    "Vary": "Cookie, Authorization",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class DeskRoutes:
    def __init__(self, identity: Identity, wall: Wall, figures: DeskFigures) -> None:
        self._identity = identity
        self._wall = wall
        self._figures = figures

    def routes(self) -> list[Route]:
        wall = f"{API}/desk/wall"
        return [
            Route(
                "GET",
                wall,
                self.wall,
                "Every live show at a glance; for moderators",
                answers=(200, "wall"),
                query=("cursor", "limit"),
            ),
            Route("GET", f"{wall}/{{show}}/picture", self.picture, "A show's newest picture, as JPEG; for moderators"),
            Route("GET", f"{API}/desk/figures", self.figures, "How review goes", answers=(200, "figures")),
        ]

    async def wall(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._wall.look(person, page_of(request))
        return answer("wall", found, next=following)

    async def picture(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found = await self._wall.picture(person, ShowId(request.match_info["show"]))
        return web.Response(body=found.jpeg, headers=_PICTURE_HEADERS)

    async def figures(self, request: web.Request) -> web.Response:
        return answer("figures", await self._figures.get(await self._identity.person(request)))
