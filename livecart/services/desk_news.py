"""What moderators at their desks are told as it happens: that something in one of their lists has changed.

It is in no log: whoever was away reads the lists again over HTTP, and nobody who is not at a desk is told anything.
"""

from __future__ import annotations

from typing import Literal

from livecart.domain.events import DESK_NEWS, ShowEvent
from livecart.domain.ids import EventId, PersonId
from livecart.domain.show import Show
from livecart.domain.topic import Topic, TopicStatus
from livecart.services.ports import Ids
from livecart.services.store import Transaction

About = Literal["topic", "show", "report"]
CLAIMED = "claimed"


def desk_news(ids: Ids, about: About, subject: str, state: str, by: PersonId, at_ms: int) -> ShowEvent:
    """`by` is who did it, or whom it is about; the name goes to processes and, as an id, to desks alone."""
    data = {"about": about, "id": subject, "state": state, "by": by}
    return ShowEvent(EventId(f"{DESK_NEWS}:{ids.new()}"), None, DESK_NEWS, data, at_ms, by)


async def tell_of_topic(tx: Transaction, ids: Ids, topic: Topic, by: PersonId, at_ms: int) -> None:
    """A draft is nobody's business but its creator's."""
    if topic.status is TopicStatus.DRAFT:
        return
    state = CLAIMED if topic.status is TopicStatus.IN_REVIEW and topic.claim is not None else topic.status.value
    await tx.outbox.add(desk_news(ids, "topic", topic.id, state, by, at_ms))


async def tell_of_show(tx: Transaction, ids: Ids, show: Show, at_ms: int) -> None:
    await tx.outbox.add(desk_news(ids, "show", show.id, show.state.value, show.creator, at_ms))
