"""Reading gifts, and the cap that somebody sets. The group committer writes all else (shelf_gifts.py)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import update_rows
from livecart.adapters.sql.shelf_gifts import GiverShelf, giver_row, givers_of
from livecart.adapters.sql.tables_gifts import OPEN, gift_givers, gift_streaks
from livecart.domain.giver import Giver, GiverKey
from livecart.domain.ids import PersonId, ShowId, StreakId
from livecart.services.store_gifts import GiftIncome


class SqlGifts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def giver(self, person: PersonId, currency: str) -> Giver:
        found = await givers_of(self._connection, [(person, currency)], lock=False)
        return found[0] if found else Giver(person, currency)

    async def locked(self, person: PersonId, currency: str) -> Giver:
        (giver,) = await GiverShelf().load(self._connection, [(person, currency)])
        return giver

    async def put(self, giver: Giver) -> None:
        await update_rows(self._connection, gift_givers, [giver_row(giver)])

    async def due(self, now_ms: int, limit: int) -> Sequence[tuple[StreakId, GiverKey]]:
        table = gift_streaks.c
        query = select(table.id, table.sender_id, table.currency).where(streak_is_over(now_ms))
        rows = await self._connection.execute(query.order_by(table.ends_at_ms).limit(limit))
        return [(StreakId(row.id), (PersonId(row.sender_id), row.currency)) for row in rows]

    async def income(self, show: ShowId) -> Sequence[GiftIncome]:
        table = gift_streaks.c
        query = (
            select(
                table.currency,
                func.sum(table.gifts).label("gifts"),
                func.sum(table.total_minor).label("total"),
                func.sum(table.fee_minor).label("fees"),
            )
            .where(table.show_id == show, table.ended_at_ms.is_not(None))
            .group_by(table.currency)
            .order_by(table.currency)
        )
        rows = await self._connection.execute(query)
        return [GiftIncome(row.currency, int(row.gifts), int(row.total), int(row.fees)) for row in rows]


def streak_is_over(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    return and_(OPEN, gift_streaks.c.ends_at_ms <= now_ms)
