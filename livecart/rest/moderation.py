"""/api/v1/moderation/log and /api/v1/me/cases: what was decided, for those who decide and for those it is about."""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError, UnavailableError
from livecart.domain.ids import PersonId, may_be_id
from livecart.rest.body import answer, page_of, unix_ms
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.log_proof import CHAIN
from livecart.services.moderation_log import ModerationLog
from livecart.services.standing_audit import AuditBoard
from livecart.services.store_moderation import LogFilter
from livecart.services.views import rfc3339

EXPORT_HEADERS = {
    "Content-Type": "application/jsonl",
    "Content-Disposition": 'attachment; filename="moderation-log.jsonl"',
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


class ModerationRoutes:
    """`board`: where the standing audit says whether the log is whole."""

    def __init__(self, identity: Identity, log: ModerationLog, board: AuditBoard) -> None:
        self._identity = identity
        self._log = log
        self._board = board

    def routes(self) -> list[Route]:
        pages = ("cursor", "limit")
        return [
            Route(
                "GET",
                f"{API}/moderation/log",
                self.search,
                "The moderation log, newest first; for moderators",
                answers=(200, "entries"),
                query=("user", "by", "subject", "kind", "since", "until", *pages),
            ),
            Route(
                "GET",
                f"{API}/moderation/log/state",
                self.state,
                "How long the log is, what was signed, and what the audit found; for moderators",
                answers=(200, "state"),
            ),
            Route("GET", f"{API}/moderation/log.jsonl", self.export, "All of it, as `livecart log export` prints it"),
            Route(
                "GET",
                f"{API}/me/cases",
                self.cases,
                "What was decided about oneself, and why",
                answers=(200, "cases"),
                query=pages,
            ),
        ]

    async def search(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._log.search(person, page_of(request), _filter(request))
        return answer("entries", found, next=following)

    async def state(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        state = await self._log.state(person)
        try:
            report = await self._board.get()
        except UnavailableError:
            report = None
        known = report is not None and CHAIN in report.faults
        audit = {"at": rfc3339(report.at_ms), "faults": report.faults[CHAIN]} if report is not None and known else None
        return answer("state", state | {"audit": audit})

    async def export(self, request: web.Request) -> web.StreamResponse:
        person = await self._identity.person(request)
        lines = self._log.export(person)
        # The first line is read before the answer begins, while a refusal can still be one.
        first = await anext(lines, None)
        response = web.StreamResponse(headers=EXPORT_HEADERS)
        await response.prepare(request)
        if first is not None:
            await response.write(msgspec.json.encode(first) + b"\n")
        async for line in lines:
            await response.write(msgspec.json.encode(line) + b"\n")
        await response.write_eof()
        return response

    async def cases(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._log.cases(person, page_of(request))
        return answer("cases", found, next=following)


def _filter(request: web.Request) -> LogFilter:
    """Raises InvalidError."""
    user, by, kind = (_wanted(request, name) for name in ("user", "by", "kind"))
    return LogFilter(
        person=None if user is None else PersonId(user),
        subject=_wanted(request, "subject"),
        kinds=() if kind is None else (kind,),
        by=None if by is None else PersonId(by),
        since_ms=_moment(request, "since"),
        until_ms=_moment(request, "until"),
    )


def _moment(request: web.Request, name: str) -> int | None:
    told = request.query.get(name)
    if not told:
        return None
    try:
        return unix_ms(datetime.fromisoformat(told), name)
    except (ValueError, OverflowError) as error:
        raise InvalidError("the time is not valid", fields={name: "RFC 3339 with a zone, such as …Z"}) from error


def _wanted(request: web.Request, name: str) -> str | None:
    """What the list is narrowed to; raises InvalidError for what cannot stand in the log."""
    wanted = request.query.get(name)
    if wanted and not may_be_id(wanted):
        raise InvalidError(f"the {name} is not valid", fields={name: "as it stands in the log"})
    return wanted or None
