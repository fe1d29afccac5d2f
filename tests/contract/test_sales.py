"""A seller's list of orders, and what buyers do not want shown, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people, products
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ForbiddenError
from livecart.domain.ids import PersonId
from livecart.domain.order import OrderState
from livecart.domain.people import Person, Role
from livecart.services.coupons import Coupons
from livecart.services.preferences import OwnPreferences
from livecart.services.sales import COLUMNS, EXPORTED_AT_ONCE, Sales
from livecart.services.store import Page
from livecart.services.wishes import WishedLine
from tests.support.shop import OTHER_PRODUCT, OTHER_VARIANT, PRICE, SHOW, VARIANT, Shop, open_shop

MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


@pytest.fixture
async def ana_sells_vases(shop: Shop) -> Person:
    async with shop.database.write() as connection:
        await connection.execute(update(products).where(products.c.id == OTHER_PRODUCT).values(seller_id="p00002"))
        await connection.execute(update(people).where(people.c.id == "p00002").values(role="creator"))
    return Person(PersonId("p00002"), "ana2", "Ana", Role.CREATOR)


async def ids(sales: Sales, seller: Person, state: OrderState | None = None, show: str | None = None) -> list[str]:
    found, _ = await sales.find(seller, Page(50), state=state, show=show)  # type: ignore[arg-type]
    return [order["id"] for order in found]


async def test_a_seller_sees_the_orders_of_his_goods_and_no_others(shop: Shop, ana_sells_vases: Person) -> None:
    sales, buyer = Sales(shop.store), shop.buyers[0]
    lamp = await shop.place(buyer, 2)
    vase = await shop.place(buyer, variant=OTHER_VARIANT, show=None)
    assert await ids(sales, MEI) == [lamp["id"]]
    assert await ids(sales, ana_sells_vases) == [vase["id"]]
    found, _ = await sales.find(MEI, Page(50), state=None, show=None)
    assert found == [{**lamp, "buyer": {"id": buyer.id, "handle": "ana0", "display_name": "Ana"}}]
    with pytest.raises(ForbiddenError):
        await sales.find(buyer, Page(50), state=None, show=None)


async def test_of_an_order_with_several_sellers_each_sees_his_lines(shop: Shop, ana_sells_vases: Person) -> None:
    lines = (WishedLine(1, VARIANT), WishedLine(2, OTHER_VARIANT))
    await shop.place(shop.buyers[0], lines=lines, show=None)
    for seller, variant, quantity in ((MEI, VARIANT, 1), (ana_sells_vases, OTHER_VARIANT, 2)):
        ((found,), _) = await Sales(shop.store).find(seller, Page(50), state=None, show=None)
        assert [(line["variant"], line["quantity"]) for line in found["lines"]] == [(variant, quantity)]
        assert found["total"]["amount_minor"] == quantity * PRICE


async def test_the_list_is_narrowed_by_state_and_show_and_comes_in_pages(shop: Shop) -> None:
    sales, (ana, lin, _) = Sales(shop.store), shop.buyers
    await shop.top_up(ana, 10 * PRICE)
    paid = await shop.place(ana)
    assert await sales.proceeds(MEI) == []
    await shop.pay(ana, paid)
    assert await sales.proceeds(MEI) == [{"amount_minor": PRICE, "currency": "CNY"}]
    assert await sales.proceeds(ana) == []
    cancelled = await shop.place(lin)
    await shop.cancel(lin, cancelled)
    alone = await shop.place(lin, variant=OTHER_VARIANT, show=None)
    assert await ids(sales, MEI) == [alone["id"], cancelled["id"], paid["id"]]
    assert await ids(sales, MEI, OrderState.PAID) == [paid["id"]]
    assert await ids(sales, MEI, OrderState.CANCELLED, SHOW) == [cancelled["id"]]
    assert await ids(sales, MEI, show=SHOW) == [cancelled["id"], paid["id"]]
    assert await ids(sales, MEI, show="nothing") == []
    first, cursor = await sales.find(MEI, Page(2), state=None, show=None)
    rest, end = await sales.find(MEI, Page(2, cursor), state=None, show=None)
    assert [order["id"] for order in [*first, *rest]] == [alone["id"], cancelled["id"], paid["id"]]
    assert end is None


async def test_a_file_has_a_row_a_line_and_comes_in_parts(database: Database) -> None:
    async with open_shop(database, stock=EXPORTED_AT_ONCE + 3) as shop:
        sales = Sales(shop.store)
        placed = {(await shop.place(shop.buyers[n % 3]))["id"] for n in range(EXPORTED_AT_ONCE + 2)}
        parts = [part async for part in sales.export(MEI, state=None, show=None)]
        assert [len(part) for part in parts] == [EXPORTED_AT_ONCE, 2]
        rows = [dict(zip(COLUMNS, row, strict=True)) for part in parts for row in part]
        assert {row["order"] for row in rows} == placed
        assert rows[0] == {
            "order": rows[0]["order"],
            "state": "reserved",
            "ordered_at": "2027-01-15T08:00:00.000Z",
            "paid_at": "",
            "show": SHOW,
            "buyer": rows[0]["buyer"],
            "product": "Lamp",
            "variant": "Lamp-Red",
            "quantity": "1",
            "currency": "CNY",
            "unit_price": "19.90",
            "unit_price_minor": "1990",
            "discount": "0.00",
            "discount_minor": "0",
            "amount": "19.90",
            "amount_minor": "1990",
        }


async def test_the_list_and_the_file_say_what_was_paid_after_a_discount(shop: Shop) -> None:
    sales = Sales(shop.store)
    terms = CouponTerms(seller=MEI.id, kind=CouponKind.FIXED, value=90, currency="CNY")
    await Coupons(shop.store, shop.committer).make(MEI, None, "LESS", terms)
    await shop.place(shop.buyers[0], 2, coupon="LESS")
    ((found,), _) = await sales.find(MEI, Page(50), state=None, show=None)
    assert (found["total"]["amount_minor"], found["discount"]["amount_minor"]) == (2 * PRICE - 90, 90)
    ((row,),) = [part async for part in sales.export(MEI, state=None, show=None)]
    cells = dict(zip(COLUMNS, row, strict=True))
    assert (cells["unit_price"], cells["discount"], cells["amount"]) == ("19.90", "0.90", "38.90")
    assert (cells["discount_minor"], cells["amount_minor"]) == ("90", "3890")


async def toasts(shop: Shop) -> list[str]:
    async with shop.store.read() as tx:
        return [event.id for _, event in await tx.outbox.unpublished(1_000) if event.type == "order.toast"]


async def test_a_purchase_is_shown_unless_its_buyer_does_not_want_it(shop: Shop) -> None:
    preferences, (ana, lin, _) = OwnPreferences(shop.store, shop.clock, "CNY"), shop.buyers
    assert (await preferences.get(ana))["show_my_purchases"] is True
    told = []
    for show_mine in (None, False, True):
        if show_mine is not None:
            await preferences.put(ana, show_my_purchases=show_mine)
            assert (await preferences.get(ana))["show_my_purchases"] is show_mine
        for buyer in (ana, lin):
            await shop.top_up(buyer, PRICE)
            order = await shop.place(buyer)
            await shop.pay(buyer, order)
            if buyer is lin or show_mine is not False:
                told.append(f"toast:{order['id']}")
    assert await toasts(shop) == told
    assert len(told) == 5
