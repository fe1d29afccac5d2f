"""/whip and /whep (RFC 9725, draft-ietf-wish-whep): SDP in, SDP out. Media goes past this process."""

from __future__ import annotations

import re

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.rest.body import read_limited
from livecart.rest.identity import Identity, bearer_of
from livecart.rest.route import Handler, Route
from livecart.services.broadcasting import Broadcasting, MediaSession

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
# An ICE session's tag never changes while restarts are refused.
ETAG = '"1"'
_PATH_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Retry-After",
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Methods": "OPTIONS, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Max-Age": "86400",
    "Accept-Post": SDP,
}


@web.middleware
async def cors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Players of other origins may negotiate; they bring a token, since no cookie crosses origins here."""
    response = await handler(request)
    if request.path.startswith(("/whip/", "/whep/")):
        response.headers.update(_CORS)
    return response


class MediaRoutes:
    def __init__(self, identity: Identity, broadcasting: Broadcasting) -> None:
        self._identity = identity
        self._broadcasting = broadcasting

    def routes(self) -> list[Route]:
        found = [
            Route("POST", "/whip/{show}", self.publish, "Send a show (WHIP)", answers=(201, "")),
            Route("POST", "/whep/{show}", self.watch, "Watch a show (WHEP)", answers=(201, ""), public=True),
        ]
        for way in ("whip", "whep"):
            one = f"/{way}/{{show}}/{{session}}"
            found += [
                Route("OPTIONS", f"/{way}/{{show}}", self.preflight, "CORS", answers=(204, ""), public=True),
                Route("OPTIONS", one, self.preflight, "CORS", answers=(204, ""), public=True),
                Route("PATCH", one, self.patch, "Trickle candidates", answers=(204, ""), public=True),
                Route("DELETE", one, self.close, "End the session", answers=(200, ""), public=True),
            ]
        return found

    async def publish(self, request: web.Request) -> web.Response:
        offer = await _sdp_of(request, SDP)
        session = await self._broadcasting.publish(bearer_of(request), _show_of(request), offer)
        return _created(request, session)

    async def watch(self, request: web.Request) -> web.Response:
        person = await self._identity.person_or_guest(request)
        offer = await _sdp_of(request, SDP)
        session = await self._broadcasting.watch(
            person, _show_of(request), offer, address=self._identity.address(request)
        )
        return _created(request, session)

    async def patch(self, request: web.Request) -> web.Response:
        fragment = await _sdp_of(request, FRAGMENT)
        if request.headers.get("If-Match", ETAG) not in {ETAG, "*"}:
            raise InvalidError("the session is another one by now", code="precondition_failed")
        await self._broadcasting.patch(_show_of(request), _session_of(request), fragment)
        return web.Response(status=204, headers={"ETag": ETAG})

    async def close(self, request: web.Request) -> web.Response:
        await self._broadcasting.close(_show_of(request), _session_of(request))
        return web.Response(status=200)

    async def preflight(self, _request: web.Request) -> web.Response:
        return web.Response(status=204, headers=_PREFLIGHT)


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
    headers = {"Location": f"{request.path}/{session.id}", "ETag": ETAG}
    return web.Response(status=201, text=session.answer, content_type=SDP, headers=headers)


def _show_of(request: web.Request) -> ShowId:
    return ShowId(_part(request, "show"))


def _session_of(request: web.Request) -> str:
    return _part(request, "session")


def _part(request: web.Request, name: str) -> str:
    """Part of a path that becomes part of a Redis key: only what our ids consist of."""
    value = request.match_info[name]
    return value if _PATH_PART.fullmatch(value) else "-"
