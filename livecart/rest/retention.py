"""/api/v1/retention and /api/v1/legal-holds: how long records are kept, and what is kept longer."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.legal_hold import HoldKind
from livecart.rest.body import answer, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.legal_holds import LegalHolds
from livecart.services.purging import Purge


class HoldBody(msgspec.Struct, frozen=True):
    """`subject`: the id of the person, show or order, or the person's handle."""

    kind: HoldKind
    subject: str
    reason: str


class LiftBody(msgspec.Struct, frozen=True):
    reason: str


class RetentionRoutes:
    def __init__(self, identity: Identity, purge: Purge, holds: LegalHolds) -> None:
        self._identity = identity
        self._purge = purge
        self._holds = holds

    def routes(self) -> list[Route]:
        holds = f"{API}/legal-holds"
        return [
            Route(
                "GET",
                f"{API}/retention",
                self.report,
                "How long records are kept, what is due, held and removed; for admins",
                answers=(200, "retention"),
            ),
            Route(
                "GET",
                holds,
                self.search,
                "What must be kept whatever its age; for admins",
                answers=(200, "legal_holds"),
                query=("cursor", "limit"),
            ),
            Route("POST", holds, self.place, "Place a hold", body=HoldBody, answers=(201, "legal_hold")),
            Route("DELETE", f"{holds}/{{hold}}", self.lift, "Lift a hold", body=LiftBody, answers=(204, "")),
        ]

    async def report(self, request: web.Request) -> web.Response:
        return answer("retention", await self._purge.report(await self._identity.person(request)))

    async def search(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._holds.search(person, page_of(request))
        return answer("legal_holds", found, next=following)

    async def place(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, HoldBody)
        made = await self._holds.place(person, body.kind, body.subject, body.reason)
        return answer("legal_hold", made, status=201)

    async def lift(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, LiftBody)
        await self._holds.lift(person, request.match_info["hold"], body.reason)
        return web.Response(status=204)
