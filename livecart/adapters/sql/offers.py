"""Reading offers and coupons, and rows as what they mean. Writing them is the group committer's (shelf_offers.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import order_lines, orders, products, shows, stock_movements, variants
from livecart.adapters.sql.tables_offers import coupon_buyers, coupons, offer_buyers, offer_lines, offers, show_sales
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.coupon import Coupon, CouponKind, CouponTerms
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import CouponCode, OfferId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.offer import Offer, OfferLine, OfferMode, OfferTally
from livecart.domain.show import ShowState
from livecart.domain.stock import Movement, MovementKind
from livecart.domain.waitlist import ThingKind
from livecart.services.store import Page
from livecart.services.store_offers import KnownMovement

_place = waitlist_places.c


class SqlOffers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, offer: OfferId) -> Offer:
        rows = (await self._connection.execute(select(offers).where(offers.c.id == offer))).all()
        if not rows:
            raise NotFoundError("no such offer")
        return (await whole_offers(self._connection, rows))[0]

    async def of(self, show: ShowId, page: Page) -> Sequence[Offer]:
        query = select(offers).where(offers.c.show_id == show)
        rows = (await self._connection.execute(paged(query, offers.c.id, page))).all()
        return await whole_offers(self._connection, rows)

    async def not_closed(self, show: ShowId, now_ms: int, limit: int) -> Sequence[Offer]:
        going_on = offers.c.ends_at_ms.is_(None) | (offers.c.ends_at_ms > now_ms)
        query = select(offers).where(offers.c.show_id == show, offers.c.closed_at_ms.is_(None), going_on)
        rows = (await self._connection.execute(query.order_by(offers.c.id).limit(limit))).all()
        return await whole_offers(self._connection, rows)

    async def selling(self, wanted: Collection[VariantId], now_ms: int) -> Sequence[Offer]:
        going_on = offers.c.ends_at_ms.is_(None) | (offers.c.ends_at_ms > now_ms)
        with_them = select(offer_lines.c.offer_id).where(offer_lines.c.variant_id.in_(wanted))
        query = select(offers).join(shows).where(offers.c.id.in_(with_them), shows.c.state != ShowState.ENDED.value)
        query = query.where(offers.c.closed_at_ms.is_(None), going_on).order_by(offers.c.id)
        return await whole_offers(self._connection, (await self._connection.execute(query)).all())

    async def tallies(self, buyer: PersonId, wanted: Collection[OfferId]) -> Sequence[OfferTally]:
        if not wanted:
            return []
        his = (offer_buyers.c.buyer_id == buyer) & offer_buyers.c.offer_id.in_(wanted)
        return [
            OfferTally(OfferId(row.offer_id), buyer, row.units)
            for row in await self._connection.execute(select(offer_buyers).where(his))
        ]

    async def mode(self, show: ShowId) -> OfferMode:
        found = await self._connection.execute(select(show_sales.c.mode).where(show_sales.c.show_id == show))
        return OfferMode(found.scalar_one_or_none() or OfferMode.RESERVE)

    async def set_mode(self, show: ShowId, mode: OfferMode) -> None:
        await self._connection.execute(delete(show_sales).where(show_sales.c.show_id == show))
        await self._connection.execute(insert(show_sales).values(show_id=show, mode=mode.value))

    async def buyers_of_variant(self, variant: VariantId, since_ms: int) -> set[PersonId]:
        """By what the orders reserved; those that held nothing had an offer."""
        moved = stock_movements.c
        reserved = (
            (moved.variant_id == variant) & (moved.kind == MovementKind.RESERVED.value) & (moved.at_ms >= since_ms)
        )
        holders = select(orders.c.buyer_id).join(stock_movements, moved.cause == orders.c.id).where(reserved)
        with_it = select(offer_lines.c.offer_id).where(offer_lines.c.variant_id == variant)
        waiting = or_(
            (_place.kind == ThingKind.VARIANT.value) & (_place.thing_id == variant),
            (_place.kind == ThingKind.OFFER.value) & _place.thing_id.in_(with_it),
        )
        bought = await self._people(holders) | await self._people(_buyers_in(with_it, since_ms))
        return bought | await self._waiting(waiting)

    async def buyers_of_offer(self, offer: OfferId, since_ms: int) -> set[PersonId]:
        waiting = (_place.kind == ThingKind.OFFER.value) & (_place.thing_id == offer)
        return await self._people(_buyers_in([offer], since_ms)) | await self._waiting(waiting)

    async def _waiting(self, wanted: ColumnElement[bool]) -> set[PersonId]:
        rows = await self._connection.execute(select(_place.person_id).where(wanted))
        return {PersonId(row.person_id) for row in rows}

    async def _people(self, query: Select[tuple[str]]) -> set[PersonId]:
        return {PersonId(row.buyer_id) for row in await self._connection.execute(query.distinct())}


class SqlCoupons:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, owner: PersonId, page: Page) -> Sequence[Coupon]:
        query = select(coupons).where(coupons.c.owner_id == owner)
        return [coupon_of(row) for row in await self._connection.execute(paged(query, coupons.c.code, page))]

    async def find(self, code: CouponCode) -> Coupon | None:
        row = (await self._connection.execute(select(coupons).where(coupons.c.code == code))).one_or_none()
        return None if row is None else coupon_of(row)

    async def uses(self, code: CouponCode, buyer: PersonId) -> int:
        mine = (coupon_buyers.c.code == code) & (coupon_buyers.c.buyer_id == buyer)
        found = await self._connection.execute(select(coupon_buyers.c.uses).where(mine))
        return found.scalar_one_or_none() or 0


class SqlMovements:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, seller: PersonId, variant: VariantId, before: int | None, limit: int) -> Sequence[KnownMovement]:
        owned = select(variants.c.id).join(products).where(variants.c.id == variant, products.c.seller_id == seller)
        if (await self._connection.execute(owned)).one_or_none() is None:
            raise NotFoundError("no such product variant")
        query = select(stock_movements).where(stock_movements.c.variant_id == variant)
        if before is not None:
            query = query.where(stock_movements.c.id < before)
        rows = await self._connection.execute(query.order_by(stock_movements.c.id.desc()).limit(limit))
        return [
            KnownMovement(row.id, Movement(variant, MovementKind(row.kind), row.quantity, row.cause, row.at_ms))
            for row in rows
        ]


def _buyers_in(wanted: Any, since_ms: int) -> Select[tuple[str]]:
    """Who ordered one of these offers."""
    lines = select(orders.c.buyer_id).join(order_lines)
    return lines.where(order_lines.c.offer_id.in_(wanted), orders.c.created_at_ms >= since_ms)


async def whole_offers(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Offer]:
    """The offers of these rows with their lines, in their order."""
    if not rows:
        return []
    query = (
        select(offer_lines, variants.c.product_id)
        .join(variants)
        .where(offer_lines.c.offer_id.in_([row.id for row in rows]))
        .order_by(offer_lines.c.offer_id, offer_lines.c.position)
    )
    lines: defaultdict[str, list[OfferLine]] = defaultdict(list)
    for row in await connection.execute(query):
        lines[row.offer_id].append(
            OfferLine(VariantId(row.variant_id), ProductId(row.product_id), row.quantity, row.list_minor)
        )
    return [_offer(row, tuple(lines[row.id])) for row in rows]


def coupon_of(row: Any) -> Coupon:
    terms = CouponTerms(
        seller=None if row.seller_id is None else PersonId(row.seller_id),
        kind=CouponKind(row.kind),
        value=row.value,
        currency=row.currency,
        minimum_minor=row.minimum_minor,
        per_person=row.per_person,
        total=row.total,
        starts_at_ms=row.starts_at_ms,
        ends_at_ms=row.ends_at_ms,
    )
    return Coupon(CouponCode(row.code), PersonId(row.owner_id), terms, row.created_at_ms, row.disabled_at_ms, row.used)


def _offer(row: Any, lines: tuple[OfferLine, ...]) -> Offer:
    return Offer(
        id=OfferId(row.id),
        show=ShowId(row.show_id),
        title=row.title,
        lines=lines,
        price=Money(row.price_minor, row.currency),
        quantity=row.quantity,
        per_buyer=row.per_buyer,
        mode=OfferMode(row.mode),
        starts_at_ms=row.starts_at_ms,
        ends_at_ms=row.ends_at_ms,
        closed_at_ms=row.closed_at_ms,
        reserved=row.reserved,
        sold=row.sold,
        version=row.version,
        invited=row.invited,
    )
