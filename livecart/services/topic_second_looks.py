"""Topics looked at again: a decision taken back at once, another moderator asked, a rejection appealed."""

from __future__ import annotations

from typing import Any

from livecart.domain.errors import ConflictError
from livecart.domain.ids import TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import second_opinion_asked, topic_decided
from livecart.domain.topic import check_plea
from livecart.services.desk_news import tell_of_topic
from livecart.services.ports import Clock, Ids
from livecart.services.store import Store
from livecart.services.topics import own_topic, require_free, view_of, visible_topic


class SecondLooks:
    """All methods return the topic as a view."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def undo(self, person: Person, topic_id: TopicId) -> dict[str, Any]:
        """Takes one's own decision back within half a minute, unless a show was made of it meanwhile.

        Raises ForbiddenError `not_yours`, ConflictError `topic_state`, `too_late`, `topic_in_use`.
        """
        person.require(Permission.REVIEW_TOPIC)
        async with self._store.write() as tx:
            topic = (await visible_topic(tx, person, topic_id)).undo(person.id, self._clock.now_ms())
            if await tx.topics.has_show(topic):
                raise ConflictError("a show was opened for this topic already", code="topic_in_use")
            await tx.topics.save(topic)
            await tell_of_topic(tx, self._ids, topic, person.id, self._clock.now_ms())
            decision_id = self._ids.new()
            await tx.topics.keep_decision(decision_id, topic)
            ruling = topic_decided(topic, decision_id, await tx.taxonomy.current())
            view = await view_of(tx, await tx.topics.get(topic.id), person)
            await tx.log.append(ruling)
        return view

    async def ask_second_opinion(self, person: Person, topic_id: TopicId, reason: str) -> dict[str, Any]:
        """Leaves the topic to another moderator, who reads why. Raises as a decision does."""
        person.require(Permission.REVIEW_TOPIC)
        reason = check_plea(reason)
        async with self._store.write() as tx:
            topic = await visible_topic(tx, person, topic_id)
            now_ms = self._clock.now_ms()
            await require_free(tx, topic, person, now_ms)
            topic = topic.second_opinion(person.id, reason, now_ms)
            await tx.topics.save(topic)
            await tell_of_topic(tx, self._ids, topic, person.id, now_ms)
            referral_id = self._ids.new()
            await tx.topics.keep_referral(referral_id, topic)
            view = await view_of(tx, topic, person)
            await tx.log.append(second_opinion_asked(topic, referral_id))
        return view

    async def appeal(self, person: Person, topic_id: TopicId, reason: str) -> dict[str, Any]:
        """The creator's, against a rejection: another moderator than the first judges it, once.

        Raises NotFoundError, ConflictError `topic_state`, `already_appealed`.
        """
        reason = check_plea(reason)
        async with self._store.write() as tx:
            topic = (await own_topic(tx, person, topic_id)).appeal(reason, self._clock.now_ms())
            await tx.topics.save(topic)
            await tx.topics.keep_referral(self._ids.new(), topic)
            await tell_of_topic(tx, self._ids, topic, person.id, self._clock.now_ms())
            return await view_of(tx, topic, person)
