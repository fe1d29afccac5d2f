"""What a moderator is told of a topic besides its text: the machine's notes, and the policy of its category."""

from __future__ import annotations

from typing import Any

from livecart.domain.annotating import annotate
from livecart.domain.taxonomy import TAXONOMY
from livecart.domain.topic import Topic, TopicStatus
from livecart.services.store import Page, Transaction

# So many of the newest rejections are compared; each costs about half a millisecond.
COMPARED_MAX = 50
SOON_MS = 2 * 3600 * 1000


async def annotations_of(tx: Transaction, topic: Topic, now_ms: int) -> list[dict[str, Any]]:
    goods = await tx.products.many(topic.text.products)
    rejected = await tx.topics.search(Page(COMPARED_MAX), statuses=[TopicStatus.REJECTED])
    alike = [other for other in rejected if other.text.category == topic.text.category]
    notes = annotate(topic, [product.title for product in goods], alike, now_ms + SOON_MS)
    return [{"kind": note.kind.value, "rule": note.rule, "where": note.where, "found": note.found} for note in notes]


def category_views() -> list[dict[str, Any]]:
    """Every category with its policy, in one order."""
    return [
        {
            "key": category.key,
            "version": category.version,
            "policy": category.policy,
            "restricted": list(category.restricted),
            "group": category.group,
        }
        for category in TAXONOMY.values()
    ]
