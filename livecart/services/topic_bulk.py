"""Many topics decided with one reason: near-duplicates of one another, each with its own row of the log, or refused for
its own reason. One that was decided or edited meanwhile keeps nobody from deciding the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from livecart.domain.annotating import near_duplicates
from livecart.domain.errors import InvalidError, LivecartError
from livecart.domain.ids import TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.topic import TopicStatus, TopicStep, check_reason
from livecart.services.store import Page, Store
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview, view_of, visible_topic

AT_ONCE = 50
# So many of those that wait longest are compared.
COMPARED_MAX = 200
STEPS = (TopicStep.APPROVE, TopicStep.REJECT, TopicStep.REQUEST_CHANGES)


@dataclass(frozen=True, slots=True)
class BulkWish:
    """`topics`: each with the version that was read, or None for whatever it says now. An approval needs no ground."""

    step: TopicStep
    topics: Sequence[tuple[TopicId, int | None]]
    code: str | None = None
    reason: str | None = None


class TopicBulk:
    """Results are in the order asked for: `{id, topic}`, or `{id, error: {code, message, errors?}}`."""

    def __init__(self, store: Store, topics: TopicReview, looks: SecondLooks) -> None:
        self._store = store
        self._topics = topics
        self._looks = looks

    async def similar(self, person: Person, topic_id: TopicId) -> list[dict[str, Any]]:
        """What waits and says nearly the same, whoever wrote it. Raises NotFoundError, ForbiddenError."""
        person.require(Permission.REVIEW_TOPIC)
        async with self._store.read() as tx:
            topic = await visible_topic(tx, person, topic_id)
            waiting = await tx.topics.search(Page(COMPARED_MAX, oldest_first=True), statuses=[TopicStatus.IN_REVIEW])
            found = [other for other in near_duplicates(topic, waiting) if other.creator != person.id]
            return [await view_of(tx, other, person) for other in found[:AT_ONCE]]

    async def decide(self, person: Person, wish: BulkWish) -> list[dict[str, Any]]:
        """Raises ForbiddenError, InvalidError; what is wrong with one topic stands in its result."""
        person.require(Permission.REVIEW_TOPIC)
        _require_few([topic for topic, _ in wish.topics])
        if wish.step not in STEPS:
            raise InvalidError("this is no decision", fields={"decision": f"one of {', '.join(STEPS)}"})
        code, reason = wish.code or "", wish.reason or ""
        if wish.step is not TopicStep.APPROVE:
            check_reason(code, reason)

        def decided(topic: TopicId, version: int | None) -> Awaitable[dict[str, Any]]:
            match wish.step:
                case TopicStep.APPROVE:
                    return self._topics.approve(person, topic, version)
                case TopicStep.REJECT:
                    return self._topics.reject(person, topic, code, reason, version)
                case _:
                    return self._topics.request_changes(person, topic, code, reason, version)

        return [await _result(topic, decided(topic, version)) for topic, version in wish.topics]

    async def undo(self, person: Person, topics: Sequence[TopicId]) -> list[dict[str, Any]]:
        """Takes one's own decisions back, each within its time. Raises ForbiddenError, InvalidError."""
        person.require(Permission.REVIEW_TOPIC)
        _require_few(topics)
        return [await _result(topic, self._looks.undo(person, topic)) for topic in topics]


async def _result(topic: TopicId, act: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"id": topic, "topic": await act}
    except LivecartError as error:
        told: dict[str, Any] = {"code": error.code, "message": error.message}
        fields = getattr(error, "fields", None)
        return {"id": topic, "error": told | ({"errors": fields} if fields else {})}


def _require_few(topics: Sequence[TopicId]) -> None:
    if not 1 <= len(topics) <= AT_ONCE or len(set(topics)) != len(topics):
        raise InvalidError("the topics are not valid", fields={"topics": f"1 to {AT_ONCE}, each once"})
