"""/api/v1/shows…"""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError, UnauthenticatedError
from livecart.domain.ids import ProductId, ShowId, TopicId
from livecart.domain.people import Person
from livecart.domain.places import public
from livecart.domain.show import OPEN_STATES, ShowState, ViewersPolicy
from livecart.rest.body import answer, flag, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.broadcasting import Broadcasting
from livecart.services.figures import ShowFigures
from livecart.services.shows import Shows

QUERY_MAX = 120


class ShowBody(msgspec.Struct, frozen=True):
    topic: str
    viewers: ViewersPolicy = ViewersPolicy.EVERYONE


class BagBody(msgspec.Struct, frozen=True):
    products: list[str]


class ShowingBody(msgspec.Struct, frozen=True):
    product: str | None


class ShowRoutes:
    def __init__(self, identity: Identity, shows: Shows, broadcasting: Broadcasting, figures: ShowFigures) -> None:
        self._identity = identity
        self._shows = shows
        self._broadcasting = broadcasting
        self._figures = figures

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}"
        show = (200, "show")
        return [
            Route(
                "POST",
                f"{API}/shows",
                self.create,
                "Open a show for an approved topic",
                body=ShowBody,
                answers=(201, "show"),
            ),
            Route(
                "GET",
                f"{API}/shows",
                self.search,
                "Shows, newest first",
                answers=(200, "shows"),
                query=("state", "q", "mine", "cursor", "limit"),
                public=True,
            ),
            Route("GET", one, self.get, "One show with its bag", answers=show, public=True),
            Route(
                "POST",
                f"{one}/publish-token",
                self.publish_token,
                "A new publish token for the host's page",
                answers=(200, "publish_token"),
            ),
            Route(
                "GET",
                f"{one}/stats",
                self.stats,
                "What each media session gets; for the host and moderators",
                answers=(200, "sessions"),
                query=("role",),
            ),
            Route("POST", f"{one}/end", self.end, "End the show for good", answers=show),
            Route("PUT", f"{one}/bag", self.put_bag, "Replace the bag", body=BagBody, answers=(200, "bag")),
            Route("POST", f"{one}/showing", self.show_product, "Explain a product now", body=ShowingBody, answers=show),
        ]

    async def create(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ShowBody)
        view = await self._shows.create(person, TopicId(body.topic), body.viewers)
        token = self._broadcasting.issue(await self._shows.own(person, view["id"]))
        return answer("show", view, status=201, whip_url=public(f"/whip/{view['id']}"), publish_token=token)

    async def publish_token(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        show = await self._shows.own(person, _show_of(request))
        show.require_open()
        return answer("publish_token", self._broadcasting.issue(show), whip_url=public(f"/whip/{show.id}"))

    async def search(self, request: web.Request) -> web.Response:
        creator = await self._identity.person(request) if flag(request, "mine") else None
        text = request.query.get("q", "").strip()
        if len(text) > QUERY_MAX:
            raise InvalidError("the query is too long", fields={"q": f"at most {QUERY_MAX} characters"})
        found, following = await self._shows.search(
            page_of(request), states=_states_of(request), creator=creator, text=text
        )
        return answer("shows", found, next=following)

    async def get(self, request: web.Request) -> web.Response:
        show_id = _show_of(request)
        view = await self._shows.show_view(show_id)
        more: dict[str, Any] = {"bag": await self._shows.bag_view(show_id), "whep_url": public(f"/whep/{show_id}")}
        figures = await self._figures.view_for(await self._asker(request), show_id)
        if figures is not None:
            more["figures"] = figures
        return answer("show", view, **more)

    async def _asker(self, request: web.Request) -> Person | None:
        """The page is public: an old token is no reason to refuse it."""
        try:
            return await self._identity.person_or_guest(request)
        except UnauthenticatedError:
            return None

    async def stats(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        role = request.query.get("role")
        if role not in {None, "publisher", "viewer"}:
            raise InvalidError("no such role", fields={"role": "publisher or viewer"})
        return answer("sessions", await self._broadcasting.stats(person, _show_of(request), role))

    async def end(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("show", await self._shows.end(person, _show_of(request)))

    async def put_bag(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, BagBody)
        products = [ProductId(product) for product in body.products]
        return answer("bag", await self._shows.put_bag(person, _show_of(request), products))

    async def show_product(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ShowingBody)
        product = None if body.product is None else ProductId(body.product)
        return answer("show", await self._shows.show_product(person, _show_of(request), product))


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])


def _states_of(request: web.Request) -> list[ShowState]:
    """`?state=live,ready` or `?state=open`; nothing: every state."""
    wanted = [part for part in request.query.get("state", "").split(",") if part]
    if wanted == ["open"]:
        return list(OPEN_STATES)
    try:
        return [ShowState(part) for part in wanted]
    except ValueError:
        known = ", ".join(sorted(ShowState))
        raise InvalidError("no such state", fields={"state": f"open, or some of {known}"}) from None
