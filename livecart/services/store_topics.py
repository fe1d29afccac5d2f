"""What topic review needs of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from livecart.domain.ids import PersonId, TopicId
from livecart.domain.topic import Topic, TopicStatus
from livecart.services.store import Page


class Topics(Protocol):
    async def add(self, topic: Topic) -> None: ...

    async def get(self, topic: TopicId) -> Topic:
        """Raises NotFoundError. Inside `write` the row stays locked until the end."""
        ...

    async def save(self, topic: Topic) -> None: ...

    async def keep_decision(self, decision_id: str, topic: Topic) -> None:
        """Adds the topic's newest decision; none is ever changed."""
        ...

    async def keep_version(self, topic: Topic, now_ms: int) -> None:
        """Keeps what the topic says before it is saved with another version."""
        ...

    async def keep_referral(self, referral_id: str, topic: Topic) -> None:
        """Adds the topic's newest referral."""
        ...

    async def has_show(self, topic: Topic) -> bool:
        """Whether a show was made of this version."""
        ...

    async def holding_covers(self) -> set[str]:
        """Every cover that a topic has or had, or its show."""
        ...

    async def run_out(self, now_ms: int, limit: int) -> Sequence[TopicId]:
        """Approved topics whose approval has expired."""
        ...

    async def search(
        self,
        page: Page,
        *,
        creator: PersonId | None = None,
        statuses: Sequence[TopicStatus] = (),
        categories: Sequence[str] | None = None,
    ) -> Sequence[Topic]:
        """`categories` None: whatever they are about."""
        ...
