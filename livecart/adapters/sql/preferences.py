"""What people chose for themselves, and the news that they do not want told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables_catalog import person_settings
from livecart.domain.ids import PersonId
from livecart.domain.news import Bought, News
from livecart.domain.preferences import Preferences


class SqlPreferences:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person: PersonId) -> Preferences:
        query = select(person_settings.c.show_my_purchases).where(person_settings.c.person_id == person)
        row = (await self._connection.execute(query)).one_or_none()
        return Preferences() if row is None else Preferences(row.show_my_purchases)

    async def put(self, person: PersonId, preferences: Preferences) -> None:
        chosen = {"show_my_purchases": preferences.show_my_purchases}
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        row = insert(person_settings).values(person_id=person, **chosen)
        await self._connection.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=chosen))


async def without_the_discreet(connection: AsyncConnection, told: Sequence[News]) -> list[News]:
    """The news but for purchases of those who do not want them shown. Asked at the commit, so that it holds at once."""
    buyers = {news.order.buyer for news in told if isinstance(news, Bought)}
    if not buyers:
        return list(told)
    query = select(person_settings.c.person_id).where(
        person_settings.c.person_id.in_(buyers), person_settings.c.show_my_purchases.is_(False)
    )
    discreet = {row.person_id for row in await connection.execute(query)}
    return [news for news in told if not (isinstance(news, Bought) and news.order.buyer in discreet)]
