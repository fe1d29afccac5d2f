"""Taking a topic's approval back, also while a show of it is on. What becomes of its shows: topic_follow_up.py."""

from __future__ import annotations

from typing import Any

from livecart.domain.ids import TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import topic_decided
from livecart.domain.topic import Decision, TopicStatus, check_reason
from livecart.services.ports import Clock, Ids
from livecart.services.store import Store
from livecart.services.topic_follow_up import follow
from livecart.services.topics import require_version, view_of, visible_topic


class Revocations:
    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def revoke(
        self, person: Person, topic_id: TopicId, code: str, reason: str, version: int | None = None
    ) -> dict[str, Any]:
        """Takes an approval back, for as long as it holds, and stops the topic's open shows.

        Raises NotFoundError, ForbiddenError `own_topic`, InvalidError, ConflictError `topic_state`, `topic_changed`.
        """
        person.require(Permission.REVIEW_TOPIC)
        reason = check_reason(code, reason)
        async with self._store.write() as tx:
            topic = await visible_topic(tx, person, topic_id)
            made = Decision(TopicStatus.REJECTED, person.id, self._clock.now_ms(), code, reason)
            revoked = topic.revoke(made)
            require_version(topic, version)
            await tx.topics.save(revoked)
            decision_id = self._ids.new()
            await tx.topics.keep_decision(decision_id, revoked)
            view = await view_of(tx, revoked, person)
            for ruling in [topic_decided(revoked, decision_id), *await follow(tx, self._ids, revoked, decision_id)]:
                await tx.log.append(ruling)
        return view
