"""/api/v1/moderation/log and /api/v1/me/cases: what was decided, for those who decide and for those it is about."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId, may_be_id
from livecart.rest.body import answer, page_of
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.moderation_log import ModerationLog


class ModerationRoutes:
    def __init__(self, identity: Identity, log: ModerationLog) -> None:
        self._identity = identity
        self._log = log

    def routes(self) -> list[Route]:
        pages = ("cursor", "limit")
        return [
            Route(
                "GET",
                f"{API}/moderation/log",
                self.search,
                "The moderation log, newest first; for moderators",
                answers=(200, "entries"),
                query=("user", "subject", "kind", *pages),
            ),
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
        user = _wanted(request, "user")
        found, following = await self._log.search(
            person,
            page_of(request),
            about=None if user is None else PersonId(user),
            subject=_wanted(request, "subject"),
            kind=_wanted(request, "kind"),
        )
        return answer("entries", found, next=following)

    async def cases(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._log.cases(person, page_of(request))
        return answer("cases", found, next=following)


def _wanted(request: web.Request, name: str) -> str | None:
    """What the list is narrowed to; raises InvalidError for what cannot stand in the log."""
    wanted = request.query.get(name)
    if wanted and not may_be_id(wanted):
        raise InvalidError(f"the {name} is not valid", fields={name: "as it stands in the log"})
    return wanted or None
