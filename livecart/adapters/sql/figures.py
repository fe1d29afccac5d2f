"""The figures of shows; they only grow, so whoever writes last harms nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import show_figures, shows
from livecart.domain.figures import Figures
from livecart.domain.ids import ShowId

_COLUMNS = ("peak_viewers", "unique_viewers", "likes")


class SqlFigures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, show: ShowId) -> Figures:
        row = (await self._connection.execute(select(show_figures).where(show_figures.c.show_id == show))).one_or_none()
        return Figures() if row is None else Figures(row.peak_viewers, row.unique_viewers, row.likes)

    async def raise_to(self, figures: Mapping[ShowId, Figures]) -> None:
        known = set(await self._connection.scalars(select(shows.c.id).where(shows.c.id.in_(list(figures)))))
        rows = [_row(show, each) for show, each in sorted(figures.items()) if show in known]
        if not rows:
            return
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        statement = make(show_figures)
        old, new = show_figures.c, statement.excluded
        higher = {name: case((new[name] > old[name], new[name]), else_=old[name]) for name in _COLUMNS}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["show_id"], set_=higher), rows)


def _row(show: ShowId, figures: Figures) -> dict[str, Any]:
    return {
        "show_id": show,
        "peak_viewers": figures.peak,
        "unique_viewers": figures.unique,
        "likes": figures.likes,
    }
