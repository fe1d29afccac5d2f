"""Carts: filled across shows, priced anew each time, and ordered whole or not at all, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import orders, products, variants
from livecart.adapters.sql.tables_catalog import cart_lines, variant_prices
from livecart.domain.cart import LINES_MAX
from livecart.domain.catalog import Product, Variant
from livecart.domain.checking_out import CartRefusedError
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId, ProductId, ShowId, VariantId
from livecart.domain.order import LINES_MAX as ORDER_LINES_MAX
from livecart.domain.people import Person, Role
from livecart.services.carts import CartPorts, Carts, CartWish
from livecart.services.orders import OrderTerms
from tests.support.shop import (
    ENDED_SHOW,
    OTHER_VARIANT,
    PRICE,
    SHOW,
    START_MS,
    VARIANT,
    CountedIds,
    Shop,
    branch,
    open_shop,
)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


def carts_of(shop: Shop, prefix: str = "cart") -> Carts:
    return Carts(CartPorts(shop.store, shop.committer, CountedIds(prefix), shop.clock), OrderTerms())


@pytest.fixture
def carts(shop: Shop) -> Carts:
    return carts_of(shop)


@pytest.fixture
def ana(shop: Shop) -> Person:
    return shop.buyers[0]


async def fill(carts: Carts, person: Person) -> dict[str, Any]:
    """Two lamps of the show and three vases of none."""
    await carts.put(person, CartWish(VARIANT, 2, SHOW))
    return await carts.put(person, CartWish(OTHER_VARIANT, 3, None))


async def change(shop: Shop, variant: VariantId, **values: Any) -> None:
    async with shop.database.write() as connection:
        await connection.execute(update(variants).where(variants.c.id == variant).values(**values))


async def test_a_cart_shows_what_is_in_it_at_the_prices_of_now(shop: Shop, carts: Carts, ana: Person) -> None:
    assert await carts.get(ana) == {"lines": [], "totals": []}
    cart = await fill(carts, ana)
    assert cart == await carts.get(ana)
    money = {"amount_minor": PRICE, "currency": "CNY"}
    assert cart["lines"][0] == {
        "variant": VARIANT,
        "product": "lamp",
        "title": "Lamp",
        "variant_title": "Lamp-Red",
        "image": None,
        "show": SHOW,
        "quantity": 2,
        "available": 10,
        "unit_price": money,
        "amount": {"amount_minor": 2 * PRICE, "currency": "CNY"},
        "list_price": money,
        "seen_price": money,
        "price_changed": False,
        "offer": None,
        "offer_problem": None,
        "problem": None,
    }
    assert cart["totals"] == [{"amount_minor": 5 * PRICE, "currency": "CNY"}]
    assert (await carts.get(shop.buyers[1]))["lines"] == [], "a cart is each person's own"
    assert (await shop.row()).reserved == 0


async def test_a_quantity_is_set_and_not_added(carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    cart = await carts.put(ana, CartWish(VARIANT, 5, None))
    assert [(line["variant"], line["quantity"], line["show"]) for line in cart["lines"]] == [
        (VARIANT, 5, None),
        (OTHER_VARIANT, 3, None),
    ]
    cart = await carts.put(ana, CartWish(VARIANT, 0, None))
    assert [line["variant"] for line in cart["lines"]] == [OTHER_VARIANT]
    await carts.put(ana, CartWish(VariantId("nothing"), 0, None))
    await carts.clear(ana)
    assert (await carts.get(ana))["lines"] == []


@pytest.mark.parametrize(
    ("variant", "quantity", "show", "fault"),
    [
        (VariantId("nothing"), 1, None, NotFoundError),
        (VariantId("\0"), 1, None, NotFoundError),
        (VARIANT, 1, ShowId("nothing"), NotFoundError),
        (VARIANT, 1, ShowId("\ud800"), NotFoundError),
        (VARIANT, -1, None, InvalidError),
        (VARIANT, 101, None, InvalidError),
        (VARIANT, 2**40, None, InvalidError),
        (VARIANT, 1.5, None, InvalidError),
    ],
)
async def test_what_cannot_be_wanted_is_refused(
    carts: Carts, ana: Person, variant: VariantId, quantity: int, show: ShowId | None, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        await carts.put(ana, CartWish(variant, quantity, show))
    assert (await carts.get(ana))["lines"] == []


async def test_a_cart_has_so_many_lines_and_no_more(shop: Shop, carts: Carts, ana: Person) -> None:
    many = tuple(Variant(VariantId(f"many-{n:03}"), "Plain", 1, 1) for n in range(LINES_MAX + 1))
    product = Product(ProductId("many"), PersonId("mei"), "Many", "JPY", many, None, (), START_MS)
    async with shop.store.write() as tx:
        await tx.products.add(product)
    for variant in many[:LINES_MAX]:
        await carts.put(ana, CartWish(variant.id, 1, None))
    with pytest.raises(ConflictError) as refusal:
        await carts.put(ana, CartWish(many[LINES_MAX].id, 1, None))
    assert refusal.value.code == "cart_full"
    await carts.put(ana, CartWish(many[0].id, 1, None))
    done = await carts.check_out(ana, "k")
    assert [len(order["lines"]) for order in done] == [ORDER_LINES_MAX, LINES_MAX - ORDER_LINES_MAX]
    assert len({order["id"] for order in done}) == len(done)


async def test_a_checkout_orders_everything_and_empties_the_cart(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    done = await carts.check_out(ana, "k")
    lines = [(line["variant"], line["quantity"], order["show"]) for order in done for line in order["lines"]]
    assert lines == [(VARIANT, 2, SHOW), (OTHER_VARIANT, 3, None)]
    assert sum(order["total"]["amount_minor"] for order in done) == 5 * PRICE
    assert (await carts.get(ana))["lines"] == []
    assert ((await shop.row()).reserved, (await shop.row(OTHER_VARIANT)).reserved) == (2, 3)
    await shop.top_up(ana, 5 * PRICE)
    for order in done:
        assert (await shop.pay(ana, order))["state"] == "paid"


async def test_what_is_of_one_show_and_currency_is_one_order(shop: Shop, carts: Carts, ana: Person) -> None:
    await carts.put(ana, CartWish(VARIANT, 2, None))
    await carts.put(ana, CartWish(OTHER_VARIANT, 3, None))
    (order,) = await carts.check_out(ana, "k")
    assert [(line["variant"], line["quantity"]) for line in order["lines"]] == [(VARIANT, 2), (OTHER_VARIANT, 3)]
    assert order["total"] == {"amount_minor": 5 * PRICE, "currency": "CNY"}
    await shop.top_up(ana, 5 * PRICE)
    assert (await shop.pay(ana, order))["state"] == "paid"


async def test_the_same_key_is_the_same_checkout_whatever_is_in_the_cart_by_then(
    shop: Shop, carts: Carts, ana: Person
) -> None:
    await fill(carts, ana)
    done = await carts.check_out(ana, "k")
    await carts.put(ana, CartWish(VARIANT, 1, None))
    assert await carts.check_out(ana, "k") == done
    assert len((await carts.get(ana))["lines"]) == 1
    assert len(await shop.rows(orders)) == len(done)
    with pytest.raises(InvalidError) as refusal:
        await carts.check_out(ana, None)
    assert refusal.value.code == "key_required"


async def test_an_empty_cart_is_no_order_and_the_key_stays_good(carts: Carts, ana: Person) -> None:
    with pytest.raises(ConflictError) as refusal:
        await carts.check_out(ana, "k")
    assert refusal.value.code == "cart_empty"
    await fill(carts, ana)
    assert await carts.check_out(ana, "k")


async def test_one_line_in_the_way_stops_all_and_is_named(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    await carts.put(ana, CartWish(OTHER_VARIANT, 11, None))
    with pytest.raises(CartRefusedError) as refusal:
        await carts.check_out(ana, "k")
    assert (refusal.value.code, refusal.value.fields) == ("cart_refused", {OTHER_VARIANT: "sold_out"})
    assert (await shop.row()).reserved == 0
    assert await shop.rows(orders) == []
    assert [line["problem"] for line in (await carts.get(ana))["lines"]] == [None, "sold_out"]
    await carts.put(ana, CartWish(OTHER_VARIANT, 10, None))
    assert await carts.check_out(ana, "k")


async def test_a_changed_price_is_told_and_wants_a_yes(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    await change(shop, VARIANT, price_minor=2_500)
    cart = await carts.get(ana)
    line = cart["lines"][0]
    assert (line["price_changed"], line["problem"]) == (True, "price_changed")
    assert (line["unit_price"]["amount_minor"], line["seen_price"]["amount_minor"]) == (2_500, PRICE)
    assert cart["totals"][0]["amount_minor"] == 2 * 2_500 + 3 * PRICE
    with pytest.raises(CartRefusedError) as refusal:
        await carts.check_out(ana, "k")
    assert refusal.value.fields == {VARIANT: "price_changed"}
    await carts.put(ana, CartWish(VARIANT, 2, SHOW))
    done = await carts.check_out(ana, "k")
    assert done[0]["total"]["amount_minor"] == 5_000


async def test_a_price_that_went_down_is_told_and_wants_no_yes(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    await change(shop, VARIANT, price_minor=PRICE - 1)
    line = (await carts.get(ana))["lines"][0]
    assert (line["price_changed"], line["problem"]) == (True, None)
    assert (await carts.check_out(ana, "k"))[0]["total"]["amount_minor"] == 2 * (PRICE - 1)


async def test_each_line_says_what_hinders_it(shop: Shop, carts: Carts, ana: Person) -> None:
    await carts.put(ana, CartWish(VARIANT, 1, ENDED_SHOW))
    await carts.put(ana, CartWish(OTHER_VARIANT, 1, SHOW))
    assert [line["problem"] for line in (await carts.get(ana))["lines"]] == ["show_ended", "not_in_bag"]
    async with shop.database.write() as connection:
        await connection.execute(update(products).values(on_sale=False))
    await carts.put(ana, CartWish(VARIANT, 1, None))
    assert (await carts.get(ana))["lines"][0]["problem"] == "not_on_sale"
    with pytest.raises(CartRefusedError) as refusal:
        await carts.check_out(ana, "k")
    assert refusal.value.fields == {VARIANT: "not_on_sale", OTHER_VARIANT: "not_on_sale"}


async def test_currencies_are_summed_apart(shop: Shop, carts: Carts, ana: Person) -> None:
    for currency, price in (("JPY", 500), ("KWD", 1_250)):
        variant = Variant(VariantId(currency), "Plain", price, 5)
        product = Product(ProductId(currency), PersonId("mei"), currency, currency, (variant,), None, (), START_MS)
        async with shop.store.write() as tx:
            await tx.products.add(product)
        await carts.put(ana, CartWish(variant.id, 3, None))
    assert (await carts.get(ana))["totals"] == [
        {"amount_minor": 1_500, "currency": "JPY"},
        {"amount_minor": 3_750, "currency": "KWD"},
    ]
    done = await carts.check_out(ana, "k")
    assert sorted(order["total"]["currency"] for order in done) == ["JPY", "KWD"]


async def test_only_those_who_may_buy_have_a_cart(carts: Carts) -> None:
    class Nobody(Person):
        def may(self, permission: object) -> bool:
            return False

    nobody = Nobody(PersonId("x"), "x", "X", Role.VIEWER)
    for call in (carts.get(nobody), carts.put(nobody, CartWish(VARIANT, 1, None)), carts.check_out(nobody, "k")):
        with pytest.raises(ForbiddenError):
            await call


async def test_two_tabs_check_out_at_once_and_one_of_them_orders(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    answers = await asyncio.gather(*(carts.check_out(ana, f"k{n}") for n in range(4)), return_exceptions=True)
    refused = [answer.code for answer in answers if isinstance(answer, ConflictError)]
    assert refused == ["cart_empty"] * 3
    assert (await shop.row()).reserved == 2


@pytest.mark.real
async def test_two_processes_check_out_the_same_cart_once(postgres: Database) -> None:
    async with open_shop(postgres) as one, branch(postgres, "other") as two:
        ana = one.buyers[0]
        for turn in range(10):
            await fill(carts_of(one), ana)
            left, right = carts_of(one, f"l{turn}"), carts_of(two, f"r{turn}")
            answers = await asyncio.gather(
                left.check_out(ana, f"l{turn}"), right.check_out(ana, f"r{turn}"), return_exceptions=True
            )
            assert sorted(type(answer).__name__ for answer in answers) == ["ConflictError", "list"], answers
            for order in next(answer for answer in answers if isinstance(answer, list)):
                await one.cancel(ana, order)
        assert await one.faults() == {}
        assert await one.rows(cart_lines) == []


async def priced_in_yen(shop: Shop, minor: int | None) -> None:
    async with shop.database.write() as connection:
        await connection.execute(delete(variant_prices))
        if minor is not None:
            row = {"variant_id": VARIANT, "currency": "JPY", "price_minor": minor}
            await connection.execute(insert(variant_prices).values(row))


async def test_a_buyer_chooses_the_currency_where_there_is_a_price_in_it(shop: Shop, carts: Carts, ana: Person) -> None:
    await priced_in_yen(shop, 400)
    cart = await carts.put(ana, CartWish(VARIANT, 2, None, "JPY"))
    assert cart["totals"] == [{"amount_minor": 800, "currency": "JPY"}]
    with pytest.raises(ConflictError) as refusal:
        await carts.put(ana, CartWish(OTHER_VARIANT, 2, None, "JPY"))
    assert refusal.value.code == "no_price"
    (order,) = await carts.check_out(ana, "k")
    assert order["total"] == {"amount_minor": 800, "currency": "JPY"}
    await shop.wallets.top_up(ana, "t", amount_minor=1_000, currency="JPY")
    assert (await shop.pay(ana, order))["state"] == "paid"
    assert (await shop.wallets.get(ana))["balances"] == [{"amount_minor": 200, "currency": "JPY"}]


async def test_a_price_that_is_gone_or_changed_in_a_currency_is_told(shop: Shop, carts: Carts, ana: Person) -> None:
    await priced_in_yen(shop, 400)
    await carts.put(ana, CartWish(VARIANT, 2, None, "JPY"))
    for minor, problem, shown in ((500, "price_changed", 500), (None, "no_price", 400), (400, None, 400)):
        await priced_in_yen(shop, minor)
        (line,) = (await carts.get(ana))["lines"]
        assert (line["problem"], line["unit_price"]) == (problem, {"amount_minor": shown, "currency": "JPY"})
        if problem is not None:
            with pytest.raises(CartRefusedError) as refusal:
                await carts.check_out(ana, "k")
            assert refusal.value.fields == {VARIANT: problem}


async def test_an_order_is_placed_in_a_currency_that_has_a_price(shop: Shop, ana: Person) -> None:
    await priced_in_yen(shop, 400)
    order = await shop.place(ana, 3, currency="JPY", key="k")
    assert (order["total"], order["lines"][0]["unit_price_minor"]) == ({"amount_minor": 1_200, "currency": "JPY"}, 400)
    assert (await shop.place(ana, currency="CNY"))["total"]["amount_minor"] == PRICE
    for currency, code in (("KWD", "no_price"), ("yen", "invalid"), ("", "invalid")):
        with pytest.raises((ConflictError, InvalidError)) as refusal:
            await shop.place(ana, currency=currency)
        assert refusal.value.code == code
    with pytest.raises(ConflictError) as refusal:
        await shop.place(ana, 3, key="k")
    assert refusal.value.code == "key_reused"


async def test_each_seller_s_goods_are_an_order_of_their_own(shop: Shop, carts: Carts, ana: Person) -> None:
    lin = shop.buyers[1]
    async with shop.database.write() as connection:
        await connection.execute(update(products).where(products.c.id == "vase").values(seller_id=lin.id))
    await carts.put(ana, CartWish(VARIANT, 2, None))
    await carts.put(ana, CartWish(OTHER_VARIANT, 3, None))
    placed = await carts.check_out(ana, "k")
    assert [[(line["variant"], line["quantity"]) for line in order["lines"]] for order in placed] == [
        [(VARIANT, 2)],
        [(OTHER_VARIANT, 3)],
    ]
    assert len({order["id"] for order in placed}) == 2
    assert await carts.check_out(ana, "k") == placed
