"""Goods: add, find, look at. Stock moves elsewhere (services/orders.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livecart.domain.catalog import Product, check_product
from livecart.domain.ids import ProductId
from livecart.domain.people import Permission, Person
from livecart.services.store import Page, Store
from livecart.services.views import product_view


class Catalog:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, person: Person, product: Product) -> dict[str, Any]:
        person.require(Permission.SELL)
        product = check_product(product)
        async with self._store.write() as tx:
            await tx.products.add(product)
        return product_view(product)

    async def get(self, product: ProductId) -> dict[str, Any]:
        async with self._store.read() as tx:
            return product_view(await tx.products.get(product))

    async def search(
        self, page: Page, *, text: str | None, seller: Person | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Products whose title contains `text`, newest first, with the next cursor."""
        async with self._store.read() as tx:
            found = await tx.products.search(
                replace(page, limit=page.limit + 1), text=text, seller=seller.id if seller else None
            )
        shown = found[: page.limit]
        return [product_view(product) for product in shown], shown[-1].id if len(found) > len(shown) else None
