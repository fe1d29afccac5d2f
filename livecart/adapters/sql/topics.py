"""Topics, the goods named in them, and what moderators decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import shows, topic_decisions, topic_products, topics
from livecart.adapters.sql.tables_moderation import topic_referrals, topic_versions
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ProductId, TopicId
from livecart.domain.topic import Claim, Decision, Referral, ReferralKind, Topic, TopicStatus, TopicText
from livecart.services.store import Page


class SqlTopics:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def add(self, topic: Topic) -> None:
        await self._connection.execute(insert(topics).values(id=topic.id, **_columns(topic)))
        await self._put_products(topic)

    async def get(self, topic: TopicId) -> Topic:
        query = select(topics).where(topics.c.id == topic)
        if self._lock:
            query = query.with_for_update()
        rows = (await self._connection.execute(query)).all()
        if not rows:
            raise NotFoundError("no such topic")
        return (await self._whole(rows))[0]

    async def save(self, topic: Topic) -> None:
        await self._connection.execute(update(topics).where(topics.c.id == topic.id).values(**_columns(topic)))
        await self._connection.execute(delete(topic_products).where(topic_products.c.topic_id == topic.id))
        await self._put_products(topic)

    async def keep_decision(self, decision_id: str, topic: Topic) -> None:
        """Appends the topic's newest decision; rows of this table are never changed."""
        decision = topic.decision
        assert decision is not None
        row = {
            "id": decision_id,
            "topic_id": topic.id,
            "topic_version": topic.version,
            "moderator_id": decision.moderator,
            "status": decision.status.value,
            "code": decision.code,
            "reason": decision.reason,
            "at_ms": decision.at_ms,
        }
        await self._connection.execute(insert(topic_decisions).values(row))

    async def keep_version(self, topic: Topic, now_ms: int) -> None:
        row = {
            "topic_id": topic.id,
            "version": topic.version,
            "title": topic.text.title,
            "category": topic.text.category,
            "summary": topic.text.summary,
            "language": topic.text.language,
            "planned_at_ms": topic.text.planned_at_ms,
            "products": msgspec.json.encode(topic.text.products).decode(),
            "cover": topic.text.cover,
            "replaced_at_ms": now_ms,
        }
        await self._connection.execute(insert(topic_versions).values(row))

    async def keep_referral(self, referral_id: str, topic: Topic) -> None:
        asked = topic.referrals[-1]
        row = {
            "id": referral_id,
            "topic_id": topic.id,
            "topic_version": topic.version,
            "kind": asked.kind.value,
            "by_id": asked.by,
            "barred_id": asked.barred,
            "text": asked.text,
            "at_ms": asked.at_ms,
        }
        await self._connection.execute(insert(topic_referrals).values(row))

    async def has_show(self, topic: Topic) -> bool:
        query = select(shows.c.id).where(shows.c.topic_id == topic.id, shows.c.topic_version == topic.version)
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def run_out(self, now_ms: int, limit: int) -> Sequence[TopicId]:
        approved = topics.c.status == TopicStatus.APPROVED.value
        query = select(topics.c.id).where(approved, topics.c.expires_at_ms <= now_ms).order_by(topics.c.id).limit(limit)
        return [TopicId(found) for found in await self._connection.scalars(query)]

    async def search(
        self,
        page: Page,
        *,
        creator: PersonId | None = None,
        statuses: Sequence[TopicStatus] = (),
        categories: Sequence[str] | None = None,
    ) -> Sequence[Topic]:
        query = select(topics)
        if creator is not None:
            query = query.where(topics.c.creator_id == creator)
        if statuses:
            query = query.where(topics.c.status.in_([status.value for status in statuses]))
        if categories is not None:
            query = query.where(topics.c.category.in_(categories))
        rows = (await self._connection.execute(paged(query, topics.c.id, page))).all()
        return await self._whole(rows)

    async def holding_covers(self) -> set[str]:
        found: set[str] = set()
        for column in (topics.c.cover, topic_versions.c.cover, shows.c.cover):
            found |= set((await self._connection.scalars(select(column).where(column.is_not(None)).distinct())).all())
        return found

    async def _put_products(self, topic: Topic) -> None:
        rows = [
            {"topic_id": topic.id, "product_id": product, "position": position}
            for position, product in enumerate(topic.text.products)
        ]
        if rows:
            await self._connection.execute(insert(topic_products), rows)

    async def _whole(self, rows: Sequence[Row[Any]]) -> list[Topic]:
        """The rows with their goods, newest decisions and referrals: three queries, however many rows."""
        ids = [row.id for row in rows]
        products: dict[str, list[ProductId]] = {key: [] for key in ids}
        for link in await self._connection.execute(
            select(topic_products).where(topic_products.c.topic_id.in_(ids)).order_by(topic_products.c.position)
        ):
            products[link.topic_id].append(ProductId(link.product_id))
        decisions: dict[str, Decision] = {}
        for made in await self._connection.execute(
            select(topic_decisions)
            .where(topic_decisions.c.topic_id.in_(ids))
            .order_by(topic_decisions.c.at_ms, topic_decisions.c.id)
        ):
            decisions[made.topic_id] = _decision(made)
        referrals = await self._referrals(ids)
        return [
            replace(
                _topic(row, tuple(products[row.id]), decisions.get(row.id)),
                referrals=tuple(asked for version, asked in referrals.get(row.id, ()) if version == row.version),
            )
            for row in rows
        ]

    async def _referrals(self, topic_ids: Sequence[str]) -> dict[str, list[tuple[int, Referral]]]:
        """By topic, each with the version that it was about."""
        table = topic_referrals.c
        query = select(topic_referrals).where(table.topic_id.in_(topic_ids)).order_by(table.at_ms, table.id)
        found: dict[str, list[tuple[int, Referral]]] = {}
        for row in await self._connection.execute(query):
            asked = Referral(ReferralKind(row.kind), PersonId(row.by_id), PersonId(row.barred_id), row.text, row.at_ms)
            found.setdefault(row.topic_id, []).append((row.topic_version, asked))
        return found


