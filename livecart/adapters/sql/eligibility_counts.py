"""What the rules of eligibility count of a person, from what the shop has recorded; formulas in docs/moderation.md."""

from __future__ import annotations

from typing import Any, assert_never

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import bans, follows, orders, people, shows, topics
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.domain.eligibility import Measure
from livecart.domain.ids import PersonId
from livecart.domain.people import Role
from livecart.domain.show import ShowState
from livecart.domain.topic import TopicStatus

_DAY_MS = 24 * 3600 * 1000
# Kinds of rulings, as text: the log may have some that this version does not write.
STOPPED = ("show.ended", "show.stopped")
STRIKES = ("person.banned", "person.muted", *STOPPED)
_STAFF = (Role.MODERATOR.value, Role.ADMIN.value)
_POSTED = (TopicStatus.IN_REVIEW.value, TopicStatus.APPROVED.value, TopicStatus.EXPIRED.value)


async def count(
    connection: AsyncConnection, measure: Measure, person: PersonId, since_ms: int, now_ms: int
) -> int | None:
    async def number(query: Select[Any]) -> int:
        return int((await connection.execute(query)).scalar_one() or 0)

    match measure:
        case Measure.FOLLOWERS:
            return await number(select(func.count()).select_from(follows).where(follows.c.followed_id == person))
        case Measure.ACCOUNT_AGE_DAYS:
            made_ms = await number(select(people.c.created_at_ms).where(people.c.id == person))
            return max(0, now_ms - made_ms) // _DAY_MS
        case Measure.POSTS:
            return await number(_topics(person, since_ms)) + await number(_shows(person, since_ms))
        case Measure.STRIKES:
            return await number(_strikes(person, since_ms))
        case Measure.QUALITY:
            row = (await connection.execute(_shown(person, since_ms))).one()
            sold = (await connection.execute(_sold(person, since_ms))).one()
            return quality(row.shows, row.stopped or 0, sold.orders, sold.refunded or 0)
        case _:
            assert_never(measure)


def quality(shows_: int, stopped: int, orders_: int, refunded: int) -> int | None:
    """Percent, rounded down: shows that staff did not stop, times orders of which nothing was refunded."""
    if not shows_ and not orders_:
        return None
    clean, kept = shows_ - stopped if shows_ else 1, orders_ - refunded if orders_ else 1
    return 100 * clean * kept // ((shows_ or 1) * (orders_ or 1))


def _topics(person: PersonId, since_ms: int) -> Select[Any]:
    own = topics.c.creator_id == person, topics.c.submitted_at_ms >= since_ms
    return select(func.count()).select_from(topics).where(*own, topics.c.status.in_(_POSTED))


def _shows(person: PersonId, since_ms: int) -> Select[Any]:
    own = shows.c.creator_id == person, shows.c.started_at_ms >= since_ms
    return select(func.count()).select_from(shows).where(*own)


def _by_staff() -> Any:
    """What a host or his assistant decides in their own room is no strike."""
    staff = select(people.c.id).where(people.c.role.in_(_STAFF))
    return or_(moderation_log.c.by_id.is_(None), moderation_log.c.by_id.in_(staff))


def _strikes(person: PersonId, since_ms: int) -> Select[Any]:
    table = moderation_log.c
    lifted = select(bans.c.id).where(
        bans.c.person_id == person, bans.c.lifted_at_ms.is_not(None), table.evidence == "ban:" + bans.c.id
    )
    about = table.person_id == person, table.at_ms >= since_ms, table.kind.in_(STRIKES)
    return select(func.count()).select_from(moderation_log).where(*about, _by_staff(), ~lifted.exists())


def _shown(person: PersonId, since_ms: int) -> Any:
    """Shows that were live and have ended, and how many of them staff ended."""
    table = moderation_log.c
    ruled = select(table.number).where(table.subject == "show:" + shows.c.id, table.kind.in_(STOPPED), _by_staff())
    own = and_(
        shows.c.creator_id == person,
        shows.c.state == ShowState.ENDED.value,
        shows.c.started_at_ms.is_not(None),
        shows.c.ended_at_ms >= since_ms,
    )
    stopped = func.sum(case((ruled.exists(), 1), else_=0)).label("stopped")
    return select(func.count().label("shows"), stopped).select_from(shows).where(own)


def _sold(person: PersonId, since_ms: int) -> Any:
    """Orders paid in his shows, and how many of them got money back."""
    refunded = func.sum(case((orders.c.refunded_minor > 0, 1), else_=0)).label("refunded")
    return (
        select(func.count().label("orders"), refunded)
        .select_from(orders.join(shows, shows.c.id == orders.c.show_id))
        .where(shows.c.creator_id == person, orders.c.paid_at_ms >= since_ms)
    )
