"""/api/v1/topics… besides one topic's way through review: its cover, those like it, and many decided at once."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import TopicId
from livecart.domain.picture import BYTES_MAX
from livecart.domain.topic import TopicStep
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.rest.upload import FORM_TYPE, RAW_TYPES, Uploads
from livecart.services.topic_bulk import STEPS, BulkWish, TopicBulk
from livecart.services.topic_covers import TopicCovers


class ChosenTopic(msgspec.Struct, frozen=True):
    """`version`: the one that was read; a newer one is refused."""

    id: str
    version: int | None = None


class BulkBody(msgspec.Struct, frozen=True):
    """`decision`: approve, reject or request_changes; the last two with a code and a reason."""

    decision: str
    topics: list[ChosenTopic]
    code: str | None = None
    reason: str | None = None


class BulkUndoBody(msgspec.Struct, frozen=True):
    topics: list[str]


class TopicExtraRoutes:
    def __init__(self, identity: Identity, bulk: TopicBulk, covers: TopicCovers) -> None:
        self._identity = identity
        self._bulk = bulk
        self._covers = covers
        self._uploads = Uploads(BYTES_MAX)

    def routes(self) -> list[Route]:
        one = f"{API}/topics/{{topic}}"
        return [
            Route(
                "POST",
                f"{one}/cover",
                self.put_cover,
                "Give one's own topic a cover",
                answers=(201, "topic"),
                uploads=(*RAW_TYPES, FORM_TYPE),
            ),
            Route("DELETE", f"{one}/cover", self.remove_cover, "Take the cover away", answers=(200, "topic")),
            Route(
                "GET", f"{one}/similar", self.similar, "What waits and says nearly the same", answers=(200, "topics")
            ),
            Route(
                "POST",
                f"{API}/topic-decisions",
                self.decide,
                "Decide many topics with one reason; each answers for itself",
                body=BulkBody,
                answers=(200, "results"),
            ),
            Route(
                "POST",
                f"{API}/topic-decisions/undo",
                self.undo,
                "Take one's own decisions back, within 30 s",
                body=BulkUndoBody,
                answers=(200, "results"),
            ),
        ]

    async def put_cover(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        await self._covers.require_place(person, _topic_of(request), address=self._identity.address(request))
        raw = await self._uploads.read(request)
        return answer("topic", await self._covers.put(person, _topic_of(request), raw), status=201)

    async def remove_cover(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._covers.remove(person, _topic_of(request)))

    async def similar(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topics", await self._bulk.similar(person, _topic_of(request)), next=None)

    async def decide(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, BulkBody)
        chosen = [(TopicId(each.id), each.version) for each in body.topics]
        wish = BulkWish(_step_of(body.decision), chosen, body.code, body.reason)
        return answer("results", await self._bulk.decide(person, wish))

    async def undo(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, BulkUndoBody)
        return answer("results", await self._bulk.undo(person, [TopicId(topic) for topic in body.topics]))


def _topic_of(request: web.Request) -> TopicId:
    return TopicId(request.match_info["topic"])


def _step_of(decision: str) -> TopicStep:
    for step in STEPS:
        if step.value == decision:
            return step
    raise InvalidError("this is no decision", fields={"decision": f"one of {', '.join(STEPS)}"})
