"""The handshake of GET /ws: which requests become sockets, and who is behind them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import hdrs, web

from livecart.domain.addresses import household_of
from livecart.domain.errors import LivecartError, UnavailableError
from livecart.domain.limits import Meter
from livecart.domain.origin import is_own
from livecart.domain.sessions import SignedIn
from signaling.codec import CODECS, Codec
from signaling.gate import JoinGate
from signaling.ports import Authenticate, BannedAddresses, Options

TOKEN_MAX = 512
# A handshake that cannot be decided by then is refused, so that none waits for ever.
AUTHENTICATE_WITHIN_S = 5.0
SOON_MS = (500, 3_000)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes in (None: a guest), from which address, in which subprotocol; `exempt` from rate limits by address.

    `guest`: see `guest_of`.
    """

    signed_in: SignedIn | None
    codec: Codec
    exempt: bool
    address: str = ""
    guest: str = ""


class Refused(Exception):  # noqa: N818 -- an answer, not a fault of ours
    """The request does not become a socket; `response` says why, as a problem document.

    `Retry-After` has whole seconds; a client that spreads its tries reads `retry_after_ms` in the document.
    """

    def __init__(self, status: int, code: str, title: str, retry_after_ms: int | None = None) -> None:
        super().__init__(title)
        problem: dict[str, str | int] = {"type": "about:blank", "title": title, "status": status, "code": code}
        headers = {}
        if retry_after_ms is not None:
            problem["retry_after_ms"] = retry_after_ms
            headers[hdrs.RETRY_AFTER] = str(math.ceil(retry_after_ms / 1000))
        self.response = web.Response(
            status=status, body=json.dumps(problem), content_type="application/problem+json", headers=headers
        )
        # Whatever follows such a request is no HTTP.
        self.response.force_close()


def draining() -> Refused:
    return Refused(503, "draining", "this server is restarting", _soon_ms())


def _soon_ms() -> int:
    """All who are refused for the same reason must not come back together."""
    return random.randint(*SOON_MS)


class Door:
    def __init__(
        self, options: Options, authenticate: Authenticate, banned: BannedAddresses, now_ms: Callable[[], int]
    ) -> None:
        self._options = options
        self._authenticate = authenticate
        self._banned = banned
        self._now_ms = now_ms
        self._gate = JoinGate(options.limits.joins)
        self._addresses = Meter(options.limits.sockets_per_address)

    async def admit(self, request: web.Request) -> Visitor:
        """Raises Refused. Cheap checks first: a storm must not reach SQL."""
        _check_no_body(request)
        codec = _codec(request)
        bearer = _bearer(request)
        cookie = request.cookies.get(self._options.cookie_name) if bearer is None else None
        self._check_origin(request, bearer, cookie)
        exempt = self._is_exempt(request.remote)
        if not exempt:
            self._check_rates(request.remote or "")
        signed_in = await self._who(bearer if bearer is not None else cookie)
        if bearer is not None and signed_in is None:
            raise Refused(401, "unauthenticated", "the token is unknown or expired")
        address = request.remote or ""
        if signed_in is None and self._banned.refuses(address):
            raise Refused(403, "banned_address", "no guests from this address for now: sign in")
        return Visitor(signed_in, codec, exempt, address, guest_of(request))

    def _check_origin(self, request: web.Request, bearer: str | None, cookie: str | None) -> None:
        """A page cannot set a bearer token on a socket, so whoever has one is no page that rides on a cookie."""
        if bearer is not None:
            return
        origins = request.headers.getall(hdrs.ORIGIN, [])
        if origins:
            own = len(origins) == 1 and is_own(origins[0], request.host, self._options.allowed_origins)
        else:
            own = cookie is None and request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
        if not own:
            raise Refused(403, "foreign_origin", "this page may not connect here")

    def _check_rates(self, address: str) -> None:
        now_ms = self._now_ms()
        wait_ms = self._addresses.take(household_of(address) or address, now_ms)
        if wait_ms:
            raise Refused(429, "rate_limited", "too many connections from your address", wait_ms)
        wait_ms = self._gate.ask(now_ms, random.random())
        if wait_ms:
            raise Refused(503, "busy", "too many are coming in at once", wait_ms)

    async def _who(self, token: str | None) -> SignedIn | None:
        if not token or len(token) > TOKEN_MAX:
            return None
        try:
            async with asyncio.timeout(AUTHENTICATE_WITHIN_S):
                return await self._authenticate(token)
        except UnavailableError as error:
            raise Refused(503, error.code, error.message, _soon_ms()) from error
        except TimeoutError as error:
            raise Refused(503, "unavailable", "nobody could say who you are", _soon_ms()) from error
        except LivecartError:
            return None

    def _is_exempt(self, address: str | None) -> bool:
        networks = self._options.limits.exempt
        if not networks or address is None:
            return False
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found.version == network.version and found in network for network in networks)


def guest_of(request: web.Request) -> str:
    """Tells guests apart as well as an address and a browser do; neither can be read from it in practice."""
    seen = f"{request.remote}\n{request.headers.get(hdrs.USER_AGENT, '')}"
    return hashlib.blake2b(seen.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _check_no_body(request: web.Request) -> None:
    """What a proxy took for a body would be frames here, or the next request (request smuggling)."""
    if request.headers.get(hdrs.CONTENT_LENGTH, "0") != "0" or hdrs.TRANSFER_ENCODING in request.headers:
        raise Refused(400, "body_refused", "a handshake has no body")


def _codec(request: web.Request) -> Codec:
    """The first subprotocol that both know: the client's order is the client's wish."""
    offered = [
        part.strip() for value in request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, []) for part in value.split(",")
    ]
    for name in offered:
        if name in CODECS:
            return CODECS[name]
    raise Refused(400, "subprotocol_required", f"offer one of the subprotocols {', '.join(CODECS)}")


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
