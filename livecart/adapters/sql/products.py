"""Products and variants. Counting what is reserved and sold is not here: that is the group committer's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import products, stock_movements, variants
from livecart.domain.catalog import Product, Variant
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.services.store import Page


class SqlProducts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, product: Product) -> None:
        """Keeps the product with its first stock, which is a movement like any other."""
        await self._connection.execute(
            insert(products).values(
                id=product.id,
                seller_id=product.seller,
                title=product.title,
                currency=product.currency,
                url=product.url,
                images=msgspec.json.encode(product.images).decode(),
                created_at_ms=product.created_at_ms,
            )
        )
        await self._connection.execute(
            insert(variants),
            [_variant_row(product.id, position, variant) for position, variant in enumerate(product.variants)],
        )
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

    async def get(self, product: ProductId) -> Product:
        found = await self.many([product])
        if not found:
            raise NotFoundError("no such product")
        return found[0]

    async def many(self, ids: Sequence[ProductId]) -> Sequence[Product]:
        rows = (await self._connection.execute(select(products).where(products.c.id.in_(set(ids))))).all()
        found = {product.id: product for product in await self._whole(rows)}
        return [found[key] for key in ids if key in found]

    async def search(self, page: Page, *, text: str | None = None, seller: PersonId | None = None) -> Sequence[Product]:
        query = select(products)
        if text:
            query = query.where(products.c.title.icontains(text, autoescape=True))
        if seller is not None:
            query = query.where(products.c.seller_id == seller)
        return await self._whole((await self._connection.execute(paged(query, products.c.id, page))).all())

    async def _whole(self, rows: Sequence[Row[Any]]) -> list[Product]:
        ids = [row.id for row in rows]
        of: dict[str, list[Variant]] = {key: [] for key in ids}
        for row in await self._connection.execute(
            select(variants).where(variants.c.product_id.in_(ids)).order_by(variants.c.position)
        ):
            of[row.product_id].append(_variant(row))
        return [_product(row, tuple(of[row.id])) for row in rows]


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


def _variant(row: Row[Any]) -> Variant:
    return Variant(
        VariantId(row.id), row.title, row.price_minor, row.stock, row.reserved, row.sold, row.version, row.floor_minor
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
    )
