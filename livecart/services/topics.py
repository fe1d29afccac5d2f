"""Topics on their way through review: propose, submit, claim, decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.errors import InvalidError, NotFoundError
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import topic_decided
from livecart.domain.topic import (
    Decision,
    Topic,
    TopicStatus,
    TopicStep,
    TopicText,
    advance,
    check_reason,
    check_topic,
)
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.views import people_of_topics, topic_view

# What a moderator may know of: everything but drafts.
SUBMITTED = tuple(status for status in TopicStatus if status is not TopicStatus.DRAFT)


class TopicReview:
    """All methods return the topic, or topics, as views."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def propose(self, person: Person, text: TopicText) -> dict[str, Any]:
        """Makes a draft. Its goods must be the creator's own."""
        person.require(Permission.PROPOSE_TOPIC)
        text = check_topic(text)
        topic = Topic(
            id=TopicId(self._ids.new()),
            creator=person.id,
            version=1,
            status=TopicStatus.DRAFT,
            text=text,
            created_at_ms=self._clock.now_ms(),
        )
        async with self._store.write() as tx:
            goods = await tx.products.many(text.products)
            if len([product for product in goods if product.seller == person.id]) != len(text.products):
                raise InvalidError("the goods are not yours", fields={"products": "ids of your own products"})
            await tx.topics.add(topic)
            return await _view(tx, topic)

    async def get(self, person: Person, topic: TopicId) -> dict[str, Any]:
        async with self._store.read() as tx:
            return await _view(tx, await _visible(tx, person, topic))

    async def search(
        self, person: Person, page: Page, *, status: TopicStatus | None, mine: bool
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Moderators see what was submitted, oldest first; creators their own, newest first. With the next cursor."""
        reviewing = person.may(Permission.REVIEW_TOPIC) and not mine
        if not reviewing:
            person.require(Permission.PROPOSE_TOPIC)
        page = replace(page, limit=page.limit + 1, oldest_first=reviewing)
        known = SUBMITTED if reviewing else tuple(TopicStatus)
        statuses = [each for each in known if status in {None, each}]
        if not statuses:
            return [], None
        async with self._store.read() as tx:
            found = await tx.topics.search(page, creator=None if reviewing else person.id, statuses=statuses)
            shown = list(found[: page.limit - 1])
            views = await _views(tx, shown)
        return views, shown[-1].id if len(found) > len(shown) else None

    async def submit(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        async with self._store.write() as tx:
            topic = await _visible(tx, person, topic_id)
            if topic.creator != person.id:
                raise NotFoundError("no such topic")
            topic = topic.submit(self._clock.now_ms())
            await tx.topics.save(topic)
            return await _view(tx, topic)

    async def claim(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        async with self._store.write() as tx:
            topic = (await _visible(tx, person, topic_id)).claim_by(person.id, self._clock.now_ms())
            await tx.topics.save(topic)
            return await _view(tx, topic)

    async def approve(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        return await self._decide(person, topic_id, TopicStep.APPROVE)

    async def reject(self, person: Person, topic_id: TopicId, code: str, reason: str) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        return await self._decide(person, topic_id, TopicStep.REJECT, code, check_reason(code, reason))

    async def request_changes(self, person: Person, topic_id: TopicId, code: str, reason: str) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        return await self._decide(person, topic_id, TopicStep.REQUEST_CHANGES, code, check_reason(code, reason))

    async def _decide(
        self, person: Person, topic_id: TopicId, step: TopicStep, code: str | None = None, reason: str | None = None
    ) -> dict[str, Any]:
        async with self._store.write() as tx:
            topic = await _visible(tx, person, topic_id)
            now = self._clock.now_ms()
            # The claim is looked at first: it says who was faster, where the status says only that somebody was.
            status = advance(TopicStatus.IN_REVIEW, step)
            topic = topic.decide(step, Decision(status, person.id, now, code, reason))
            await tx.topics.save(topic)
            decision_id = self._ids.new()
            await tx.topics.keep_decision(decision_id, topic)
            view = await _view(tx, topic)
            await tx.log.append(topic_decided(topic, decision_id))
        return view


async def _visible(tx: Transaction, person: Person, topic_id: TopicId) -> Topic:
    """The topic, if this person may know of it: its creator, and moderators once it was submitted."""
    topic = await tx.topics.get(topic_id)
    submitted = topic.status is not TopicStatus.DRAFT
    if topic.creator == person.id or (submitted and person.may(Permission.REVIEW_TOPIC)):
        return topic
    raise NotFoundError("no such topic")


async def _view(tx: Transaction, topic: Topic) -> dict[str, Any]:
    return (await _views(tx, [topic]))[0]


async def _views(tx: Transaction, topics: Sequence[Topic]) -> list[dict[str, Any]]:
    needed: list[PersonId] = people_of_topics(list(topics))
    people = await tx.people.many(needed)
    return [topic_view(topic, people) for topic in topics]
