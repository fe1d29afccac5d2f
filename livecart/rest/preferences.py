"""/api/v1/me/settings."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.preferences import Preferences
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.preferences import OwnPreferences


class SettingsBody(msgspec.Struct, frozen=True):
    show_my_purchases: bool


class PreferenceRoutes:
    def __init__(self, identity: Identity, preferences: OwnPreferences) -> None:
        self._identity = identity
        self._preferences = preferences

    def routes(self) -> list[Route]:
        path, settings = f"{API}/me/settings", (200, "settings")
        return [
            Route("GET", path, self.get, "Own settings", answers=settings),
            Route("PUT", path, self.put, "Change own settings", SettingsBody, settings),
        ]

    async def get(self, request: web.Request) -> web.Response:
        return answer("settings", await self._preferences.get(await self._identity.person(request)))

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, SettingsBody)
        return answer("settings", await self._preferences.put(person, Preferences(body.show_my_purchases)))
