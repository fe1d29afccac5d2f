"""Offers in carts, on both engines: whose price a line has, until when, and that nobody pays more than he was shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import orders
from livecart.domain.checking_out import CartRefusedError
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ConflictError
from livecart.domain.ids import OfferId
from livecart.domain.money import Money
from livecart.domain.offer import OfferMode
from livecart.domain.order import FLASH_RESERVATION_MS
from livecart.domain.people import Person
from livecart.services.carts import CartPorts, Carts, CartWish
from livecart.services.coupons import Coupons
from livecart.services.orders import OrderTerms
from tests.support.shop import MEI, OTHER_VARIANT, PRICE, SHOW, VARIANT, CountedIds, Shop, open_shop

OFFER_PRICE = 990
MINUTE_MS = 60_000


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO show_products VALUES ('show', 'vase', 1)"))
        yield shop
        assert await shop.faults() == {}


@pytest.fixture
def carts(shop: Shop) -> Carts:
    return Carts(CartPorts(shop.store, shop.committer, CountedIds("cart"), shop.clock), OrderTerms())


@pytest.fixture
def ana(shop: Shop) -> Person:
    return shop.buyers[0]


def cny(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "CNY"}


def facts(cart: dict[str, Any]) -> list[tuple[int, bool, str | None, str | None]]:
    """Of each line: its units' price, whether it is in an offer, why it is not, and what hinders it."""
    return [
        (line["unit_price"]["amount_minor"], line["offer"] is not None, line["offer_problem"], line["problem"])
        for line in cart["lines"]
    ]


async def bundle(shop: Shop, price_minor: int = 5_000) -> dict[str, Any]:
    """A lamp and two vases, usually 5 970."""
    return await shop.offer(price_minor=price_minor, per_buyer=2, lines=((VARIANT, 1), (OTHER_VARIANT, 2)))


async def test_a_line_of_a_show_has_the_price_of_its_offer_until_that_ends(
    shop: Shop, carts: Carts, ana: Person
) -> None:
    ends_at_ms = shop.clock.ms + MINUTE_MS
    offer = await shop.offer(ends_at_ms=ends_at_ms)
    (line,) = (await carts.put(ana, CartWish(VARIANT, 2, SHOW)))["lines"]
    named = {"id": offer["id"], "title": "Lamp", "bundle": False, "mode": "reserve", "ends_at": offer["ends_at"]}
    assert (line["offer"], line["unit_price"], line["list_price"]) == (named, cny(OFFER_PRICE), cny(PRICE))
    assert (line["amount"], line["seen_price"], line["price_changed"]) == (
        cny(2 * OFFER_PRICE),
        cny(OFFER_PRICE),
        False,
    )
    assert facts(await carts.put(ana, CartWish(VARIANT, 2))) == [(PRICE, False, None, None)], "the offer is the show's"
    await carts.put(ana, CartWish(VARIANT, 2, SHOW))
    shop.clock.ms = ends_at_ms
    over = await carts.get(ana)
    assert facts(over) == [(PRICE, False, "offer_closed", "price_changed")]
    assert (over["totals"], over["lines"][0]["seen_price"]) == ([cny(2 * PRICE)], cny(OFFER_PRICE))
    with pytest.raises(CartRefusedError) as refusal:
        await carts.check_out(ana, "k")
    assert refusal.value.fields == {VARIANT: "price_changed"}
    assert await shop.rows(orders) == []
    assert facts(await carts.put(ana, CartWish(VARIANT, 2, SHOW))) == [(PRICE, False, None, None)]
    (order,) = await carts.check_out(ana, "k")
    assert order["total"] == cny(2 * PRICE)


async def test_an_order_from_a_cart_counts_as_one_of_the_offer(shop: Shop, carts: Carts, ana: Person) -> None:
    offer = await shop.offer(quantity=4, per_buyer=3)
    await carts.put(ana, CartWish(VARIANT, 2, SHOW))
    await carts.put(ana, CartWish(OTHER_VARIANT, 1, SHOW))
    (order,) = await carts.check_out(ana, "k")
    assert [(line["unit_price_minor"], line["offer"]) for line in order["lines"]] == [
        (OFFER_PRICE, offer["id"]),
        (PRICE, None),
    ]
    async with shop.store.read() as tx:
        assert (await tx.offers.get(OfferId(offer["id"]))).reserved == 2
        assert [tally.units for tally in await tx.offers.tallies(ana.id, [OfferId(offer["id"])])] == [2]
        assert (await tx.orders.get(order["id"])).expires_at_ms == shop.clock.ms + FLASH_RESERVATION_MS
    # What he has ordered counts with what he has in the cart.
    assert facts(await carts.put(ana, CartWish(VARIANT, 2, SHOW))) == [(PRICE, False, "per_buyer_limit", None)]
    assert facts(await carts.put(ana, CartWish(VARIANT, 1, SHOW))) == [(OFFER_PRICE, True, None, None)]
    lin = shop.buyers[1]
    assert facts(await carts.put(lin, CartWish(VARIANT, 3, SHOW))) == [(PRICE, False, "sold_out", None)]
    await shop.cancel(ana, order)
    assert facts(await carts.get(lin)) == [(OFFER_PRICE, True, None, None)]


async def test_a_limit_that_was_reached_meanwhile_is_told_and_wants_a_yes(
    shop: Shop, carts: Carts, ana: Person
) -> None:
    offer = await shop.offer(per_buyer=2)
    await carts.put(ana, CartWish(VARIANT, 2, SHOW))
    await shop.place(ana, 1, offer=offer["id"])
    assert facts(await carts.get(ana)) == [(PRICE, False, "per_buyer_limit", "price_changed")]
    with pytest.raises(CartRefusedError):
        await carts.check_out(ana, "k")
    assert facts(await carts.put(ana, CartWish(VARIANT, 1, SHOW))) == [(OFFER_PRICE, True, None, None)]
    (order,) = await carts.check_out(ana, "k")
    assert order["total"] == cny(OFFER_PRICE)


