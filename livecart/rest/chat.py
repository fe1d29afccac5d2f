"""/api/v1/shows/{show}/chat and /api/v1/canned-replies: what a host sets up for the chat."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.chat_rules import Links, Speakers
from livecart.domain.ids import ShowId
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.canned import CannedReplies
from livecart.services.chat_staff import ChatStaff


class ChatRulesBody(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    slow_s: int | None = None
    links: Links | None = None
    who: Speakers | None = None
    followed_minutes: int | None = None


class RepliesBody(msgspec.Struct, frozen=True):
    replies: list[str]


class ChatRoutes:
    def __init__(self, identity: Identity, staff: ChatStaff, canned: CannedReplies) -> None:
        self._identity = identity
        self._staff = staff
        self._canned = canned

    def routes(self) -> list[Route]:
        replies = f"{API}/canned-replies"
        return [
            Route(
                "PATCH",
                f"{API}/shows/{{show}}/chat",
                self.change,
                "Slow mode, links, and who may write; for the host and moderators",
                body=ChatRulesBody,
                answers=(200, "chat"),
            ),
            Route("GET", replies, self.replies, "One's own canned replies", answers=(200, "replies")),
            Route(
                "PUT",
                replies,
                self.put_replies,
                "Replace one's canned replies",
                body=RepliesBody,
                answers=(200, "replies"),
            ),
        ]

    async def change(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ChatRulesBody)
        show = ShowId(request.match_info["show"])
        changed = await self._staff.change(
            person,
            show,
            slow_s=body.slow_s,
            links=body.links,
            who=body.who,
            followed_minutes=body.followed_minutes,
        )
        return answer("chat", changed)

    async def replies(self, request: web.Request) -> web.Response:
        return answer("replies", await self._canned.of(await self._identity.person(request)), next=None)

    async def put_replies(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, RepliesBody)
        return answer("replies", await self._canned.replace(person, body.replies), next=None)
