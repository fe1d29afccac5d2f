"""A coupon for a whole cart: shown before, used once, refused with all of it, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import orders
from livecart.domain.checking_out import CartRefusedError
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person
from livecart.services.carts import CartPorts, Carts, CartWish
from livecart.services.coupons import Coupons
from livecart.services.orders import OrderTerms
from tests.support.shop import MEI, OTHER_VARIANT, PRICE, SHOW, START_MS, VARIANT, CountedIds, Shop, open_shop

OTHER_SELLER = PersonId("p00001")


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


@pytest.fixture
def carts(shop: Shop) -> Carts:
    return Carts(CartPorts(shop.store, shop.committer, CountedIds("cart"), shop.clock), OrderTerms())


@pytest.fixture
def ana(shop: Shop) -> Person:
    return shop.buyers[0]


async def fill(carts: Carts, person: Person) -> None:
    """Two lamps of the show and three vases of none: two orders."""
    await carts.put(person, CartWish(VARIANT, 2, SHOW))
    await carts.put(person, CartWish(OTHER_VARIANT, 3, None))


async def coupon(shop: Shop, code: str = "TEN", **changed: Any) -> None:
    terms = {"seller": MEI.id, "kind": CouponKind.PERCENT, "value": 10, "currency": "CNY", **changed}
    maker = replace(MEI, id=terms["seller"])
    await Coupons(shop.store, shop.committer).make(maker, None, code, CouponTerms(**terms))


async def test_a_coupon_is_shown_with_the_cart_and_used_once_for_the_order_that_it_takes_most_off(
    shop: Shop, carts: Carts, ana: Person
) -> None:
    await coupon(shop)
    await fill(carts, ana)
    off = {"amount_minor": 3 * PRICE // 10, "currency": "CNY"}
    assert (await carts.get(ana, " ten "))["coupon"] == {"code": "TEN", "discount": off, "problem": None}
    assert "coupon" not in await carts.get(ana)
    done = await carts.check_out(ana, "k", "ten")
    assert [(order["coupon"], order["discount"]["amount_minor"]) for order in done] == [
        (None, 0),
        ("TEN", 3 * PRICE // 10),
    ]
    assert await carts.check_out(ana, "k", "ten") == done
    with pytest.raises(ConflictError) as refusal:
        await carts.check_out(ana, "k", "TWENTY")
    assert refusal.value.code == "key_reused"
    await shop.top_up(ana, 5 * PRICE)
    assert [(await shop.pay(ana, order))["state"] for order in done] == ["paid", "paid"]
    await fill(carts, ana)
    assert (await carts.get(ana, "TEN"))["coupon"]["problem"] == "coupon_per_person"
    await shop.cancel(ana, (await carts.check_out(ana, "k2"))[0])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"seller": OTHER_SELLER}, "coupon_not_for_this"),
        ({"currency": "JPY"}, "coupon_not_for_this"),
        ({"minimum_minor": 5 * PRICE}, "coupon_minimum"),
        ({"starts_at_ms": START_MS + 1}, "coupon_not_started"),
        ({"ends_at_ms": START_MS}, "coupon_ended"),
    ],
)
async def test_a_coupon_that_is_for_none_of_it_stops_all_and_says_why(
    shop: Shop, carts: Carts, ana: Person, changed: dict[str, Any], code: str
) -> None:
    await coupon(shop, **{"code": "TEN", **changed})
    await fill(carts, ana)
    assert (await carts.get(ana, "TEN"))["coupon"] == {"code": "TEN", "discount": None, "problem": code}
    with pytest.raises(ConflictError) as refusal:
        await carts.check_out(ana, "k", "TEN")
    assert refusal.value.code == code
    assert len((await carts.get(ana))["lines"]) == 2
    assert await shop.rows(orders) == []
    # The key was for nothing that was done.
    assert len(await carts.check_out(ana, "k")) == 2


async def test_an_unknown_coupon_is_refused_and_nothing_is_done(shop: Shop, carts: Carts, ana: Person) -> None:
    await fill(carts, ana)
    for call in (carts.get(ana, "NOTHING"), carts.check_out(ana, "k", "NOTHING")):
        with pytest.raises(NotFoundError) as refusal:
            await call
        assert refusal.value.code == "coupon_unknown"
    assert await shop.rows(orders) == []


async def test_what_hinders_a_line_is_said_before_the_coupon(shop: Shop, carts: Carts, ana: Person) -> None:
    await coupon(shop)
    assert (await carts.get(ana, "TEN"))["coupon"]["problem"] == "cart_empty"
    await carts.put(ana, CartWish(VARIANT, 11, SHOW))
    assert (await carts.get(ana, "TEN"))["coupon"]["problem"] == "cart_refused"
    with pytest.raises(CartRefusedError):
        await carts.check_out(ana, "k", "NOTHING")
    for nonsense in ("", "a", "no spaces"):
        with pytest.raises(InvalidError):
            await carts.check_out(ana, "k", nonsense)
        with pytest.raises(InvalidError):
            await carts.get(ana, nonsense)


async def test_the_last_use_of_a_coupon_is_for_one_of_two_carts(shop: Shop, carts: Carts) -> None:
    await coupon(shop, total=1)
    people = shop.buyers[:2]
    for person in people:
        await carts.put(person, CartWish(VARIANT, 1, SHOW))
    answers = await asyncio.gather(*(carts.check_out(person, "k", "TEN") for person in people), return_exceptions=True)
    assert sorted(getattr(answer, "code", "ordered") for answer in answers) == ["coupon_used_up", "ordered"]
    assert (await shop.row()).reserved == 1
