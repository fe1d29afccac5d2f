"""/api/v1/shows/{id}/reports, /me/reports and /reports…: what viewers report, and what the staff does with it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ReportCaseId, ShowId
from livecart.domain.report import CaseState, Outcome
from livecart.rest.body import answer, flag, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.report_cases import QueueWish, ReportCases, Verdict
from livecart.services.reports import Reports, ReportWish
from livecart.services.views_reports import category_views
from livecart.services.wishes import known_id

E = TypeVar("E", bound=StrEnum)


class ReportBody(msgspec.Struct, frozen=True):
    """A message or a person; with neither it is about the show."""

    category: str
    text: str | None = None
    message: str | None = None
    person: str | None = None


class ResolveBody(msgspec.Struct, frozen=True):
    """`outcome`: no_violation or action_taken; `ruling`: the number of the log's row that tells what was done."""

    outcome: str
    reason: str
    ruling: int | None = None


class ReopenBody(msgspec.Struct, frozen=True):
    reason: str


class ReportRoutes:
    def __init__(self, identity: Identity, reports: Reports, cases: ReportCases) -> None:
        self._identity = identity
        self._reports = reports
        self._cases = cases

    def routes(self) -> list[Route]:
        pages = ("cursor", "limit")
        one, case = f"{API}/reports/{{case}}", (200, "case")
        return [
            Route(
                "GET",
                f"{API}/report-categories",
                self.categories,
                "What can be reported, in English and Chinese",
                answers=(200, "categories"),
                public=True,
            ),
            Route(
                "POST",
                f"{API}/shows/{{show}}/reports",
                self.report,
                "Report a show, a message in it, or a person; the same again answers with the first",
                body=ReportBody,
                answers=(201, "report"),
            ),
            Route(
                "GET",
                f"{API}/me/reports",
                self.own,
                "What became of one's own reports",
                answers=(200, "reports"),
                query=pages,
            ),
            Route(
                "GET",
                f"{API}/reports",
                self.queue,
                "Cases of reports, the most urgent first; for moderators",
                answers=(200, "cases"),
                query=("state", "mine", "show", *pages),
            ),
            Route("GET", one, self.get, "One case with its reports", answers=case),
            Route("POST", f"{one}/claim", self.claim, "Hold a case for judging", answers=case),
            Route("POST", f"{one}/resolve", self.resolve, "Decide a case", body=ResolveBody, answers=case),
            Route("POST", f"{one}/reopen", self.reopen, "Take a decision back", body=ReopenBody, answers=case),
        ]

    async def categories(self, _request: web.Request) -> web.Response:
        return answer("categories", category_views(), next=None)

    async def report(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="reports")
        body = await read_json(request, ReportBody)
        wish = ReportWish(request.match_info["show"], body.category, body.text, body.message, body.person)
        return answer("report", await self._reports.report(person, wish), status=201)

    async def own(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._reports.own(person, page_of(request))
        return answer("reports", found, next=following)

    async def queue(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        show = request.query.get("show")
        wish = QueueWish(
            _one_of(CaseState, request.query.get("state") or CaseState.OPEN, "state"),
            flag(request, "mine"),
            ShowId(known_id("show", show)) if show else None,
        )
        found, following = await self._cases.queue(person, wish, page_of(request))
        return answer("cases", found, next=following)

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("case", await self._cases.get(person, _case_of(request)))

    async def claim(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("case", await self._cases.claim(person, _case_of(request)))

    async def resolve(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ResolveBody)
        verdict = Verdict(_one_of(Outcome, body.outcome, "outcome"), body.reason, body.ruling)
        return answer("case", await self._cases.resolve(person, _case_of(request), verdict))

    async def reopen(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ReopenBody)
        return answer("case", await self._cases.reopen(person, _case_of(request), body.reason))


def _case_of(request: web.Request) -> ReportCaseId:
    return ReportCaseId(known_id("case", request.match_info["case"]))


def _one_of(kind: type[E], text: str, field: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise InvalidError(f"no such {field}", fields={field: f"one of {', '.join(kind)}"}) from None
