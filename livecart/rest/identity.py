"""Who is asking: bearer token or cookie, the client's address behind trusted proxies, and the cross-site check."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from livecart.domain.errors import ForbiddenError, UnauthenticatedError
from livecart.domain.origin import is_own
from livecart.domain.people import Person
from livecart.domain.places import public
from livecart.services.accounts import SESSION_MS, Accounts
from livecart.services.ports import Paces

COOKIE = "livecart_session"
# Readable by our pages: tells them, without a request that would fail, whether somebody is signed in.
HINT_COOKIE = "livecart_signed_in"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Identity:
    """`origins`: those besides the request's own host that may use a cookie, such as https://shop.example."""

    accounts: Accounts
    origins: frozenset[str]
    secure_cookies: bool
    paces: Paces

    async def person(self, request: web.Request, *, within: str | None = None) -> Person:
        """`within`: the limit that this request of the person's counts for.

        Raises UnauthenticatedError if nobody is signed in, ForbiddenError for a cross-site request, LimitedError.
        """
        person = await self.person_or_guest(request)
        if person is None:
            raise UnauthenticatedError("sign in first")
        if within is not None:
            await self.paces.take(within, person.id, address=self.address(request))
        return person

    async def person_or_guest(self, request: web.Request) -> Person | None:
        """A bearer token wins over the cookie, and must then be good; an old cookie is a guest."""
        bearer = bearer_of(request)
        if bearer is not None:
            person = await self.accounts.authenticate(bearer)
            if person is None:
                raise UnauthenticatedError("the token is unknown or has expired")
            return person
        cookie = request.cookies.get(COOKIE)
        if not cookie or len(cookie) > _TOKEN_MAX:
            return None
        self._refuse_cross_site(request)
        return await self.accounts.authenticate(cookie)

    def token(self, request: web.Request) -> str | None:
        return bearer_of(request) or request.cookies.get(COOKIE)

    def address(self, request: web.Request) -> str:
        """The client's address, as rest/proxies.py found it."""
        return request.remote or ""

    def sign_in(self, response: web.Response, token: str) -> None:
        seconds = SESSION_MS // 1000
        for name, value, http_only in ((COOKIE, token, True), (HINT_COOKIE, "1", False)):
            response.set_cookie(
                name,
                value,
                max_age=seconds,
                path=public("/"),
                httponly=http_only,
                samesite="Lax",
                secure=self.secure_cookies,
            )

    def sign_out(self, response: web.Response) -> None:
        for name in (COOKIE, HINT_COOKIE):
            response.del_cookie(name, path=public("/"), samesite="Lax", secure=self.secure_cookies)

    def _refuse_cross_site(self, request: web.Request) -> None:
        """OWASP CSRF: the browser itself says where a request comes from. No browser, no header, no cookie theft."""
        if request.method in _SAFE_METHODS:
            return
        origin = request.headers.get("Origin")
        foreign = origin is not None and not is_own(origin, request.host, self.origins)
        if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise ForbiddenError("this request comes from another site", code="cross_site")


def bearer_of(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    # Too long to be ours: refuse it as unknown without hashing megabytes.
    return token if len(token) <= _TOKEN_MAX else "-"