async def test_lines_that_make_up_a_bundle_have_its_price(shop: Shop, carts: Carts, ana: Person) -> None:
    offer = await bundle(shop)
    assert facts(await carts.put(ana, CartWish(VARIANT, 2, SHOW))) == [(PRICE, False, None, None)]
    cart = await carts.put(ana, CartWish(OTHER_VARIANT, 4, SHOW))
    assert cart["totals"] == [cny(10_000)]
    assert [(line["offer"]["id"], line["offer"]["bundle"], line["problem"]) for line in cart["lines"]] == [
        (offer["id"], True, None)
    ] * 2
    # Its amount need not be so many times a unit's price.
    assert [line["amount"]["amount_minor"] for line in cart["lines"]] == [3_333, 6_667]
    assert [line["seen_price"]["amount_minor"] for line in cart["lines"]] == [1_667, 1_667]
    # One vase less is no bundle, and the lamps' price was another.
    one_less = await carts.put(ana, CartWish(OTHER_VARIANT, 3, SHOW))
    assert facts(one_less) == [
        (PRICE, False, "bundle_incomplete", "price_changed"),
        (PRICE, False, None, None),
    ]
    await carts.put(ana, CartWish(OTHER_VARIANT, 4, SHOW))
    (order,) = await carts.check_out(ana, "k", most=(Money(10_000, "CNY"),))
    assert order["total"] == cny(10_000)
    assert {line["offer"] for line in order["lines"]} == {offer["id"]}


async def test_of_two_offers_the_one_that_saves_more_is_taken(shop: Shop, carts: Carts, ana: Person) -> None:
    flash = await shop.offer(price_minor=1_500)
    whole = await bundle(shop, 5_000)
    await carts.put(ana, CartWish(VARIANT, 1, SHOW))
    cart = await carts.put(ana, CartWish(OTHER_VARIANT, 2, SHOW))
    assert {line["offer"]["id"] for line in cart["lines"]} == {whole["id"]}
    await shop.offers.close(MEI, None, OfferId(whole["id"]))
    cart = await carts.get(ana)
    assert [line["offer"] and line["offer"]["id"] for line in cart["lines"]] == [flash["id"], None]
    assert [line["problem"] for line in cart["lines"]] == [None, "price_changed"]
    cheaper = await shop.offer(price_minor=900)
    assert (await carts.get(ana))["lines"][0]["offer"]["id"] == cheaper["id"]


async def test_what_the_page_showed_is_the_most_that_all_may_cost(shop: Shop, carts: Carts, ana: Person) -> None:
    """The line was put in at the shop's price; the page showed the offer's, which then ended."""
    await carts.put(ana, CartWish(VARIANT, 1, SHOW))
    offer = await shop.offer()
    shown = (await carts.get(ana))["totals"]
    assert shown == [cny(OFFER_PRICE)]
    await shop.offers.close(MEI, None, OfferId(offer["id"]))
    for most in ((Money(OFFER_PRICE, "CNY"),), (Money(10**6, "JPY"),), ()):
        with pytest.raises(ConflictError) as refusal:
            await carts.check_out(ana, "k", most=most)
        assert refusal.value.code == "price_changed"
    assert await shop.rows(orders) == []
    (order,) = await carts.check_out(ana, "k", most=(Money(PRICE, "CNY"),))
    assert order["total"] == cny(PRICE)
    assert await carts.check_out(ana, "k", most=(Money(PRICE, "CNY"),)) == [order]
    with pytest.raises(ConflictError) as refusal:
        await carts.check_out(ana, "k", most=(Money(PRICE + 1, "CNY"),))
    assert refusal.value.code == "key_reused"


async def test_what_nothing_is_held_of_is_an_order_of_its_own(shop: Shop, carts: Carts, ana: Person) -> None:
    await shop.offer(mode=OfferMode.FIRST_TO_PAY)
    await carts.put(ana, CartWish(VARIANT, 2, SHOW))
    await carts.put(ana, CartWish(OTHER_VARIANT, 1, SHOW))
    first, plain = await carts.check_out(ana, "k")
    assert [(order["held"], order["total"]["amount_minor"]) for order in (first, plain)] == [
        (False, 2 * OFFER_PRICE),
        (True, PRICE),
    ]
    assert (await shop.row()).reserved == 0
    await shop.top_up(ana, 2 * OFFER_PRICE)
    assert (await shop.pay(ana, first))["state"] == "paid"


async def test_a_coupon_counts_beside_a_bundle(shop: Shop, carts: Carts, ana: Person) -> None:
    await bundle(shop)
    terms = CouponTerms(MEI.id, CouponKind.PERCENT, 10, "CNY")
    await Coupons(shop.store, shop.committer).make(MEI, None, "TEN", terms)
    await carts.put(ana, CartWish(VARIANT, 1, SHOW))
    await carts.put(ana, CartWish(OTHER_VARIANT, 2, SHOW))
    cart = await carts.get(ana, "TEN")
    assert (cart["totals"], cart["coupon"]) == ([cny(5_000)], {"code": "TEN", "discount": cny(500), "problem": None})
    with pytest.raises(ConflictError) as refusal:
        await carts.check_out(ana, "k", "TEN", (Money(4_499, "CNY"),))
    assert refusal.value.code == "price_changed"
    (order,) = await carts.check_out(ana, "k", "TEN", (Money(4_500, "CNY"),))
    assert order["total"] == cny(4_500)
