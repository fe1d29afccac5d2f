"""Reading orders. Writing them is the group committer's (books.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import order_lines, orders, variants
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import CouponCode, OfferId, OrderId, PaymentId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderLine, OrderState
from livecart.services.store import Page


class SqlOrders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, order: OrderId) -> Order:
        rows = (await self._connection.execute(select(orders).where(orders.c.id == order))).all()
        if not rows:
            raise NotFoundError("no such order")
        return (await with_lines(self._connection, rows))[0]

    async def of(self, buyer: PersonId, page: Page) -> Sequence[Order]:
        query = select(orders).where(orders.c.buyer_id == buyer)
        rows = (await self._connection.execute(paged(query, orders.c.id, page))).all()
        return await with_lines(self._connection, rows)

    async def due(self, now_ms: int, limit: int) -> Sequence[OrderId]:
        query = select(orders.c.id).where(overdue(now_ms)).order_by(orders.c.expires_at_ms).limit(limit)
        return [OrderId(row.id) for row in await self._connection.execute(query)]


def overdue(now_ms: int | ColumnElement[int]) -> ColumnElement[bool]:
    return (orders.c.state == OrderState.RESERVED.value) & (orders.c.expires_at_ms <= now_ms)


async def with_lines(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Order]:
    """The orders of these rows, in their order."""
    if not rows:
        return []
    query = (
        select(order_lines, variants.c.product_id)
        .join(variants)
        .where(order_lines.c.order_id.in_([row.id for row in rows]))
        .order_by(order_lines.c.order_id, order_lines.c.variant_id)
    )
    lines: defaultdict[str, list[OrderLine]] = defaultdict(list)
    for row in await connection.execute(query):
        lines[row.order_id].append(_line(row))
    return [_order(row, tuple(lines[row.id])) for row in rows]


def order_row(order: Order) -> dict[str, Any]:
    """A new order; what only comes later has its default in the table."""
    return {
        "id": order.id,
        "buyer_id": order.buyer,
        "show_id": order.show,
        "state": order.state.value,
        "currency": order.total.currency,
        "total_minor": order.total.amount_minor,
        "created_at_ms": order.created_at_ms,
        "expires_at_ms": order.expires_at_ms,
        "paid_at_ms": order.paid_at_ms,
        "coupon": order.coupon,
        "held": order.held,
    }


def moved_row(order: Order) -> dict[str, Any]:
    """What may change of an order."""
    return {
        "id": order.id,
        "state": order.state.value,
        "paid_at_ms": order.paid_at_ms,
        "payment_id": order.payment,
        "refunded_minor": order.refunded_minor,
        "returned": order.returned,
        "fulfilled_at_ms": order.fulfilled_at_ms,
    }


def line_row(order: OrderId, line: OrderLine) -> dict[str, Any]:
    return {
        "order_id": order,
        "variant_id": line.variant,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "title": line.title,
        "variant_title": line.variant_title,
        "discount_minor": line.discount_minor,
        "offer_id": line.offer,
        "offer_units": line.offer_units,
    }


def _order(row: Row[Any], lines: tuple[OrderLine, ...]) -> Order:
    return Order(
        id=OrderId(row.id),
        buyer=PersonId(row.buyer_id),
        show=None if row.show_id is None else ShowId(row.show_id),
        state=OrderState(row.state),
        lines=lines,
        total=Money(row.total_minor, row.currency),
        created_at_ms=row.created_at_ms,
        expires_at_ms=row.expires_at_ms,
        paid_at_ms=row.paid_at_ms,
        payment=None if row.payment_id is None else PaymentId(row.payment_id),
        refunded_minor=row.refunded_minor,
        returned=bool(row.returned),
        fulfilled_at_ms=row.fulfilled_at_ms,
        coupon=None if row.coupon is None else CouponCode(row.coupon),
        held=row.held,
    )


def _line(row: Any) -> OrderLine:
    return OrderLine(
        VariantId(row.variant_id),
        ProductId(row.product_id),
        row.title,
        row.variant_title,
        row.quantity,
        row.unit_price_minor,
        row.discount_minor,
        None if row.offer_id is None else OfferId(row.offer_id),
        row.offer_units,
    )
