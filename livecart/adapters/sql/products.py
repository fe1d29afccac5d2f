"""Products and variants. Counting what is reserved and sold is not here: that is the group committer's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows, update_rows
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import products, stock_movements, variants
from livecart.adapters.sql.tables_catalog import variant_prices
from livecart.domain.catalog import Product, Variant
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.domain.money import Money
from livecart.services.store import Page


class SqlProducts:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def add(self, product: Product) -> None:
        """Keeps the product with its first stock, which is a movement like any other."""
        await self._connection.execute(
            insert(products).values(
                id=product.id,
                seller_id=product.seller,
                currency=product.currency,
                created_at_ms=product.created_at_ms,
                **_editable(product),
            )
        )
        await self._connection.execute(
            insert(variants),
            [_variant_row(product.id, position, variant) for position, variant in enumerate(product.variants)],
        )
        await insert_rows(self._connection, variant_prices, _price_rows(product))
        received = [
            {
                "variant_id": variant.id,
                "kind": "received",
                "quantity": variant.stock,
                "cause": f"product:{product.id}",
                "at_ms": product.created_at_ms,
            }
            for variant in product.variants
            if variant.stock
        ]
        if received:
            await self._connection.execute(insert(stock_movements), received)

    async def save(self, product: Product) -> None:
        """Stock is left alone, though it may have moved since the product was read."""
        await self._connection.execute(update(products).where(products.c.id == product.id).values(**_editable(product)))
        query = select(variants.c.id).where(variants.c.product_id == product.id).order_by(variants.c.id)
        # In the order in which batches lock them.
        there = {row.id for row in await self._connection.execute(query.with_for_update(key_share=True))}
        placed = list(enumerate(product.variants))
        added = (_variant_row(product.id, position, variant) for position, variant in placed if variant.id not in there)
        await insert_rows(self._connection, variants, added)
        changed = (
            {
                "id": variant.id,
                "position": position,
                "title": variant.title,
                "price_minor": variant.price_minor,
                "floor_minor": variant.floor_minor,
            }
            for position, variant in placed
            if variant.id in there
        )
        await update_rows(self._connection, variants, changed)
        await self._connection.execute(delete(variant_prices).where(variant_prices.c.variant_id.in_(there)))
        await insert_rows(self._connection, variant_prices, _price_rows(product))

    async def get(self, product: ProductId) -> Product:
        query = select(products).where(products.c.id == product)
        if self._lock:
            # Not against those who only refer to it: orders and bags.
            query = query.with_for_update(key_share=True)
        found = await self._whole((await self._connection.execute(query)).all())
        if not found:
            raise NotFoundError("no such product")
        return found[0]

    async def many(self, ids: Sequence[ProductId]) -> Sequence[Product]:
        rows = (await self._connection.execute(select(products).where(products.c.id.in_(set(ids))))).all()
        found = {product.id: product for product in await self._whole(rows)}
        return [found[key] for key in ids if key in found]

    async def with_variant(self, ids: Sequence[VariantId]) -> Sequence[Product]:
        of_these = select(variants.c.product_id).where(variants.c.id.in_(ids))
        query = select(products).where(products.c.id.in_(of_these))
        return await self._whole((await self._connection.execute(query)).all())

    async def search(
        self, page: Page, *, text: str | None = None, seller: PersonId | None = None, on_sale: bool = False
    ) -> Sequence[Product]:
        query = select(products)
        if text:
            query = query.where(products.c.title.icontains(text, autoescape=True))
        if seller is not None:
            query = query.where(products.c.seller_id == seller)
        if on_sale:
            query = query.where(products.c.on_sale)
        return await self._whole((await self._connection.execute(paged(query, products.c.id, page))).all())

    async def holding_images(self) -> AsyncIterator[str]:
        query = select(products.c.images).where(products.c.images != "[]")
        async with self._connection.stream(query) as rows:
            async for row in rows:
                for image in msgspec.json.decode(row.images, type=list[str]):
                    yield image

    async def _whole(self, rows: Sequence[Row[Any]]) -> list[Product]:
        ids = [row.id for row in rows]
        in_them = variants.c.product_id.in_(ids)
        prices: defaultdict[str, list[Money]] = defaultdict(list)
        query = select(variant_prices).join(variants).where(in_them).order_by(variant_prices.c.currency)
        for row in await self._connection.execute(query):
            prices[row.variant_id].append(Money(row.price_minor, row.currency))
        of: defaultdict[str, list[Variant]] = defaultdict(list)
        for row in await self._connection.execute(select(variants).where(in_them).order_by(variants.c.position)):
            of[row.product_id].append(_variant(row, tuple(prices[row.id])))
        return [_product(row, tuple(of[row.id])) for row in rows]


def _editable(product: Product) -> dict[str, Any]:
    return {
        "title": product.title,
        "url": product.url,
        "images": msgspec.json.encode(product.images).decode(),
        "on_sale": product.on_sale,
    }


def _price_rows(product: Product) -> Iterable[dict[str, Any]]:
    for variant in product.variants:
        for money in variant.prices:
            yield {"variant_id": variant.id, "currency": money.currency, "price_minor": money.amount_minor}


def _variant_row(product: ProductId, position: int, variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "product_id": product,
        "position": position,
        "title": variant.title,
        "price_minor": variant.price_minor,
        "floor_minor": variant.floor_minor,
        "stock": variant.stock,
        "reserved": variant.reserved,
        "sold": variant.sold,
        "version": variant.version,
    }


def _variant(row: Row[Any], prices: tuple[Money, ...]) -> Variant:
    return Variant(
        id=VariantId(row.id),
        title=row.title,
        price_minor=row.price_minor,
        stock=row.stock,
        reserved=row.reserved,
        sold=row.sold,
        version=row.version,
        invited=row.invited,
        floor_minor=row.floor_minor,
        prices=prices,
    )


def _product(row: Row[Any], of: tuple[Variant, ...]) -> Product:
    return Product(
        id=ProductId(row.id),
        seller=PersonId(row.seller_id),
        title=row.title,
        currency=row.currency,
        variants=of,
        url=row.url,
        images=tuple(msgspec.json.decode(row.images, type=list[str])),
        created_at_ms=row.created_at_ms,
        on_sale=row.on_sale,
    )
