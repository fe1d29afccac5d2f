"""What moderators did to shows: warnings to their hosts, stops, closed products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_live import closed_products, host_warnings, show_stops
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId
from livecart.domain.interventions import ClosedProduct, HostWarning, ShowStop
from livecart.domain.show import ShowState

_WARNING = host_warnings.c
_OPEN = shows.c.state != ShowState.ENDED.value


class SqlInterventions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_warning(self, warning: HostWarning) -> None:
        row = {
            "id": warning.id,
            "show_id": warning.show,
            "by_id": warning.by,
            "code": warning.code,
            "text": warning.text,
            "at_ms": warning.at_ms,
            "deadline_ms": warning.deadline_ms,
            "decision_id": warning.decision,
        }
        await self._connection.execute(insert(host_warnings).values(row))

    async def warning(self, show: ShowId, warning: str) -> HostWarning:
        query = select(host_warnings).where(_WARNING.id == warning, _WARNING.show_id == show)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("no such warning in this show")
        return _warning(row)

    async def save_warning(self, warning: HostWarning) -> None:
        values = {
            "acknowledged_at_ms": warning.acknowledged_at_ms,
            "withdrawn_at_ms": warning.withdrawn_at_ms,
            "withdrawn_by_id": warning.withdrawn_by,
        }
        await self._connection.execute(update(host_warnings).where(_WARNING.id == warning.id).values(values))

    async def warnings(self, show: ShowId) -> Sequence[HostWarning]:
        query = select(host_warnings).where(_WARNING.show_id == show).order_by(_WARNING.at_ms, _WARNING.id)
        return [_warning(row) for row in await self._connection.execute(query)]

    async def overdue(self, now_ms: int, limit: int) -> Sequence[HostWarning]:
        query = (
            select(host_warnings)
            .join(shows, shows.c.id == _WARNING.show_id)
            .where(is_overdue(now_ms))
            .order_by(_WARNING.deadline_ms)
            .limit(limit)
        )
        return [_warning(row) for row in await self._connection.execute(query)]

    async def for_topic(self, topic: TopicId) -> Sequence[HostWarning]:
        query = (
            select(host_warnings)
            .join(shows, shows.c.id == _WARNING.show_id)
            .where(shows.c.topic_id == topic, _OPEN)
            .where(_WARNING.decision_id.is_not(None), _WARNING.withdrawn_at_ms.is_(None))
            .order_by(_WARNING.id)
        )
        return [_warning(row) for row in await self._connection.execute(query)]

    async def add_stop(self, stop: ShowStop) -> None:
        row = {"show_id": stop.show, "by_id": stop.by, "code": stop.code, "reason": stop.reason, "at_ms": stop.at_ms}
        await self._connection.execute(insert(show_stops).values(row))

    async def stop(self, show: ShowId) -> ShowStop | None:
        row = (await self._connection.execute(select(show_stops).where(show_stops.c.show_id == show))).one_or_none()
        if row is None:
            return None
        by = None if row.by_id is None else PersonId(row.by_id)
        return ShowStop(ShowId(row.show_id), by, row.code, row.reason, row.at_ms)

    async def open_shows(self, topic: TopicId) -> Sequence[ShowId]:
        query = select(shows.c.id).where(shows.c.topic_id == topic, _OPEN).order_by(shows.c.id)
        return [ShowId(row.id) for row in await self._connection.execute(query)]

    async def close_product(self, closed: ClosedProduct) -> None:
        row = {
            "show_id": closed.show,
            "product_id": closed.product,
            "by_id": closed.by,
            "code": closed.code,
            "reason": closed.reason,
            "at_ms": closed.at_ms,
            "enforced": False,
        }
        await self._connection.execute(insert(closed_products).values(row))

    async def closed_products(self, show: ShowId) -> Sequence[ClosedProduct]:
        query = select(closed_products).where(closed_products.c.show_id == show).order_by(closed_products.c.at_ms)
        return [_closed(row) for row in await self._connection.execute(query)]

    async def unenforced_closures(self, limit: int) -> Sequence[tuple[ShowId, ProductId]]:
        query = select(closed_products).where(~closed_products.c.enforced).order_by(closed_products.c.at_ms)
        rows = await self._connection.execute(query.limit(limit))
        return [(ShowId(row.show_id), ProductId(row.product_id)) for row in rows]

    async def mark_closed(self, show: ShowId, product: ProductId) -> None:
        which = (closed_products.c.show_id == show) & (closed_products.c.product_id == product)
        await self._connection.execute(update(closed_products).where(which).values(enforced=True))


def is_overdue(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Of a warning joined with its show."""
    return and_(_WARNING.deadline_ms <= now_ms, _WARNING.withdrawn_at_ms.is_(None), _OPEN)


def _warning(row: Row[Any]) -> HostWarning:
    return HostWarning(
        id=row.id,
        show=ShowId(row.show_id),
        by=PersonId(row.by_id),
        code=row.code,
        text=row.text,
        at_ms=row.at_ms,
        deadline_ms=row.deadline_ms,
        decision=row.decision_id,
        acknowledged_at_ms=row.acknowledged_at_ms,
        withdrawn_at_ms=row.withdrawn_at_ms,
        withdrawn_by=None if row.withdrawn_by_id is None else PersonId(row.withdrawn_by_id),
    )


def _closed(row: Row[Any]) -> ClosedProduct:
    return ClosedProduct(
        ShowId(row.show_id), ProductId(row.product_id), PersonId(row.by_id), row.code, row.reason, row.at_ms
    )
