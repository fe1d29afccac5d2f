"""/whip and /whep (RFC 9725, draft-ietf-wish-whep): SDP in, SDP out. Media goes past this process."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.domain.places import public
from livecart.rest.body import read_limited
from livecart.rest.identity import Identity, bearer_of
from livecart.rest.route import Handler, Route
from livecart.services.bans import BannedAddresses
from livecart.services.broadcasting import Broadcasting, MediaSession
from livecart.services.ice import IceServer
from livecart.services.standings import Standings

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
_PATH_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WAYS = ("whip", "whep")
_EXPOSED = "Location, ETag, Link, Retry-After, Accept-Post, Accept-Patch, Allow, WWW-Authenticate"
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class _Resource:
    """Which methods it has, and the header that says which bodies it takes."""

    methods: str
    accepts: dict[str, str]


_ENDPOINT = _Resource("OPTIONS, GET, HEAD, POST", {"Accept-Post": SDP})
_SESSION = _Resource("OPTIONS, GET, HEAD, PATCH, DELETE", {"Accept-Patch": FRAGMENT})


@web.middleware
async def cors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Players of other origins may negotiate; they bring a token, since no cookie crosses origins here."""
    response = await handler(request)
    if request.path.startswith(("/whip/", "/whep/")):
        response.headers.update(_CORS)
        if response.status == 415:
            response.headers.update(_resource_of(request).accepts)
    return response


def _resource_of(request: web.Request) -> _Resource:
    """A path is /way/show or /way/show/session."""
    return _SESSION if request.path.count("/") > 2 else _ENDPOINT


class MediaRoutes:
    def __init__(
        self, identity: Identity, broadcasting: Broadcasting, banned: BannedAddresses, standings: Standings
    ) -> None:
        self._identity = identity
        self._standings = standings
        self._broadcasting = broadcasting
        self._banned = banned

    def routes(self) -> list[Route]:
        found = [
            Route("POST", "/whip/{show}", self.publish, "Send a show (WHIP)", answers=(201, "")),
            Route(
                "POST",
                "/whep/{show}",
                self.watch,
                "Watch a show (WHEP); whoever sees to calls, with `backstage=1`, also callers who are not shown",
                answers=(201, ""),
                query=("backstage",),
                public=True,
            ),
        ]
        for way in _WAYS:
            one = f"/{way}/{{show}}/{{session}}"
            found += [
                Route(
                    "PATCH", one, self.patch, "Trickle candidates, or restart ICE (200)", answers=(204, ""), public=True
                ),
                Route("DELETE", one, self.close, "End the session", public=True),
            ]
            for path in (f"/{way}/{{show}}", one):
                found.append(Route("OPTIONS", path, self.preflight, "CORS", public=True))
                for method in ("GET", "HEAD"):
                    found.append(Route(method, path, self.nothing, "Nothing to see", answers=(204, ""), public=True))
        return found

    async def publish(self, request: web.Request) -> web.Response:
        offer = await _sdp_of(request, SDP)
        session = await self._broadcasting.publish(bearer_of(request), _show_of(request), offer)
        return _created(request, session)

    async def watch(self, request: web.Request) -> web.Response:
        person = await self._identity.person_or_guest(request)
        address = self._identity.address(request)
        if person is None:
            self._banned.require_welcome(address)
            self._standings.require_guest_welcome(address, _show_of(request))
        offer = await _sdp_of(request, SDP)
        backstage = request.query.get("backstage") == "1"
        session = await self._broadcasting.watch(person, _show_of(request), offer, address=address, backstage=backstage)
        return _created(request, session)

    async def patch(self, request: web.Request) -> web.Response:
        fragment = await _sdp_of(request, FRAGMENT)
        if_match = request.headers.get("If-Match")
        show, session = _show_of(request), _session_of(request)
        restarted = await self._broadcasting.patch(show, session, fragment, if_match=if_match)
        if restarted is None:
            return web.Response(status=204)
        return web.Response(text=restarted.answer, content_type=FRAGMENT, headers={"ETag": f'"{restarted.etag}"'})

    async def close(self, request: web.Request) -> web.Response:
        """Whatever the request's tag: RFC 9725 wants it ignored here."""
        await self._broadcasting.close(_show_of(request), _session_of(request))
        return web.Response(status=200)

    async def preflight(self, request: web.Request) -> web.Response:
        resource = _resource_of(request)
        methods = {"Access-Control-Allow-Methods": resource.methods, "Allow": resource.methods}
        return web.Response(headers={**_PREFLIGHT, **methods, **resource.accepts})

    async def nothing(self, _request: web.Request) -> web.Response:
        """RFC 9725 section 4.1: these resources have no representation; a GET succeeds and brings none."""
        return web.Response(status=204)


async def _sdp_of(request: web.Request, content_type: str) -> str:
    if request.content_type != content_type:
        raise InvalidError(f"the body must be {content_type}", code="unsupported_media_type")
    raw = await read_limited(request)
    if not raw.strip():
        raise InvalidError("the body is empty", code="bad_sdp")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidError("the SDP is not UTF-8", code="bad_sdp") from error


def _created(request: web.Request, session: MediaSession) -> web.Response:
    headers = {"Location": public(f"{request.path}/{session.id}"), "ETag": f'"{session.sdp.etag}"'}
    response = web.Response(status=201, text=session.sdp.answer, content_type=SDP, headers=headers)
    for server in session.ice_servers:
        response.headers.add("Link", _link_of(server))
    return response


def _link_of(server: IceServer) -> str:
    link = f'<{server.url}>; rel="ice-server"'
    if not server.username:
        return link
    return f'{link}; username="{server.username}"; credential="{server.credential}"; credential-type="password"'


def _show_of(request: web.Request) -> ShowId:
    return ShowId(_part(request, "show"))


def _session_of(request: web.Request) -> str:
    return _part(request, "session")


def _part(request: web.Request, name: str) -> str:
    """Part of a path that becomes part of a Redis key: only what our ids consist of."""
    value = request.match_info[name]
    return value if _PATH_PART.fullmatch(value) else "-"
