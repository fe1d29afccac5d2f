"""Which key for encoders is good in which show."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables_stream_keys import stream_keys
from livecart.domain.ids import ShowId
from livecart.domain.stream_key import StreamKey


class SqlStreamKeys:
    """Whoever changes one has locked its show."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, show: ShowId) -> StreamKey:
        query = select(stream_keys).where(stream_keys.c.show_id == show)
        row = (await self._connection.execute(query)).one_or_none()
        return StreamKey(show) if row is None else StreamKey(show, row.number, row.made_at_ms, row.session)

    async def save(self, key: StreamKey) -> None:
        values = {"number": key.number, "made_at_ms": key.made_at_ms, "session": key.session}
        changed = update(stream_keys).where(stream_keys.c.show_id == key.show).values(values)
        if not (await self._connection.execute(changed)).rowcount:
            await self._connection.execute(insert(stream_keys).values(show_id=key.show, **values))
