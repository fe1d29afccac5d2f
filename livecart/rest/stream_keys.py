"""/api/v1/shows/{show}/stream-key: the key with which another program than our page sends a show."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.ids import ShowId
from livecart.domain.places import public
from livecart.rest.body import answer
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.stream_keys import StreamKeys


class StreamKeyRoutes:
    def __init__(self, identity: Identity, keys: StreamKeys) -> None:
        self._identity = identity
        self._keys = keys

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}/stream-key"
        key = "stream_key"
        return [
            Route("GET", one, self.get, "Whether there is a key for encoders, without the key", answers=(200, key)),
            Route("POST", one, self.renew, "A new key; the one before ends, with its stream", answers=(201, key)),
            Route("DELETE", one, self.remove, "Take the key away; its stream ends", answers=(204, "")),
        ]

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("stream_key", await self._keys.view(person, _show_of(request)))

    async def renew(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        show = _show_of(request)
        view, token = await self._keys.renew(person, show)
        return answer("stream_key", view, status=201, whip_url=public(f"/whip/{show}"), publish_token=token)

    async def remove(self, request: web.Request) -> web.Response:
        await self._keys.remove(await self._identity.person(request), _show_of(request))
        return web.Response(status=204)


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
