"""/api/v1/auth/… and /api/v1/me."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.people import PERMISSIONS
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.views import user_view


class RegisterBody(msgspec.Struct, frozen=True):
    handle: str
    password: str
    display_name: str


class LoginBody(msgspec.Struct, frozen=True):
    handle: str
    password: str


class AuthRoutes:
    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._accounts = identity.accounts

    def routes(self) -> list[Route]:
        return [
            Route(
                "POST",
                f"{API}/auth/register",
                self.register,
                "Make an account and sign in",
                body=RegisterBody,
                answers=(201, "user"),
                public=True,
            ),
            Route(
                "POST",
                f"{API}/auth/login",
                self.log_in,
                "Sign in",
                body=LoginBody,
                answers=(200, "user"),
                public=True,
            ),
            Route("POST", f"{API}/auth/logout", self.log_out, "End this session", answers=(204, "")),
            Route("GET", f"{API}/me", self.me, "Who is signed in", answers=(200, "user")),
        ]

    async def register(self, request: web.Request) -> web.Response:
        body = await read_json(request, RegisterBody)
        person, token = await self._accounts.register(
            body.handle, body.password, body.display_name, address=self._identity.address(request)
        )
        response = answer("user", user_view(person), status=201, token=token)
        self._identity.sign_in(response, token)
        return response

    async def log_in(self, request: web.Request) -> web.Response:
        body = await read_json(request, LoginBody)
        person, token = await self._accounts.log_in(body.handle, body.password, address=self._identity.address(request))
        response = answer("user", user_view(person), token=token)
        self._identity.sign_in(response, token)
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        await self._identity.person(request)
        token = self._identity.token(request)
        if token:
            await self._accounts.log_out(token)
        response = web.Response(status=204)
        self._identity.sign_out(response)
        return response

    async def me(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("user", user_view(person), permissions=sorted(PERMISSIONS[person.role]))
