"""Reading waitlists. Writing them is the group committer's (shelf_waitlist.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.shelf_waitlist import place_of
from livecart.adapters.sql.tables import products, show_products, shows, variants
from livecart.adapters.sql.tables_offers import offer_lines, offers
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, PlaceId, ProductId, ShowId, VariantId
from livecart.domain.show import ShowState
from livecart.domain.waitlist import Place, Thing, ThingKind, WaitedGoods, Waiting
from livecart.services.store_waitlist import DueLine, LineCount

_place = waitlist_places.c
_IS_VARIANT, _IS_OFFER = _place.kind == ThingKind.VARIANT.value, _place.kind == ThingKind.OFFER.value


class SqlWaitlists:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person: PersonId) -> Sequence[Waiting]:
        ahead = waitlist_places.alias("ahead")
        same = (ahead.c.kind == _place.kind) & (ahead.c.thing_id == _place.thing_id)
        before = select(func.count()).where(same, ahead.c.until_ms.is_(None), ahead.c.number < _place.number)
        query = select(waitlist_places, before.scalar_subquery().label("before")).where(_place.person_id == person)
        rows = (await self._connection.execute(query.order_by(_place.joined_at_ms, _place.id))).all()
        places = [(place_of(row), row.before + 1) for row in rows]
        goods = await self._goods({place.thing for place, _ in places})
        return [
            Waiting(place, place.state, position if place.until_ms is None else None, goods[place.thing])
            for place, position in places
        ]

    async def get(self, place: PlaceId) -> Place:
        row = (await self._connection.execute(select(waitlist_places).where(_place.id == place))).one_or_none()
        if row is None:
            raise NotFoundError("no such place in a waitlist")
        return place_of(row)

    async def of_show(self, show: ShowId) -> Sequence[LineCount]:
        waiting = func.count().filter(_place.until_ms.is_(None))
        query = (
            select(_place.kind, _place.thing_id, waiting.label("waiting"), func.sum(_place.units).label("units"))
            .where(_place.show_id == show)
            .group_by(_place.kind, _place.thing_id)
            .order_by(waiting.desc(), _place.thing_id)
        )
        rows = [(_thing(row), row) for row in await self._connection.execute(query)]
        goods = await self._goods({thing for thing, _ in rows})
        return [LineCount(thing, goods[thing], row.waiting, int(row.units)) for thing, row in rows]

    async def due(self, now_ms: int, limit: int) -> Sequence[DueLine]:
        query = (
            select(_place.kind, _place.thing_id)
            .join(shows, shows.c.id == _place.show_id)
            .outerjoin(variants, _IS_VARIANT & (variants.c.id == _place.thing_id))
            .outerjoin(products, products.c.id == variants.c.product_id)
            .outerjoin(offers, _IS_OFFER & (offers.c.id == _place.thing_id))
            .where(
                or_(
                    _place.until_ms <= now_ms,
                    shows.c.state == ShowState.ENDED.value,
                    offers.c.closed_at_ms.is_not(None),
                    offers.c.ends_at_ms <= now_ms,
                    _place.until_ms.is_(None) & or_(_variant_is_free(), _offer_is_free()),
                )
            )
            .distinct()
            .order_by(_place.kind, _place.thing_id)
            .limit(limit)
        )
        things = [_thing(row) for row in await self._connection.execute(query)]
        goods, joined = await self._goods(things), await self._shows(things)
        return [DueLine(thing, goods[thing].variants, tuple(sorted(joined[thing]))) for thing in things]

    async def _shows(self, things: Collection[Thing]) -> dict[Thing, set[ShowId]]:
        query = select(_place.kind, _place.thing_id, _place.show_id)
        query = query.where(_place.thing_id.in_({name for _, name in things})).distinct()
        found: defaultdict[Thing, set[ShowId]] = defaultdict(set)
        for row in await self._connection.execute(query):
            found[_thing(row)].add(ShowId(row.show_id))
        return found

    async def _goods(self, things: Collection[Thing]) -> dict[Thing, WaitedGoods]:
        found: dict[Thing, WaitedGoods] = {}
        single = {name for kind, name in things if kind is ThingKind.VARIANT}
        query = select(variants.c.id, products.c.id.label("product_id"), products.c.title).join(products)
        for row in await self._connection.execute(query.where(variants.c.id.in_(single))):
            goods = WaitedGoods(row.title, ProductId(row.product_id), (VariantId(row.id),))
            found[ThingKind.VARIANT, row.id] = goods
        offered = {name for kind, name in things if kind is ThingKind.OFFER}
        lines = (
            select(offers.c.id, offers.c.title, offer_lines.c.variant_id, variants.c.product_id)
            .join(offer_lines, offer_lines.c.offer_id == offers.c.id)
            .join(variants, variants.c.id == offer_lines.c.variant_id)
            .where(offers.c.id.in_(offered))
            .order_by(offers.c.id, offer_lines.c.position)
        )
        for part in await self._connection.execute(lines):
            thing = (ThingKind.OFFER, part.id)
            old = found.get(thing) or WaitedGoods(part.title, ProductId(part.product_id), ())
            found[thing] = WaitedGoods(old.title, old.product, (*old.variants, VariantId(part.variant_id)))
        return found


def _thing(row: Any) -> Thing:
    return ThingKind(row.kind), row.thing_id


def _variant_is_free() -> ColumnElement[bool]:
    v = variants.c
    left = v.stock - v.reserved - v.sold - v.invited
    return and_(left > 0, products.c.on_sale, _in_bag(products.c.id, _place.show_id))


def _offer_is_free() -> ColumnElement[bool]:
    """What could not be ordered anyhow would be looked at in vain, again and again."""
    o, part, of = offers.c, variants.alias("part"), products.alias("of")
    left = part.c.stock - part.c.reserved - part.c.sold - part.c.invited
    hindered = or_(left < offer_lines.c.quantity, ~of.c.on_sale, ~_in_bag(of.c.id, o.show_id))
    any_hindered = exists().where(
        offer_lines.c.offer_id == o.id, part.c.id == offer_lines.c.variant_id, of.c.id == part.c.product_id, hindered
    )
    return and_(o.quantity - o.reserved - o.sold - o.invited > 0, ~any_hindered)


def _in_bag(product: ColumnElement[str], show: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(show_products.c.product_id == product, show_products.c.show_id == show)
