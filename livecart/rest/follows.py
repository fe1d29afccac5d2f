"""/api/v1/users/{handle}: a person as others see him, and following him."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.errors import UnauthenticatedError
from livecart.domain.following import Following
from livecart.domain.people import Person
from livecart.rest.body import answer
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.follows import Follows
from livecart.services.views import person_view, rfc3339


class FollowRoutes:
    def __init__(self, identity: Identity, follows: Follows) -> None:
        self._identity = identity
        self._follows = follows

    def routes(self) -> list[Route]:
        one = f"{API}/users/{{handle}}"
        user = (200, "user")
        return [
            Route("GET", one, self.see, "A person, how many follow, and whether you do", answers=user, public=True),
            Route("POST", f"{one}/follow", self.follow, "Follow somebody", answers=user),
            Route("DELETE", f"{one}/follow", self.unfollow, "Follow somebody no longer", answers=user),
        ]

    async def see(self, request: web.Request) -> web.Response:
        try:
            asker = await self._identity.person_or_guest(request)
        except UnauthenticatedError:
            # The page is public: an old token is no reason to refuse it.
            asker = None
        return _answer(asker, await self._follows.see(asker, request.match_info["handle"]))

    async def follow(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        address = self._identity.address(request)
        return _answer(person, await self._follows.follow(person, request.match_info["handle"], address=address))

    async def unfollow(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        address = self._identity.address(request)
        return _answer(person, await self._follows.unfollow(person, request.match_info["handle"], address=address))


def _answer(asker: Person | None, seen: Following) -> web.Response:
    you = None if asker is None else {"following": seen.since_ms is not None, "since": rfc3339(seen.since_ms)}
    return answer("user", person_view(seen.person), followers=seen.followers, you=you)
