"""/api/v1/topics…: propose, submit, and the moderators' decisions."""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ProductId, TopicId
from livecart.domain.topic import TopicStatus, TopicText
from livecart.rest.body import answer, flag, page_of, read_json, unix_ms
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview


class TopicBody(msgspec.Struct, frozen=True):
    title: str
    category: str
    summary: str
    language: str
    planned_at: datetime | None = None
    products: list[str] = []


class TopicEditBody(TopicBody, frozen=True):
    """`version`: the one that was read; a newer one is refused and not overwritten. So with the next two."""

    version: int | None = None


class DecisionBody(msgspec.Struct, frozen=True):
    code: str
    reason: str
    version: int | None = None


class PleaBody(msgspec.Struct, frozen=True):
    reason: str


class TopicRoutes:
    def __init__(self, identity: Identity, topics: TopicReview, looks: SecondLooks) -> None:
        self._identity = identity
        self._topics = topics
        self._looks = looks

    def routes(self) -> list[Route]:
        one = f"{API}/topics/{{topic}}"
        topic = (200, "topic")
        return [
            Route(
                "POST",
                f"{API}/topics",
                self.propose,
                "Propose a topic (a draft)",
                body=TopicBody,
                answers=(201, "topic"),
            ),
            Route(
                "GET",
                f"{API}/topics",
                self.search,
                "Own topics, or the review queue",
                answers=(200, "topics"),
                query=("status", "mine", "group", "cursor", "limit"),
            ),
            Route("GET", one, self.get, "One topic", answers=topic),
            Route("PUT", one, self.edit, "Edit one's own topic", body=TopicEditBody, answers=topic),
            Route("POST", f"{one}/submit", self.submit, "Hand a draft in for review", answers=topic),
            Route("POST", f"{one}/claim", self.claim, "Hold a topic for judging", answers=topic),
            Route("POST", f"{one}/approve", self.approve, "Approve", answers=topic, query=("version",)),
            Route("POST", f"{one}/reject", self.reject, "Reject with a reason", body=DecisionBody, answers=topic),
            Route(
                "POST",
                f"{one}/request-changes",
                self.request_changes,
                "Ask the creator for changes",
                body=DecisionBody,
                answers=topic,
            ),
            Route("POST", f"{one}/undo", self.undo, "Take one's own decision back, within 30 s", answers=topic),
            Route(
                "POST",
                f"{one}/second-opinion",
                self.second_opinion,
                "Leave the topic to another moderator",
                body=PleaBody,
                answers=topic,
            ),
            Route("POST", f"{one}/appeal", self.appeal, "Appeal a rejection", body=PleaBody, answers=topic),
        ]

    async def propose(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, TopicBody)
        return answer("topic", await self._topics.propose(person, _text_of(body)), status=201)

    async def edit(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, TopicEditBody)
        return answer("topic", await self._topics.edit(person, _topic_of(request), _text_of(body), body.version))

    async def search(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._topics.search(
            person,
            page_of(request),
            status=_status_of(request),
            mine=flag(request, "mine"),
            my_groups=request.query.get("group") == "mine",
        )
        return answer("topics", found, next=following)

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._topics.get(person, _topic_of(request)))

    async def submit(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._topics.submit(person, _topic_of(request)))

    async def claim(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._topics.claim(person, _topic_of(request)))

    async def approve(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._topics.approve(person, _topic_of(request), _version_of(request)))

    async def reject(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DecisionBody)
        topic = await self._topics.reject(person, _topic_of(request), body.code, body.reason, body.version)
        return answer("topic", topic)

    async def request_changes(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DecisionBody)
        topic = await self._topics.request_changes(person, _topic_of(request), body.code, body.reason, body.version)
        return answer("topic", topic)

    async def undo(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("topic", await self._looks.undo(person, _topic_of(request)))

    async def second_opinion(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, PleaBody)
        return answer("topic", await self._looks.ask_second_opinion(person, _topic_of(request), body.reason))

    async def appeal(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, PleaBody)
        return answer("topic", await self._looks.appeal(person, _topic_of(request), body.reason))


def _text_of(body: TopicBody) -> TopicText:
    return TopicText(
        title=body.title,
        category=body.category,
        summary=body.summary,
        language=body.language,
        planned_at_ms=unix_ms(body.planned_at),
        products=tuple(ProductId(product) for product in body.products),
    )


def _version_of(request: web.Request) -> int | None:
    """`?version=` of an approval, which has no body."""
    text = request.query.get("version")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidError("the version is not valid", fields={"version": "the topic's version that was read"})
    return int(text)


def _topic_of(request: web.Request) -> TopicId:
    return TopicId(request.match_info["topic"])


def _status_of(request: web.Request) -> TopicStatus | None:
    status = request.query.get("status")
    if not status:
        return None
    try:
        return TopicStatus(status)
    except ValueError:
        known = ", ".join(sorted(TopicStatus))
        raise InvalidError("no such status", fields={"status": f"one of {known}"}) from None
