"""The figures of shows: the highest of what processes counted, and the sum of the likes that they took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import show_figures, shows
from livecart.domain.figures import Figures
from livecart.domain.ids import ShowId


class SqlFigures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, show: ShowId) -> Figures:
        row = (await self._connection.execute(select(show_figures).where(show_figures.c.show_id == show))).one_or_none()
        return Figures() if row is None else Figures(row.peak_viewers, row.unique_viewers, row.likes)

    async def add(self, told: Mapping[ShowId, Figures]) -> None:
        known = set(await self._connection.scalars(select(shows.c.id).where(shows.c.id.in_(list(told)))))
        # In one order, or two processes could wait for each other's rows.
        rows = [_row(show, figures) for show, figures in sorted(told.items()) if show in known]
        if not rows:
            return
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        statement = make(show_figures)
        old, new = show_figures.c, statement.excluded
        changed = {
            name: case((new[name] > old[name], new[name]), else_=old[name])
            for name in ("peak_viewers", "unique_viewers")
        }
        changed["likes"] = old.likes + new.likes
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["show_id"], set_=changed), rows)


def _row(show: ShowId, figures: Figures) -> dict[str, Any]:
    return {
        "show_id": show,
        "peak_viewers": figures.peak,
        "unique_viewers": figures.unique,
        "likes": figures.likes,
    }
