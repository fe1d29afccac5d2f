"""Removing decisions whose rows of the moderation log were purged, and taking the words off those that must stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.tables import banned_addresses, bans, shows, topic_decisions, topics
from livecart.adapters.sql.tables_eligibility import creator_applications
from livecart.adapters.sql.tables_live import (
    closed_products,
    host_warnings,
    sanctioned_addresses,
    sanctions,
    show_stops,
)
from livecart.adapters.sql.tables_moderation import moderation_log, topic_referrals, topic_versions
from livecart.adapters.sql.tables_retention import legal_holds
from livecart.domain.show import ShowState
from livecart.domain.topic import TopicStatus


async def forget_decisions(connection: AsyncConnection, before_ms: int) -> int:
    """All that is older, and over; returns how many rows."""
    gone = await _interventions(connection, before_ms)
    gone += await _topics(connection, before_ms)
    gone += await _bans(connection, before_ms)
    gone += await _sanctions(connection, before_ms)
    return gone + await _answers(connection, before_ms)


def _purged(evidence: Any) -> ColumnElement[bool]:
    """Whether no row of the log names this any more."""
    return ~select(moderation_log.c.number).where(moderation_log.c.evidence == evidence).exists()


async def _topics(connection: AsyncConnection, before_ms: int) -> int:
    """Of topics that are there the newest decision stays, without its words: what the topic is follows from it."""
    made, asked, text = topic_decisions.c, topic_referrals.c, topic_versions.c
    other = topic_decisions.alias("other")
    newest = select(func.max(other.c.id)).where(other.c.topic_id == made.topic_id).scalar_subquery()
    old = and_(made.at_ms < before_ms, _purged(literal("topic_decision:") + made.id))
    # A warning that is still there names its decision.
    named = select(host_warnings.c.id).where(host_warnings.c.decision_id == made.id)
    unneeded = made.id != newest, ~named.exists()
    gone = (await connection.execute(delete(topic_decisions).where(old, *unneeded))).rowcount
    blank = update(topic_decisions).where(old, made.reason.is_not(None)).values(reason=None)
    gone += (await connection.execute(blank)).rowcount
    judged = select(topics.c.id).where(topics.c.status != TopicStatus.IN_REVIEW.value)
    pleas = asked.at_ms < before_ms, asked.topic_id.in_(judged), _purged(literal("topic_referral:") + asked.id)
    gone += (await connection.execute(delete(topic_referrals).where(*pleas, ~holds.on_person(asked.by_id)))).rowcount
    # What a topic said once is read with what was decided on it.
    decided = select(made.id).where(made.topic_id == text.topic_id, made.topic_version == text.version)
    held = select(topics.c.id).where(holds.on_person(topics.c.creator_id))
    held_shows = select(shows.c.topic_id).where(holds.on_show(shows.c.id))
    unread = ~decided.exists(), text.topic_id.not_in(held), text.topic_id.not_in(held_shows)
    query = delete(topic_versions).where(text.replaced_at_ms < before_ms, *unread)
    return gone + (await connection.execute(query)).rowcount


async def _bans(connection: AsyncConnection, before_ms: int) -> int:
    banned = bans.c
    over = and_(func.coalesce(banned.lifted_at_ms, banned.until_ms) < before_ms, banned.at_ms < before_ms)
    end = literal("unban:") + banned.person_id + ":" + cast(banned.lifted_at_ms, Text)
    finished = and_(over, _purged(literal("ban:") + banned.id), or_(banned.lifted_at_ms.is_(None), _purged(end)))
    finished = and_(finished, ~holds.on_person(banned.person_id))
    ids = list(await connection.scalars(select(banned.id).where(finished, banned.enforced)))
    await connection.execute(delete(banned_addresses).where(banned_addresses.c.ban_id.in_(ids)))
    await connection.execute(delete(bans).where(banned.id.in_(ids)))
    return len(ids)


async def _sanctions(connection: AsyncConnection, before_ms: int) -> int:
    """Mutes, and bans from one show, that ran out, were lifted, or were for a show that has ended."""
    made = sanctions.c
    show_over = select(shows.c.ended_at_ms).where(shows.c.id == made.show_id).scalar_subquery()
    end_ms = func.coalesce(made.lifted_at_ms, made.until_ms, show_over)
    purged = _purged(literal("sanction:") + made.id), _purged(literal("unsanction:") + made.id)
    free = ~holds.on_person(made.person_id), or_(made.show_id.is_(None), ~holds.on_show(made.show_id))
    over = select(made.id).where(made.at_ms < before_ms, end_ms < before_ms, made.enforced, *purged, *free)
    ids = list(await connection.scalars(over))
    address = sanctioned_addresses
    await connection.execute(delete(address).where(address.c.sanction_id.in_(ids)))
    await connection.execute(delete(sanctions).where(made.id.in_(ids)))
    return len(ids)


async def _interventions(connection: AsyncConnection, before_ms: int) -> int:
    """What was done to shows that have ended."""
    warned, closed = host_warnings.c, closed_products.c
    free: dict[Table, Sequence[ColumnElement[bool]]] = {
        host_warnings: (_purged(literal("warning:") + warned.id), _purged(literal("unwarning:") + warned.id)),
        show_stops: (_purged(literal("stop:") + show_stops.c.show_id),),
        closed_products: (_purged(literal("closed:") + closed.show_id + ":" + closed.product_id), closed.enforced),
    }
    ended = select(shows.c.id).where(shows.c.state == ShowState.ENDED.value, shows.c.ended_at_ms < before_ms)
    gone = 0
    for table, where in free.items():
        made = table.c
        old = made.at_ms < before_ms, made.show_id.in_(ended), ~holds.on_show(made.show_id)
        gone += (await connection.execute(delete(table).where(*old, *where))).rowcount
    return gone


async def _answers(connection: AsyncConnection, before_ms: int) -> int:
    """Applications that were decided, and legal holds that were lifted."""
    asked, held = creator_applications.c, legal_holds.c
    old = asked.decided_at_ms < before_ms, ~holds.on_person(asked.person_id)
    gone = (await connection.execute(delete(creator_applications).where(*old))).rowcount
    purged = _purged(literal("legal_hold:") + held.id), _purged(literal("legal_hold_lifted:") + held.id)
    return gone + (await connection.execute(delete(legal_holds).where(held.lifted_at_ms < before_ms, *purged))).rowcount
