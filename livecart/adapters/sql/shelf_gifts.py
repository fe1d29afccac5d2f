"""How batches find, lock and write givers and their streaks. A giver's row is the lock of all of his streaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows, insert_rows, update_rows
from livecart.adapters.sql.tables import bans, people, shows
from livecart.adapters.sql.tables_gifts import OPEN, gift_givers, gift_streaks
from livecart.domain.gift import Gift, Streak
from livecart.domain.giver import FOR_GOOD_MS, Giver, GiverKey
from livecart.domain.ids import GiftId, PersonId, ShowId, StreakId
from livecart.domain.money import Money
from livecart.domain.preferences import GiftCap


class GiverShelf:
    """Who has never given anything has an empty row from now on, so that two batches cannot both find none."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Giver]:
        empty = [{"person_id": person, "currency": currency, "day": 0, "spent_minor": 0} for person, currency in keys]
        await insert_new_rows(connection, gift_givers, empty)
        return await givers_of(connection, keys, lock=True)

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Giver | None, Giver]]) -> None:
        await update_rows(connection, gift_givers, (giver_row(giver) for _, giver in changed))


class StreakShelf:
    """Not locked: whoever changes a streak has locked its giver."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Streak]:
        query: Select[Any] = (
            select(gift_streaks, shows.c.creator_id, people.c.display_name)
            .join(shows, shows.c.id == gift_streaks.c.show_id)
            .join(people, people.c.id == gift_streaks.c.sender_id)
            .where(gift_streaks.c.id.in_(keys))
        )
        return map(_streak, await connection.execute(query))

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Streak | None, Streak]]) -> None:
        new = (streak for before, streak in changed if before is None)
        await insert_rows(connection, gift_streaks, ({**_terms_row(streak), **_state_row(streak)} for streak in new))
        moved = (streak for before, streak in changed if before is not None)
        await update_rows(connection, gift_streaks, map(_state_row, moved))


async def givers_of(connection: AsyncConnection, keys: Sequence[GiverKey], *, lock: bool) -> list[Giver]:
    """Those of the givers that have a row, with their open streaks and bans, which are read under their lock."""
    table = gift_givers.c
    query = select(gift_givers).where(tuple_(table.person_id, table.currency).in_(keys))
    query = query.order_by(table.person_id, table.currency)
    rows = (await connection.execute(query.with_for_update() if lock else query)).all()
    givers = {PersonId(row.person_id) for row in rows}
    streaks, banned = await _streaks(connection, givers), await _banned(connection, givers)
    return [_giver(row, streaks[row.person_id, row.currency], banned.get(row.person_id, 0)) for row in rows]


async def _streaks(connection: AsyncConnection, givers: set[PersonId]) -> Mapping[GiverKey, Sequence[StreakId]]:
    table = gift_streaks.c
    query = select(table.id, table.sender_id, table.currency).where(table.sender_id.in_(givers), OPEN)
    found: defaultdict[GiverKey, list[StreakId]] = defaultdict(list)
    for row in await connection.execute(query.order_by(table.id)):
        found[PersonId(row.sender_id), row.currency].append(StreakId(row.id))
    return found


async def _banned(connection: AsyncConnection, givers: set[PersonId]) -> Mapping[str, int]:
    """Until when the longest ban of each lasts that was not lifted."""
    query = select(bans.c.person_id, bans.c.until_ms).where(bans.c.person_id.in_(givers), bans.c.lifted_at_ms.is_(None))
    until: dict[str, int] = {}
    for row in await connection.execute(query):
        ends_ms = FOR_GOOD_MS if row.until_ms is None else row.until_ms
        until[row.person_id] = max(until.get(row.person_id, 0), ends_ms)
    return until


def giver_row(giver: Giver) -> dict[str, Any]:
    return {
        "person_id": giver.person,
        "currency": giver.currency,
        "day": giver.day,
        "spent_minor": giver.spent_minor,
        "cap_minor": giver.cap.minor,
        "next_cap_minor": giver.cap.next_minor,
        "next_day": giver.cap.next_day,
    }


def _giver(row: Any, streaks: Sequence[StreakId], banned_until_ms: int) -> Giver:
    cap = GiftCap(row.cap_minor, row.next_cap_minor, row.next_day)
    person = PersonId(row.person_id)
    return Giver(person, row.currency, cap, row.day, row.spent_minor, tuple(streaks), banned_until_ms)


def _streak(row: Any) -> Streak:
    return Streak(
        id=StreakId(row.id),
        show=ShowId(row.show_id),
        host=PersonId(row.creator_id),
        sender=PersonId(row.sender_id),
        sender_name=row.display_name,
        gift=Gift(GiftId(row.gift), row.name, row.icon, Money(row.price_minor, row.currency)),
        opened_at_ms=row.opened_at_ms,
        ends_at_ms=row.ends_at_ms,
        count=row.gifts,
        sends=row.sends,
        fee_minor=row.fee_minor,
        ended_at_ms=row.ended_at_ms,
    )


def _terms_row(streak: Streak) -> dict[str, Any]:
    return {
        "show_id": streak.show,
        "sender_id": streak.sender,
        "gift": streak.gift.id,
        "name": streak.gift.name,
        "icon": streak.gift.icon,
        "currency": streak.gift.price.currency,
        "price_minor": streak.gift.price.amount_minor,
        "opened_at_ms": streak.opened_at_ms,
    }


def _state_row(streak: Streak) -> dict[str, Any]:
    return {
        "id": streak.id,
        "gifts": streak.count,
        "sends": streak.sends,
        "total_minor": streak.total.amount_minor,
        "fee_minor": streak.fee_minor,
        "ends_at_ms": streak.ends_at_ms,
        "ended_at_ms": streak.ended_at_ms,
    }
