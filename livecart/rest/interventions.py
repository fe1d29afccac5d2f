"""/api/v1/shows/{show}/warnings, /stop, /products/{product}/close and topics/{topic}/revoke: what is done to shows."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import ProductId, ShowId, TopicId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.interventions import Interventions
from livecart.services.revoking import Revocations


class WarningBody(msgspec.Struct, frozen=True):
    code: str
    text: str
    # Until the show is stopped; nothing: it is not.
    minutes: int | None = None


class GroundBody(msgspec.Struct, frozen=True):
    code: str
    reason: str


class RevokeBody(msgspec.Struct, frozen=True):
    code: str
    reason: str
    # The one that was read.
    version: int | None = None


class InterventionRoutes:
    def __init__(self, identity: Identity, interventions: Interventions, revocations: Revocations) -> None:
        self._identity = identity
        self._interventions = interventions
        self._revocations = revocations

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}"
        warnings = f"{one}/warnings"
        return [
            Route(
                "GET",
                warnings,
                self.told,
                "What moderators told the host, and why the show was stopped; for the host and moderators",
                answers=(200, "warnings"),
            ),
            Route("POST", warnings, self.warn, "Warn the host; for moderators", WarningBody, (201, "warning")),
            Route(
                "POST",
                f"{warnings}/{{warning}}/acknowledge",
                self.acknowledge,
                "The host has read a warning",
                answers=(200, "warning"),
            ),
            Route(
                "DELETE",
                f"{warnings}/{{warning}}",
                self.withdraw,
                "Take a warning back; for moderators",
                answers=(200, "warning"),
            ),
            Route(
                "POST", f"{one}/stop", self.stop, "End a show, saying why; for moderators", GroundBody, (200, "show")
            ),
            Route(
                "POST",
                f"{one}/products/{{product}}/close",
                self.close_product,
                "Take a product out of a show for good; for moderators",
                GroundBody,
                (200, "closed"),
            ),
            Route(
                "POST",
                f"{API}/topics/{{topic}}/revoke",
                self.revoke,
                "Take an approval back, and stop the topic's shows; for moderators",
                RevokeBody,
                (200, "topic"),
            ),
        ]

    async def told(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        told = await self._interventions.told(person, _show(request))
        return answer("warnings", told.pop("warnings"), **told)

    async def warn(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, WarningBody)
        made = await self._interventions.warn(by, _show(request), body.code, body.text, body.minutes)
        return answer("warning", made, status=201)

    async def acknowledge(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        warning = request.match_info["warning"]
        return answer("warning", await self._interventions.acknowledge(person, _show(request), warning))

    async def withdraw(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        return answer("warning", await self._interventions.withdraw(by, _show(request), request.match_info["warning"]))

    async def stop(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, GroundBody)
        return answer("show", await self._interventions.stop(by, _show(request), body.code, body.reason))

    async def close_product(self, request: web.Request) -> web.Response:
        by = await self._identity.person(request)
        body = await read_json(request, GroundBody)
        product = ProductId(request.match_info["product"])
        closed = await self._interventions.close_product(by, _show(request), product, body.code, body.reason)
        return answer("closed", closed)

    async def revoke(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, RevokeBody)
        topic = TopicId(request.match_info["topic"])
        return answer("topic", await self._revocations.revoke(person, topic, body.code, body.reason, body.version))


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
