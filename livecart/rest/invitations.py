"""/api/v1/eligibility/cohorts and …/applications: people who are let in by name, and those who ask to be."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import PersonId
from livecart.rest.body import answer, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.invitations import Applications, Invitations


class InviteBody(msgspec.Struct, frozen=True):
    """Handles."""

    people: list[str]
    reason: str


class ReasonBody(msgspec.Struct, frozen=True):
    reason: str


class InvitationRoutes:
    def __init__(self, identity: Identity, invitations: Invitations, applications: Applications) -> None:
        self._identity = identity
        self._invitations = invitations
        self._applications = applications

    def routes(self) -> list[Route]:
        cohorts, applications = f"{API}/eligibility/cohorts", f"{API}/eligibility/applications"
        one, pages = f"{cohorts}/{{cohort}}", ("cursor", "limit")
        return [
            Route("GET", cohorts, self.cohorts, "The cohorts of invited people; for admins", answers=(200, "cohorts")),
            Route("GET", one, self.members, "Who is in one of them", answers=(200, "members"), query=pages),
            Route("POST", one, self.invite, "Invite people into it", body=InviteBody, answers=(200, "cohort")),
            Route(
                "POST",
                f"{one}/{{user}}/remove",
                self.uninvite,
                "Take somebody out of it",
                body=ReasonBody,
                answers=(204, ""),
            ),
            Route(
                "POST",
                f"{API}/me/application",
                self.apply,
                "Ask to become a creator",
                answers=(200, "eligibility"),
            ),
            Route(
                "GET",
                applications,
                self.waiting,
                "Who waits to become a creator, newest accounts first; for admins",
                answers=(200, "applications"),
                query=pages,
            ),
            Route("POST", f"{applications}/{{user}}/grant", self.grant, "Make a creator", answers=(200, "user")),
            Route(
                "POST",
                f"{applications}/{{user}}/refuse",
                self.refuse,
                "Refuse an application, with the reason",
                body=ReasonBody,
                answers=(200, "user"),
            ),
        ]

    async def cohorts(self, request: web.Request) -> web.Response:
        found = await self._invitations.cohorts(await self._identity.person(request))
        return answer("cohorts", found, next=None)

    async def members(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        cohort = request.match_info["cohort"]
        found, following = await self._invitations.members(person, cohort, page_of(request))
        return answer("members", found, next=following)

    async def invite(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, InviteBody)
        found = await self._invitations.invite(person, request.match_info["cohort"], body.people, body.reason)
        return answer("cohort", found)

    async def uninvite(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ReasonBody)
        await self._invitations.uninvite(person, request.match_info["cohort"], _user(request), body.reason)
        return web.Response(status=204)

    async def apply(self, request: web.Request) -> web.Response:
        return answer("eligibility", await self._applications.apply(await self._identity.person(request)))

    async def waiting(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._applications.waiting(person, page_of(request))
        return answer("applications", found, next=following)

    async def grant(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("user", await self._applications.grant(person, _user(request)))

    async def refuse(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ReasonBody)
        return answer("user", await self._applications.refuse(person, _user(request), body.reason))


def _user(request: web.Request) -> PersonId:
    return PersonId(request.match_info["user"])
