"""How batches find, lock and write offers, coupons, and what each buyer has of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_rows, update_rows
from livecart.adapters.sql.offers import coupon_of, whole_offers
from livecart.adapters.sql.tables_offers import coupon_buyers, coupons, offer_buyers, offer_lines, offers
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.ids import CouponCode, OfferId, PersonId
from livecart.domain.offer import Offer, OfferLine, OfferTally


class OfferShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Offer]:
        query = select(offers).where(offers.c.id.in_(keys)).order_by(offers.c.id).with_for_update()
        return await whole_offers(connection, (await connection.execute(query)).all())

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Offer | None, Offer]]) -> None:
        new = [offer for before, offer in changed if before is None]
        await insert_rows(connection, offers, map(_offer_row, new))
        lines = (_line_row(offer, n, line) for offer in new for n, line in enumerate(offer.lines))
        await insert_rows(connection, offer_lines, lines)
        rows = (
            {
                "id": offer.id,
                "reserved": offer.reserved,
                "sold": offer.sold,
                "closed_at_ms": offer.closed_at_ms,
                "version": offer.version,
                "invited": offer.invited,
            }
            for before, offer in changed
            if before is not None
        )
        await update_rows(connection, offers, rows)


class OfferTallyShelf:
    """Not locked one by one: the offer is."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[OfferTally]:
        columns = (offer_buyers.c.offer_id, offer_buyers.c.buyer_id)
        rows = await connection.execute(select(offer_buyers).where(tuple_(*columns).in_(keys)))
        return [OfferTally(OfferId(row.offer_id), PersonId(row.buyer_id), row.units) for row in rows]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[OfferTally | None, OfferTally]]) -> None:
        rows = [
            (before, {"offer_id": tally.offer, "buyer_id": tally.buyer, "units": tally.units})
            for before, tally in changed
        ]
        await _write(connection, offer_buyers, rows)


class CouponShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Coupon]:
        query = select(coupons).where(coupons.c.code.in_(keys)).order_by(coupons.c.code).with_for_update()
        return [coupon_of(row) for row in await connection.execute(query)]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Coupon | None, Coupon]]) -> None:
        await insert_rows(connection, coupons, (_coupon_row(coupon) for before, coupon in changed if before is None))
        rows = (
            {"code": coupon.code, "used": coupon.used, "disabled_at_ms": coupon.disabled_at_ms}
            for before, coupon in changed
            if before is not None
        )
        await update_rows(connection, coupons, rows)


class CouponTallyShelf:
    """Not locked one by one: the coupon is."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[CouponTally]:
        columns = (coupon_buyers.c.code, coupon_buyers.c.buyer_id)
        rows = await connection.execute(select(coupon_buyers).where(tuple_(*columns).in_(keys)))
        return [CouponTally(CouponCode(row.code), PersonId(row.buyer_id), row.uses) for row in rows]

    async def write(
        self, connection: AsyncConnection, changed: Sequence[tuple[CouponTally | None, CouponTally]]
    ) -> None:
        rows = [
            (before, {"code": tally.code, "buyer_id": tally.buyer, "uses": tally.uses}) for before, tally in changed
        ]
        await _write(connection, coupon_buyers, rows)


OFFER_SHELVES: dict[type[Any], Any] = {
    Offer: OfferShelf(),
    OfferTally: OfferTallyShelf(),
    Coupon: CouponShelf(),
    CouponTally: CouponTallyShelf(),
}


async def _write(connection: AsyncConnection, table: Table, rows: Sequence[tuple[object, dict[str, Any]]]) -> None:
    await insert_rows(connection, table, (row for before, row in rows if before is None))
    await update_rows(connection, table, (row for before, row in rows if before is not None))


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "show_id": offer.show,
        "title": offer.title,
        "currency": offer.price.currency,
        "price_minor": offer.price.amount_minor,
        "quantity": offer.quantity,
        "per_buyer": offer.per_buyer,
        "mode": offer.mode.value,
        "starts_at_ms": offer.starts_at_ms,
        "ends_at_ms": offer.ends_at_ms,
        "closed_at_ms": offer.closed_at_ms,
        "reserved": offer.reserved,
        "sold": offer.sold,
        "version": offer.version,
        "invited": offer.invited,
    }


def _line_row(offer: Offer, position: int, line: OfferLine) -> dict[str, Any]:
    return {
        "offer_id": offer.id,
        "variant_id": line.variant,
        "position": position,
        "quantity": line.quantity,
        "list_minor": line.list_minor,
    }


def _coupon_row(coupon: Coupon) -> dict[str, Any]:
    terms = coupon.terms
    return {
        "code": coupon.code,
        "owner_id": coupon.owner,
        "seller_id": terms.seller,
        "kind": terms.kind.value,
        "value": terms.value,
        "currency": terms.currency,
        "minimum_minor": terms.minimum_minor,
        "per_person": terms.per_person,
        "total": terms.total,
        "starts_at_ms": terms.starts_at_ms,
        "ends_at_ms": terms.ends_at_ms,
        "created_at_ms": coupon.created_at_ms,
        "disabled_at_ms": coupon.disabled_at_ms,
        "used": coupon.used,
    }
