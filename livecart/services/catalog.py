"""Goods: add, edit, find, look at. Stock moves elsewhere (services/orders.py); pictures are in services/pictures.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from livecart.domain.catalog import Product, ProductEdit, check_product, edited, raised_floors
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, ProductId, VariantId, may_be_id
from livecart.domain.people import Permission, Person
from livecart.services.ports import Clock
from livecart.services.store import Page, Store, Transaction
from livecart.services.views import bag_view, product_view


class Catalog:
    """`domains`: where a product's link may lead; none: anywhere."""

    def __init__(self, store: Store, clock: Clock, domains: Collection[str] = ()) -> None:
        self._store = store
        self._clock = clock
        self._domains = domains

    async def add(self, person: Person, product: Product) -> dict[str, Any]:
        person.require(Permission.SELL)
        product = check_product(product, self._domains)
        async with self._store.write() as tx:
            await tx.products.add(product)
        return product_view(product)

    async def edit(self, person: Person, product_id: ProductId, edit: ProductEdit) -> dict[str, Any]:
        """Changes everything but stock, pictures and the currency; open shows that sell it are told.

        Orders keep the titles and prices that they were placed with. Raises ConflictError `offer_below_floor` for a
        floor above what an open offer sells for: close that first.
        """
        async with self._store.write() as tx:
            before = await own_product(tx, person, product_id)
            product = edited(before, edit, self._domains)
            if product != before:
                await tx.products.save(product)
                await _keep_offers_above(tx, raised_floors(before, product), self._clock.now_ms())
                await tell_shows(tx, product.id, self._clock.now_ms())
        return product_view(product)

    async def get(self, product: ProductId) -> dict[str, Any]:
        _require_id(product)
        async with self._store.read() as tx:
            return product_view(await tx.products.get(product))

    async def search(
        self, page: Page, *, text: str | None, seller: Person | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Products whose title contains `text`, newest first, with the next cursor. A seller also sees what is not
        on sale, and his floor prices."""
        async with self._store.read() as tx:
            found = await tx.products.search(
                replace(page, limit=page.limit + 1),
                text=text,
                seller=seller.id if seller else None,
                on_sale=seller is None,
            )
        shown = found[: page.limit]
        views = [product_view(product, own=seller is not None) for product in shown]
        return views, shown[-1].id if len(found) > len(shown) else None


async def own_product(tx: Transaction, person: Person, product_id: ProductId) -> Product:
    """Raises ForbiddenError for those who sell nothing, NotFoundError for another's product."""
    person.require(Permission.SELL)
    _require_id(product_id)
    product = await tx.products.get(product_id)
    if product.seller != person.id:
        raise NotFoundError("no such product of yours")
    return product


async def tell_shows(tx: Transaction, product: ProductId, now_ms: int) -> None:
    """Gives every open show that sells the product its bag anew."""
    for show in await tx.shows.selling(product):
        await tx.shows.get(show)
        bag = await tx.shows.bag(show)
        bag = replace(bag, version=bag.version + 1)
        await tx.shows.put_bag(show, bag)
        view = bag_view(bag, list(await tx.products.many(bag.products)))
        await tx.outbox.add(ShowEvent(EventId(f"bag:{show}:{bag.version}"), show, "bag", view, now_ms))


async def _keep_offers_above(tx: Transaction, raised: Collection[VariantId], now_ms: int) -> None:
    """Looks after the variants were written, and so locked: no offer of them is opened meanwhile at another floor."""
    found = await tx.offers.selling(raised, now_ms) if raised else ()
    parts = {line.variant for offer in found for line in offer.lines}
    floors = {
        variant.id: variant.floor_minor or 0
        for product in await tx.products.with_variant(list(parts))
        for variant in product.variants
    }
    for offer in found:
        floor_minor = sum(line.quantity * floors[line.variant] for line in offer.lines)
        if offer.price.amount_minor < floor_minor:
            raise ConflictError(f"the open offer '{offer.title}' sells for less", code="offer_below_floor")


def _require_id(product: ProductId) -> None:
    if not may_be_id(product):
        raise NotFoundError("no such product")
