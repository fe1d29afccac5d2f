"""What a moderator is told of a topic besides its text: the machine's notes."""

from __future__ import annotations

from typing import Any

from livecart.domain.annotating import annotate
from livecart.domain.topic import Topic, TopicStatus
from livecart.services.store import Page, Transaction

# So many of the newest rejections are compared; each costs about half a millisecond.
COMPARED_MAX = 50
SOON_MS = 2 * 3600 * 1000


async def annotations_of(tx: Transaction, topic: Topic, now_ms: int) -> list[dict[str, Any]]:
    goods = await tx.products.many(topic.text.products)
    rejected = await tx.topics.search(Page(COMPARED_MAX), statuses=[TopicStatus.REJECTED])
    alike = [other for other in rejected if other.text.category == topic.text.category]
    titles, taxonomy = [product.title for product in goods], await tx.taxonomy.current()
    notes = annotate(topic, titles, alike, now_ms + SOON_MS, taxonomy)
    return [{"kind": note.kind.value, "rule": note.rule, "where": note.where, "found": note.found} for note in notes]
