"""/api/v1/push-key and /api/v1/shows/{show}/reminder: being told by one's browser that a show has begun."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import ShowId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.reminders import Reminders


class PushKeys(msgspec.Struct, frozen=True):
    """As PushSubscription.toJSON has them."""

    p256dh: str
    auth: str


class ReminderBody(msgspec.Struct, frozen=True):
    endpoint: str
    keys: PushKeys
    language: str = "en"


class ReminderRoutes:
    def __init__(self, identity: Identity, reminders: Reminders) -> None:
        self._identity = identity
        self._reminders = reminders

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}/reminder"
        return [
            Route(
                "GET", f"{API}/push-key", self.key, "What browsers subscribe with", answers=(200, "push"), public=True
            ),
            Route(
                "PUT",
                one,
                self.put,
                "Be told by this browser when the show begins",
                body=ReminderBody,
                answers=(200, "reminder"),
            ),
            Route("DELETE", one, self.remove, "Not be told, by any of one's browsers", answers=(204, "")),
        ]

    async def key(self, _request: web.Request) -> web.Response:
        key = self._reminders.key
        return answer("push", None if key is None else {"key": key})

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ReminderBody)
        browser = body.endpoint, body.keys.p256dh, body.keys.auth
        address = self._identity.address(request)
        told = await self._reminders.remind(person, _show_of(request), browser, body.language, address=address)
        return answer("reminder", told)

    async def remove(self, request: web.Request) -> web.Response:
        await self._reminders.forget(await self._identity.person(request), _show_of(request))
        return web.Response(status=204)


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
