"""/api/v1/me/eligibility, /api/v1/me/application, and the rules that both are about."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.eligibility import Measure, Rule
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.eligibility import Eligibility, RulesDraft


class RuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`keep` left out: as `required`."""

    measure: Measure
    required: int
    keep: int | None = None
    days: int | None = None
    for_invited: bool = False


class RulesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`version`: the one that was read; another one is refused."""

    rules: list[RuleBody]
    reason: str
    name: str = "creators"
    rollout_percent: int = 100
    cohorts: list[str] = []
    review_applications: bool = True
    version: int | None = None


class HaltBody(msgspec.Struct, frozen=True):
    halted: bool
    reason: str


class EligibilityRoutes:
    def __init__(self, identity: Identity, eligibility: Eligibility) -> None:
        self._identity = identity
        self._eligibility = eligibility

    def routes(self) -> list[Route]:
        rules = f"{API}/eligibility/rules"
        return [
            Route(
                "GET",
                f"{API}/me/eligibility",
                self.mine,
                "Whether one may go live, rule by rule, and what is missing",
                answers=(200, "eligibility"),
            ),
            Route("GET", rules, self.rules, "Who may go live; for admins", answers=(200, "rules")),
            Route(
                "PUT",
                rules,
                self.put,
                "Replace the rules by a new version; for admins",
                body=RulesBody,
                answers=(200, "rules"),
            ),
            Route(
                "POST",
                f"{API}/eligibility/halt",
                self.halt,
                "The kill switch: nobody new may go live, or people may again; for admins",
                body=HaltBody,
                answers=(200, "rules"),
            ),
        ]

    async def mine(self, request: web.Request) -> web.Response:
        return answer("eligibility", await self._eligibility.mine(await self._identity.person(request)))

    async def rules(self, request: web.Request) -> web.Response:
        return answer("rules", await self._eligibility.rules(await self._identity.person(request)))

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, RulesBody)
        draft = RulesDraft(
            body.name,
            tuple(_rule(each) for each in body.rules),
            body.rollout_percent,
            tuple(body.cohorts),
            body.review_applications,
        )
        made = await self._eligibility.put_rules(person, draft, reason=body.reason, version=body.version)
        return answer("rules", made)

    async def halt(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, HaltBody)
        return answer("rules", await self._eligibility.halt(person, halted=body.halted, reason=body.reason))


def _rule(body: RuleBody) -> Rule:
    keep = body.required if body.keep is None else body.keep
    return Rule(body.measure, body.required, keep, body.days, body.for_invited)