def _columns(topic: Topic) -> dict[str, Any]:
    claim = topic.claim
    return {
        "creator_id": topic.creator,
        "version": topic.version,
        "status": topic.status.value,
        "title": topic.text.title,
        "category": topic.text.category,
        "summary": topic.text.summary,
        "language": topic.text.language,
        "planned_at_ms": topic.text.planned_at_ms,
        "cover": topic.text.cover,
        "created_at_ms": topic.created_at_ms,
        "submitted_at_ms": topic.submitted_at_ms,
        "claimed_by": claim.moderator if claim else None,
        "claimed_until_ms": claim.until_ms if claim else None,
        "expires_at_ms": topic.expires_at_ms,
    }


def _topic(row: Row[Any], products: tuple[ProductId, ...], decision: Decision | None) -> Topic:
    text = TopicText(row.title, row.category, row.summary, row.language, row.planned_at_ms, products, row.cover)
    claim = Claim(PersonId(row.claimed_by), row.claimed_until_ms) if row.claimed_by else None
    return Topic(
        id=TopicId(row.id),
        creator=PersonId(row.creator_id),
        version=row.version,
        status=TopicStatus(row.status),
        text=text,
        created_at_ms=row.created_at_ms,
        submitted_at_ms=row.submitted_at_ms,
        claim=claim,
        # One that was taken back is none.
        decision=None if decision is None or decision.status is TopicStatus.IN_REVIEW else decision,
        expires_at_ms=row.expires_at_ms,
    )


def _decision(row: Row[Any]) -> Decision:
    return Decision(TopicStatus(row.status), PersonId(row.moderator_id), row.at_ms, row.code, row.reason)
