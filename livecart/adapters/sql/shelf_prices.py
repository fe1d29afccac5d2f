"""Prices in other currencies as batches read them: a seller's edit of the same moment may come before or after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables_catalog import variant_prices
from livecart.domain.ids import VariantId
from livecart.domain.money import Money
from livecart.domain.prices import VariantPrice


class PriceShelf:
    """Read only, and not locked."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[VariantPrice]:
        named = tuple_(variant_prices.c.variant_id, variant_prices.c.currency)
        rows = await connection.execute(select(variant_prices).where(named.in_(keys)))
        return [VariantPrice(VariantId(row.variant_id), Money(row.price_minor, row.currency)) for row in rows]

    async def write(
        self,
        connection: AsyncConnection,  # noqa: ARG002 -- there is nothing to write
        changed: Sequence[tuple[VariantPrice | None, VariantPrice]],
    ) -> None:
        raise ValueError(f"prices are not changed by batches: {changed}")
