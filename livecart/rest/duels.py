"""/api/v1/shows/{show}/duel, /duel-hosts and /duel-rules: what there is, whom a host may invite, who may invite him."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.duel import Inviters
from livecart.domain.ids import ShowId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.duels import Duels


class DuelRulesBody(msgspec.Struct, frozen=True):
    """From whom this host takes invitations, in all of his shows."""

    who: Inviters


class DuelRoutes:
    def __init__(self, identity: Identity, duels: Duels) -> None:
        self._identity = identity
        self._duels = duels

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}"
        rules = f"{one}/duel-rules"
        return [
            Route(
                "GET",
                f"{one}/duel",
                self.look,
                "The duel that a show is in; for its host, his open invitations too",
                answers=(200, "duel"),
                public=True,
            ),
            Route(
                "GET",
                f"{one}/duel-hosts",
                self.hosts,
                "Live shows whose hosts this show's host may invite",
                answers=(200, "hosts"),
                query=("q",),
            ),
            Route("GET", rules, self.rules, "From whom the host takes invitations", answers=(200, "rules")),
            Route(
                "PUT",
                rules,
                self.put_rules,
                "Set from whom the host takes invitations",
                body=DuelRulesBody,
                answers=(200, "rules"),
            ),
        ]

    async def look(self, request: web.Request) -> web.Response:
        found = await self._duels.look(await self._identity.person_or_guest(request), _show(request))
        return answer("duel", found["duel"], invitations=found["invitations"])

    async def hosts(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("hosts", await self._duels.hosts(person, _show(request), request.query.get("q") or None))

    async def rules(self, request: web.Request) -> web.Response:
        return answer("rules", await self._duels.rules(await self._identity.person(request), _show(request)))

    async def put_rules(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DuelRulesBody)
        return answer("rules", await self._duels.put_rules(person, _show(request), body.who))


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
