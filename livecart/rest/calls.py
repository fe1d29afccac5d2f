"""/api/v1/shows/{show}/calls, /call and /call-rules: the queue for the staff, one's own call, who may call."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.call import Callers
from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.call_queue import CallQueue
from livecart.services.calls import Calls


class CallRulesBody(msgspec.Struct, frozen=True):
    """`minutes` on stage, the shop's own number if left out; `delay_s` until the audience sees who was admitted."""

    who: Callers
    minutes: int | None = None
    delay_s: int = 0


class CallRoutes:
    def __init__(self, identity: Identity, calls: Calls, queue: CallQueue) -> None:
        self._identity = identity
        self._calls = calls
        self._queue = queue

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}"
        rules = f"{one}/call-rules"
        return [
            Route(
                "GET",
                f"{one}/calls",
                self.look,
                "Who asks to come on stage, and who is there; for the host and moderators",
                answers=(200, "queue"),
                query=("sort", "q"),
            ),
            Route(
                "DELETE", f"{one}/calls", self.clear, "Decline all who ask to come on stage", answers=(200, "cleared")
            ),
            Route(
                "GET",
                f"{one}/call",
                self.own,
                "One's own open call, and what it takes to publish",
                answers=(200, "call"),
            ),
            Route("GET", rules, self.rules, "Who may call, and for how long", answers=(200, "rules"), public=True),
            Route("PUT", rules, self.put_rules, "Set who may call", body=CallRulesBody, answers=(200, "rules")),
        ]

    async def look(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        sort = request.query.get("sort", "oldest")
        if sort not in {"oldest", "newest"}:
            raise InvalidError("the order is not valid", fields={"sort": "oldest or newest"})
        text = request.query.get("q") or None
        found = await self._queue.look(person, _show(request), text=text, newest=sort == "newest")
        return answer("queue", found["queue"], total=found["total"], stage=found["stage"])

    async def clear(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("cleared", await self._queue.clear(person, _show(request)))

    async def own(self, request: web.Request) -> web.Response:
        found = await self._calls.own(await self._identity.person(request), _show(request))
        return answer("call", found.pop("call"), **found)

    async def rules(self, request: web.Request) -> web.Response:
        return answer("rules", await self._queue.rules(_show(request)))

    async def put_rules(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, CallRulesBody)
        rules = await self._queue.put_rules(person, _show(request), body.who, body.minutes, body.delay_s)
        return answer("rules", rules)


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
