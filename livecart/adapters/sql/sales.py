"""A seller's orders: those that hold goods of his, with his lines alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.orders import with_lines
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import order_lines, orders, products, variants
from livecart.domain.ids import PersonId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderState
from livecart.services.store import Page
from livecart.services.store_catalog import SalesQuery, ShowSales


class SqlSales:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, query: SalesQuery, page: Page) -> Sequence[Order]:
        theirs = select(variants.c.id).join(products).where(products.c.seller_id == query.seller)
        sold = exists().where(order_lines.c.order_id == orders.c.id, order_lines.c.variant_id.in_(theirs))
        wanted = select(orders).where(sold)
        if query.state is not None:
            wanted = wanted.where(orders.c.state == query.state.value)
        if query.show is not None:
            wanted = wanted.where(orders.c.show_id == query.show)
        rows = (await self._connection.execute(paged(wanted, orders.c.id, page))).all()
        whole = await with_lines(self._connection, rows)
        own = await self._own({line.variant for order in whole for line in order.lines}, query.seller)
        return [_part(order, own) for order in whole]

    async def of_show(self, show: ShowId) -> Sequence[ShowSales]:
        table = orders.c
        query = (
            select(table.currency, func.count(), func.sum(table.total_minor - table.refunded_minor))
            .where(table.show_id == show, table.state.in_([OrderState.PAID, OrderState.FULFILLED]))
            .group_by(table.currency)
            .order_by(table.currency)
        )
        rows = await self._connection.execute(query)
        return [ShowSales(currency, int(number), int(total)) for currency, number, total in rows]

    async def _own(self, among: set[VariantId], seller: PersonId) -> set[str]:
        query = select(variants.c.id).join(products).where(variants.c.id.in_(among), products.c.seller_id == seller)
        return {row.id for row in await self._connection.execute(query)}


def _part(order: Order, own: set[str]) -> Order:
    lines = tuple(line for line in order.lines if line.variant in own)
    return replace(order, lines=lines, total=Money(sum(line.amount_minor for line in lines), order.total.currency))
