"""Orders of several lines in other currencies than their products', with offers and coupons, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import products, variants
from livecart.adapters.sql.tables_catalog import variant_prices
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import LivecartError
from livecart.services.coupons import Coupons
from livecart.services.wishes import WishedLine
from tests.support.shop import MEI, OTHER_VARIANT, PRICE, VARIANT, Shop, open_shop

BOTH = (WishedLine(1, VARIANT), WishedLine(2, OTHER_VARIANT))


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    """Its lamps and vases cost 400 yen too."""
    async with open_shop(database) as shop:
        rows = [{"variant_id": name, "currency": "JPY", "price_minor": 400} for name in (VARIANT, OTHER_VARIANT)]
        async with database.write() as connection:
            await connection.execute(insert(variant_prices), rows)
        yield shop
        assert await shop.faults() == {}


async def code(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


async def test_all_lines_of_an_order_are_in_the_currency_that_was_asked_for(shop: Shop) -> None:
    buyer = shop.buyers[0]
    order = await shop.place(buyer, lines=BOTH, show=None, currency="JPY")
    assert order["total"] == {"amount_minor": 1_200, "currency": "JPY"}
    assert [line["unit_price_minor"] for line in order["lines"]] == [400, 400]
    await shop.wallets.top_up(buyer, "t", amount_minor=1_200, currency="JPY")
    assert (await shop.pay(buyer, order))["state"] == "paid"
    assert await code(shop.place(buyer, lines=BOTH, show=None, currency="KWD")) == "no_price"


async def test_an_offer_keeps_its_own_currency_and_no_order_has_two(shop: Shop) -> None:
    offer, buyer = await shop.offer(), shop.buyers[0]
    mixed = (WishedLine(1, offer=offer["id"]), WishedLine(1, OTHER_VARIANT))
    assert await code(shop.place(buyer, lines=mixed, currency="JPY")) == "currency_mixed"
    alone = await shop.place(buyer, offer=offer["id"], currency="JPY")
    assert alone["total"] == {"amount_minor": 990, "currency": "CNY"}


async def test_what_is_off_sale_is_not_sold_in_any_way(shop: Shop) -> None:
    offer, buyer = await shop.offer(), shop.buyers[0]
    async with shop.database.write() as connection:
        await connection.execute(update(products).values(on_sale=False))
    for wanted in ({}, {"lines": BOTH, "show": None}, {"offer": offer["id"]}):
        assert await code(shop.place(buyer, **wanted)) == "not_on_sale"


async def test_a_coupon_takes_no_line_below_its_floor_in_another_currency(shop: Shop) -> None:
    buyer, shop_coupons = shop.buyers[0], Coupons(shop.store, shop.committer)
    for name, currency in (("YEN", "JPY"), ("YUAN", "CNY")):
        terms = CouponTerms(seller=MEI.id, kind=CouponKind.FIXED, value=100_000, currency=currency)
        await shop_coupons.make(MEI, None, name, terms)
    async with shop.database.write() as connection:
        await connection.execute(update(variants).where(variants.c.id == VARIANT).values(floor_minor=PRICE // 2 + 1))
    order = await shop.place(buyer, currency="JPY", coupon="YEN")
    assert order["total"] == {"amount_minor": 201, "currency": "JPY"}, "the floor is the same part, rounded up"
    assert await code(shop.place(buyer, currency="JPY", coupon="YUAN")) == "coupon_not_for_this"
