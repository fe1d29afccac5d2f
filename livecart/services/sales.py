"""What a seller sold: his part of each order, newest first, as a list and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.currency import in_major_units
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderState
from livecart.domain.people import Permission, Person
from livecart.services.store import Page, Store
from livecart.services.store_catalog import SalesQuery
from livecart.services.views import person_view, rfc3339
from livecart.services.views_commerce import order_view

# How many orders are read at a time for a file.
EXPORTED_AT_ONCE = 500
COLUMNS = (
    "order",
    "state",
    "ordered_at",
    "paid_at",
    "show",
    "buyer",
    "product",
    "variant",
    "quantity",
    "currency",
    "unit_price",
    "unit_price_minor",
    "discount",
    "discount_minor",
    "amount",
    "amount_minor",
)


class Sales:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(
        self, person: Person, page: Page, *, state: OrderState | None, show: ShowId | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Orders that hold the person's goods, without other sellers' lines, and the next cursor."""
        found, buyers = await self._page(_query(person, state, show), replace(page, limit=page.limit + 1))
        shown = found[: page.limit]
        views = [{**order_view(order), "buyer": person_view(buyers[order.buyer])} for order in shown]
        return views, shown[-1].id if len(found) > len(shown) else None

    async def proceeds(self, person: Person) -> list[dict[str, Any]]:
        """What the person's goods and gifts brought, less the shop's share and refunds: an amount for each currency.

        These may be more than Money holds.
        """
        async with self._store.read() as tx:
            accounts = await tx.wallets.proceeds(person.id)
        return [{"amount_minor": each.balance_minor, "currency": each.currency} for each in accounts]

    def export(
        self, person: Person, *, state: OrderState | None, show: ShowId | None
    ) -> AsyncIterator[list[tuple[str, ...]]]:
        """All of them, a row for each line under COLUMNS, some at a time: a long list never stands in memory whole."""
        return self._rows(_query(person, state, show))

    async def _rows(self, query: SalesQuery) -> AsyncIterator[list[tuple[str, ...]]]:
        page = Page(EXPORTED_AT_ONCE)
        while True:
            found, buyers = await self._page(query, page)
            yield [row for order in found for row in _rows_of(order, buyers[order.buyer])]
            if len(found) < page.limit:
                return
            page = replace(page, after=found[-1].id)

    async def _page(self, query: SalesQuery, page: Page) -> tuple[Sequence[Order], dict[PersonId, Person]]:
        async with self._store.read() as tx:
            found = await tx.sales.of(query, page)
            return found, await tx.people.many([order.buyer for order in found])


def _query(person: Person, state: OrderState | None, show: ShowId | None) -> SalesQuery:
    person.require(Permission.SELL)
    return SalesQuery(person.id, state, show)


def _rows_of(order: Order, buyer: Person) -> list[tuple[str, ...]]:
    currency = order.total.currency
    about = (order.id, order.state.value, rfc3339(order.created_at_ms) or "", rfc3339(order.paid_at_ms) or "")
    return [
        (
            *about,
            order.show or "",
            buyer.handle,
            line.title,
            line.variant_title,
            str(line.quantity),
            currency,
            in_major_units(Money(line.unit_price_minor, currency)),
            str(line.unit_price_minor),
            in_major_units(Money(line.discount_minor, currency)),
            str(line.discount_minor),
            in_major_units(Money(line.amount_minor, currency)),
            str(line.amount_minor),
        )
        for line in order.lines
    ]
