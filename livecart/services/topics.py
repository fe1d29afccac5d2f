"""Topics on their way through review: propose, edit, submit, claim, decide. Not here: topic_second_looks.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import topic_decided
from livecart.domain.staff_group import require_in_charge
from livecart.domain.taxonomy import Category
from livecart.domain.topic import (
    DecidedError,
    Decision,
    Topic,
    TopicStatus,
    TopicStep,
    TopicText,
    advance,
    check_reason,
    check_topic,
)
from livecart.services.annotations import annotations_of
from livecart.services.desk_news import tell_of_topic
from livecart.services.eligibility import require_eligible, settle
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.topic_follow_up import follow
from livecart.services.views import people_of_topics, rfc3339, topic_view

# What a moderator may know of: everything but drafts.
SUBMITTED = tuple(status for status in TopicStatus if status is not TopicStatus.DRAFT)


# Expired in one transaction.
AT_ONCE = 100


class TopicReview:
    """All methods return the topic, or topics, as views.

    `approved_ms`: how long an approval holds; 0: for good. `others`: whether moderators may judge topics of groups that
    they are not in.
    """

    def __init__(self, store: Store, clock: Clock, ids: Ids, approved_ms: int = 0, *, others: bool = True) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._approved_ms = approved_ms
        self._others = others

    async def propose(self, person: Person, text: TopicText) -> dict[str, Any]:
        """Makes a draft. Its goods must be the creator's own."""
        person.require(Permission.PROPOSE_TOPIC)
        async with self._store.write() as tx:
            text = check_topic(text, await tx.taxonomy.current())
            topic = Topic(
                id=TopicId(self._ids.new()),
                creator=person.id,
                version=1,
                status=TopicStatus.DRAFT,
                text=text,
                created_at_ms=self._clock.now_ms(),
            )
            await _require_own_goods(tx, person, text)
            await tx.topics.add(topic)
            return await view_of(tx, topic, person)

    async def edit(self, person: Person, topic_id: TopicId, text: TopicText, version: int | None) -> dict[str, Any]:
        """Replaces what the creator filled in; what was approved goes to review again, as a new version.

        Raises NotFoundError, InvalidError, NotEligibleError, ConflictError `topic_state`, `topic_changed`.
        """
        person.require(Permission.PROPOSE_TOPIC)
        now_ms = self._clock.now_ms()
        await settle(self._store, person.id, now_ms)
        async with self._store.write() as tx:
            text = check_topic(text, await tx.taxonomy.current())
            before = await own_topic(tx, person, topic_id)
            text = replace(text, cover=before.text.cover)
            require_version(before, version)
            await _require_own_goods(tx, person, text)
            topic = before.edit(text, now_ms)
            if topic.status is TopicStatus.IN_REVIEW and before.status is not TopicStatus.IN_REVIEW:
                await require_eligible(tx, person.id, now_ms)
            if topic.version != before.version:
                await tx.topics.keep_version(before, now_ms)
            await tx.topics.save(topic)
            await tell_of_topic(tx, self._ids, topic, person.id, now_ms)
            return await view_of(tx, topic, person)

    async def get(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        """With `annotations` for everybody but its creator."""
        async with self._store.read() as tx:
            topic = await visible_topic(tx, person, topic_id)
            view = await view_of(tx, topic, person)
            if topic.creator != person.id:
                view["annotations"] = await annotations_of(tx, topic, self._clock.now_ms())
        return view

    async def search(
        self, person: Person, page: Page, *, status: TopicStatus | None, mine: bool, my_groups: bool = False
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Moderators see what was submitted, oldest first; creators their own, newest first. With the next cursor.

        `my_groups`: what the moderator's groups look at first; everything for who is in none.
        """
        reviewing = person.may(Permission.REVIEW_TOPIC) and not mine
        if not reviewing:
            person.require(Permission.PROPOSE_TOPIC)
        page = replace(page, limit=page.limit + 1, oldest_first=reviewing)
        known = SUBMITTED if reviewing else tuple(TopicStatus)
        statuses = [each for each in known if status in {None, each}]
        if not statuses:
            return [], None
        async with self._store.read() as tx:
            groups = await tx.staff_groups.of(person.id) if my_groups and reviewing else ()
            kinds = (
                [key for key, each in (await tx.taxonomy.current()).items() if each.group in groups] if groups else None
            )
            creator = None if reviewing else person.id
            found = await tx.topics.search(page, creator=creator, statuses=statuses, categories=kinds)
            shown = list(found[: page.limit - 1])
            views = await _views(tx, shown, person)
        return views, shown[-1].id if len(found) > len(shown) else None

    async def submit(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        """Raises NotFoundError, NotEligibleError, ConflictError `topic_state`."""
        now_ms = self._clock.now_ms()
        await settle(self._store, person.id, now_ms)
        async with self._store.write() as tx:
            before = await own_topic(tx, person, topic_id)
            await require_eligible(tx, person.id, now_ms)
            topic = before.submit(now_ms)
            await tx.topics.save(topic)
            await tell_of_topic(tx, self._ids, topic, person.id, self._clock.now_ms())
            return await view_of(tx, topic, person)

    async def claim(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        async with self._store.write() as tx:
            topic = await visible_topic(tx, person, topic_id)
            now_ms = self._clock.now_ms()
            await self._require_in_charge(tx, topic, person)
            await require_free(tx, topic, person, now_ms)
            topic = topic.claim_by(person.id, now_ms)
            await tx.topics.save(topic)
            await tell_of_topic(tx, self._ids, topic, person.id, now_ms)
            return await view_of(tx, topic, person)

    async def approve(self, person: Person, topic_id: TopicId, version: int | None = None) -> dict[str, Any]:
        """`version`: the one that was read; a newer one is ConflictError `topic_changed`. So with the other two."""
        person.require(Permission.REVIEW_TOPIC)
        return await self._decide(person, topic_id, TopicStep.APPROVE, version)

    async def reject(
        self, person: Person, topic_id: TopicId, code: str, reason: str, version: int | None = None
    ) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        return await self._decide(person, topic_id, TopicStep.REJECT, version, (code, check_reason(code, reason)))

    async def request_changes(
        self, person: Person, topic_id: TopicId, code: str, reason: str, version: int | None = None
    ) -> dict[str, Any]:
        person.require(Permission.REVIEW_TOPIC)
        ground = (code, check_reason(code, reason))
        return await self._decide(person, topic_id, TopicStep.REQUEST_CHANGES, version, ground)

    async def expire_due(self) -> int:
        """Ends the approvals that have run out; returns how many. Safe to run twice."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            due = await tx.topics.run_out(now_ms, AT_ONCE)
            for topic_id in due:
                topic = await tx.topics.get(topic_id)
                if topic.status is TopicStatus.APPROVED and not topic.is_approved(now_ms):
                    await tx.topics.save(topic.expire())
        return len(due)

    async def _decide(
        self,
        person: Person,
        topic_id: TopicId,
        step: TopicStep,
        version: int | None,
        ground: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        async with self._store.write() as tx:
            topic = await visible_topic(tx, person, topic_id)
            now_ms = self._clock.now_ms()
            taxonomy = await self._require_in_charge(tx, topic, person)
            await require_free(tx, topic, person, now_ms)
            code, reason = ground or (None, None)
            status = advance(TopicStatus.IN_REVIEW, step)
            decided = topic.decide(step, Decision(status, person.id, now_ms, code, reason))
            require_version(topic, version)
            if status is TopicStatus.APPROVED and self._approved_ms:
                decided = replace(decided, expires_at_ms=now_ms + self._approved_ms)
            await tx.topics.save(decided)
            decision_id = self._ids.new()
            await tx.topics.keep_decision(decision_id, decided)
            await tell_of_topic(tx, self._ids, decided, person.id, now_ms)
            view = await view_of(tx, decided, person)
            shows = await follow(tx, self._ids, decided, decision_id)
            for ruling in (topic_decided(decided, decision_id, taxonomy), *shows):
                await tx.log.append(ruling)
        return view

    async def _require_in_charge(self, tx: Transaction, topic: Topic, person: Person) -> Mapping[str, Category]:
        """Answers the taxonomy that holds now. Raises ForbiddenError `other_group`."""
        taxonomy = await tx.taxonomy.current()
        category = taxonomy.get(topic.text.category)
        if category is not None and topic.creator != person.id:
            require_in_charge(await tx.staff_groups.of(person.id), category.group, others=self._others)
        return taxonomy


async def _require_own_goods(tx: Transaction, person: Person, text: TopicText) -> None:
    goods = await tx.products.many(text.products)
    if len([product for product in goods if product.seller == person.id]) != len(text.products):
        raise InvalidError("the goods are not yours", fields={"products": "ids of your own products"})


def require_version(topic: Topic, version: int | None) -> None:
    """Raises ConflictError `topic_changed`."""
    if version is not None and version != topic.version:
        fault = f"the topic was edited meanwhile: this is version {topic.version}, not {version}"
        raise ConflictError(fault, code="topic_changed")


async def require_free(tx: Transaction, topic: Topic, person: Person, now_ms: int) -> None:
    """Raises DecidedError, which says who was faster: `topic_claimed` or `topic_state`."""
    if topic.creator == person.id:
        return  # He is refused for that, and first.
    claim, made = topic.claim, topic.decision
    if topic.status is TopicStatus.IN_REVIEW and claim and claim.moderator != person.id and claim.until_ms > now_ms:
        name = (await tx.people.get(claim.moderator)).display_name
        fields = {"by": name, "until": rfc3339(claim.until_ms) or ""}
        raise DecidedError(f"{name} is judging this topic", code="topic_claimed", fields=fields)
    if topic.status is not TopicStatus.IN_REVIEW and made is not None:
        name = (await tx.people.get(made.moderator)).display_name
        fields = {"by": name, "status": made.status.value, "at": rfc3339(made.at_ms) or ""}
        raise DecidedError(f"{name} has decided already: {made.status}", fields=fields)


async def own_topic(tx: Transaction, person: Person, topic_id: TopicId) -> Topic:
    """Raises NotFoundError for another's."""
    topic = await visible_topic(tx, person, topic_id)
    if topic.creator != person.id:
        raise NotFoundError("no such topic")
    return topic


async def visible_topic(tx: Transaction, person: Person, topic_id: TopicId) -> Topic:
    """The topic, if this person may know of it: its creator, and moderators once it was submitted."""
    topic = await tx.topics.get(topic_id)
    submitted = topic.status is not TopicStatus.DRAFT
    if topic.creator == person.id or (submitted and person.may(Permission.REVIEW_TOPIC)):
        return topic
    raise NotFoundError("no such topic")


async def view_of(tx: Transaction, topic: Topic, person: Person) -> dict[str, Any]:
    """As `person` may see it: what moderators say among themselves is not for the creator."""
    return (await _views(tx, [topic], person))[0]


async def _views(tx: Transaction, topics: Sequence[Topic], person: Person) -> list[dict[str, Any]]:
    needed: list[PersonId] = people_of_topics(list(topics))
    people = await tx.people.many(needed)
    return [topic_view(topic, people, for_staff=topic.creator != person.id) for topic in topics]
