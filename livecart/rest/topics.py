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
from livecart.services.topics import TopicReview


class TopicBody(msgspec.Struct, frozen=True):
    title: str
    category: str
    summary: str
    language: str
    planned_at: datetime | None = None
    products: list[str] = []


class DecisionBody(msgspec.Struct, frozen=True):
    code: str
    reason: str


class TopicRoutes:
    def __init__(self, identity: Identity, topics: TopicReview) -> None:
        self._identity = identity
        self._topics = topics

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
                query=("status", "mine", "cursor", "limit"),
            ),
            Route("GET", one, self.get, "One topic", answers=topic),
            Route("POST", f"{one}/submit", self.submit, "Hand a draft in for review", answers=topic),
            Route("POST", f"{one}/claim", self.claim, "Hold a topic for judging", answers=topic),
            Route("POST", f"{one}/approve", self.approve, "Approve", answers=topic),
            Route("POST", f"{one}/reject", self.reject, "Reject with a reason", body=DecisionBody, answers=topic),
            Route(
                "POST",
                f"{one}/request-changes",
                self.request_changes,
                "Ask the creator for changes",
                body=DecisionBody,
                answers=topic,
            ),
        ]

    async def propose(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, TopicBody)
        text = TopicText(
            title=body.title,
            category=body.category,
            summary=body.summary,
            language=body.language,
            planned_at_ms=unix_ms(body.planned_at),
            products=tuple(ProductId(product) for product in body.products),
        )
        return answer("topic", await self._topics.propose(person, text), status=201)

    async def search(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._topics.search(
            person, page_of(request), status=_status_of(request), mine=flag(request, "mine")
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
        return answer("topic", await self._topics.approve(person, _topic_of(request)))

    async def reject(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DecisionBody)
        return answer("topic", await self._topics.reject(person, _topic_of(request), body.code, body.reason))

    async def request_changes(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DecisionBody)
        topic = await self._topics.request_changes(person, _topic_of(request), body.code, body.reason)
        return answer("topic", topic)


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
