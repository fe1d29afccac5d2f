"""/api/v1/me/settings."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.preferences import CapWish, OwnPreferences


class SettingsBody(msgspec.Struct, frozen=True):
    """What is left out stays as it is; a cap of null is none."""

    show_my_purchases: bool | msgspec.UnsetType = msgspec.UNSET
    gift_cap_minor: int | msgspec.UnsetType | None = msgspec.UNSET


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
        shows, cap = body.show_my_purchases, body.gift_cap_minor
        changed = await self._preferences.put(
            person,
            show_my_purchases=None if shows is msgspec.UNSET else shows,
            gift_cap=None if cap is msgspec.UNSET else CapWish(cap),
        )
        return answer("settings", changed)
