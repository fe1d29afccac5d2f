"""Coupons through the services, on both engines: what they take off, for whom, how often, and who wins the last use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_offers import coupon_buyers, coupons
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.order import RESERVATION_MS
from livecart.domain.people import Person, Role
from livecart.services.coupons import Coupons
from livecart.services.store import Page
from livecart.services.wishes import WishedLine
from tests.support.shop import MEI, OTHER_VARIANT, PRICE, VARIANT, Shop, branch, open_shop

ROOT = Person(PersonId("root"), "root", "Root", Role.ADMIN)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


async def _code(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


async def _make(shop: Shop, code: str = "TEN", **changed: Any) -> dict[str, Any]:
    terms = {"seller": MEI.id, "kind": CouponKind.PERCENT, "value": 10, "currency": "CNY", **changed}
    return await Coupons(shop.store, shop.committer).make(MEI, None, code, CouponTerms(**terms))


async def _used(shop: Shop) -> tuple[int, list[int]]:
    (row,) = await shop.rows(coupons)
    return row.used, sorted(each.uses for each in await shop.rows(coupon_buyers))


async def test_a_percentage_is_rounded_down_and_split_to_the_last_cent(shop: Shop) -> None:
    made = await _make(shop, value=15)
    assert (made["code"], made["used"], made["whole_shop"]) == ("TEN", 0, False)
    lines = (WishedLine(1, VARIANT), WishedLine(2, OTHER_VARIANT))
    order = await shop.place(shop.buyers[0], lines=lines, show=None, coupon=" ten ")
    assert 3 * PRICE * 15 // 100 == 895
    assert order["discount"] == {"amount_minor": 895, "currency": "CNY"}
    assert [line["discount_minor"] for line in order["lines"]] == [298, 597]
    assert order["total"]["amount_minor"] == 3 * PRICE - 895
    assert order["coupon"] == "TEN"
    await shop.top_up(shop.buyers[0], 3 * PRICE - 895)
    assert (await shop.pay(shop.buyers[0], order))["state"] == "paid"
    assert await _used(shop) == (1, [1])


async def test_a_fixed_coupon_takes_at_most_what_the_goods_cost(shop: Shop) -> None:
    await _make(shop, "SMALL", kind=CouponKind.FIXED, value=500)
    await _make(shop, "LARGE", kind=CouponKind.FIXED, value=50_000)
    assert (await shop.place(shop.buyers[0], coupon="SMALL"))["total"]["amount_minor"] == PRICE - 500
    free = await shop.place(shop.buyers[0], coupon="LARGE")
    assert free["total"]["amount_minor"] == 0
    await shop.top_up(shop.buyers[0], 1)
    assert (await shop.pay(shop.buyers[0], free))["state"] == "paid"


async def test_a_coupon_on_an_offer_does_not_pass_the_floor(shop: Shop) -> None:
    async with shop.database.write() as connection:
        await connection.execute(text("UPDATE variants SET floor_minor = 900 WHERE id = 'lamp-red'"))
    offer = await shop.offer(price_minor=990)
    await _make(shop, value=50)
    order = await shop.place(shop.buyers[0], 2, offer=offer["id"], coupon="TEN")
    assert order["total"]["amount_minor"] == 1_800


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"minimum_minor": 2 * PRICE + 1}, "coupon_minimum"),
        ({"currency": "JPY"}, "coupon_not_for_this"),
        ({"seller": PersonId("p00001")}, "coupon_not_for_this"),
        ({"starts_at_ms": 1_800_000_000_001}, "coupon_not_started"),
        ({"ends_at_ms": 1_800_000_000_000}, "coupon_ended"),
    ],
)
async def test_a_coupon_that_is_not_for_this_order_refuses_it(shop: Shop, changed: Any, code: str) -> None:
    await _make(shop)
    async with shop.database.write() as connection:
        column, value = next(iter(changed.items()))
        name = "seller_id" if column == "seller" else column
        await connection.execute(text(f"UPDATE coupons SET {name} = :value"), {"value": value})
    assert await _code(shop.place(shop.buyers[0], 2, coupon="TEN")) == code
    assert (await shop.row()).reserved == 0
    assert await _used(shop) == (0, [])


async def test_a_minimum_that_is_reached_is_enough(shop: Shop) -> None:
    await _make(shop, minimum_minor=2 * PRICE)
    assert (await shop.place(shop.buyers[0], 2, coupon="TEN"))["discount"]["amount_minor"] == 398


async def test_a_person_uses_it_so_often_and_a_use_comes_back_with_its_order(shop: Shop) -> None:
    ana, lin = shop.buyers[:2]
    await _make(shop, per_person=1, total=2)
    first = await shop.place(ana, coupon="TEN")
    assert await _code(shop.place(ana, coupon="TEN")) == "coupon_per_person"
    await shop.place(lin, coupon="TEN")
    assert await _code(shop.place(shop.buyers[2], coupon="TEN")) == "coupon_used_up"
    await shop.cancel(ana, first)
    assert await _used(shop) == (1, [0, 1])
    assert (await shop.place(ana, coupon="TEN"))["coupon"] == "TEN"
    shop.clock.ms += RESERVATION_MS
    await shop.orders.expire_due(shop.clock.ms)
    assert await _used(shop) == (0, [0, 0])


async def test_an_unknown_or_malformed_code_refuses_the_order(shop: Shop) -> None:
    assert await _code(shop.place(shop.buyers[0], coupon="NOTHING")) == "coupon_unknown"
    for malformed in ("", "a", "x" * 33, "a b", "' OR 1=1", "\0\0\0"):
        assert await _code(shop.place(shop.buyers[0], coupon=malformed)) == "invalid"
    assert (await shop.row()).reserved == 0


async def test_the_coupon_is_part_of_the_request(shop: Shop) -> None:
    await _make(shop)
    await shop.place(shop.buyers[0], coupon="TEN", key="k")
    assert await _code(shop.place(shop.buyers[0], key="k")) == "key_reused"


async def test_of_many_who_want_the_last_use_one_gets_it(database: Database) -> None:
    """Row 32: two processes, everybody at once."""
    async with open_shop(database, stock=50, buyers=20) as shop, branch(database, "b") as other:
        await _make(shop, total=1)
        answers = await asyncio.gather(
            *((shop, other)[n % 2].place(buyer, coupon="TEN") for n, buyer in enumerate(shop.buyers)),
            return_exceptions=True,
        )
        codes = [answer.code for answer in answers if isinstance(answer, LivecartError)]
        assert codes == ["coupon_used_up"] * 19
        assert (await shop.row()).reserved == 1
        assert await _used(shop) == (1, [1])
        assert await shop.faults() == {}


async def test_a_coupon_that_was_taken_back_is_kept_by_those_who_used_it(shop: Shop) -> None:
    ana = shop.buyers[0]
    service = Coupons(shop.store, shop.committer)
    await _make(shop)
    order = await shop.place(ana, coupon="TEN")
    disabled = await service.disable(MEI, "ten")
    assert disabled["disabled_at"] is not None
    assert await service.disable(MEI, "TEN") == disabled
    assert await _code(shop.place(shop.buyers[1], coupon="TEN")) == "coupon_disabled"
    await shop.top_up(ana, PRICE)
    assert (await shop.pay(ana, order))["total"]["amount_minor"] == PRICE - 199


async def test_a_code_names_one_coupon_and_another_sellers_is_not_there(shop: Shop) -> None:
    await _make(shop)
    assert await _code(_make(shop, "ten")) == "code_taken"
    other = Person(shop.buyers[0].id, "lin", "Lin", Role.CREATOR)
    service = Coupons(shop.store, shop.committer)
    with pytest.raises(NotFoundError):
        await service.disable(other, "TEN")
    assert await service.mine(other, Page(10)) == ([], None)
    with pytest.raises(ForbiddenError):
        await service.disable(shop.buyers[0], "TEN")


async def test_only_an_admin_makes_one_for_the_whole_shop(shop: Shop) -> None:
    service = Coupons(shop.store, shop.committer)
    terms = CouponTerms(None, CouponKind.PERCENT, 10, "CNY")
    with pytest.raises(ForbiddenError):
        await service.make(MEI, None, "SHOP", terms)
    async with shop.database.write() as connection:
        row = """
            INSERT INTO people (id, handle, display_name, role, password_hash, created_at_ms)
            VALUES ('root', 'root', 'Root', 'admin', '', 0)
        """
        await connection.execute(text(row))
    assert (await service.make(ROOT, None, "SHOP", terms))["whole_shop"]
    assert (await shop.place(shop.buyers[0], coupon="SHOP"))["discount"]["amount_minor"] == 199


async def test_the_same_key_makes_one_coupon_and_a_list_comes_in_pages(shop: Shop) -> None:
    service = Coupons(shop.store, shop.committer)
    terms = CouponTerms(MEI.id, CouponKind.PERCENT, 10, "CNY")
    first = await service.make(MEI, "k", "A-1", terms)
    assert await service.make(MEI, "k", "A-1", terms) == first
    for code in ("B_2", "C-3"):
        await service.make(MEI, None, code, terms)
    page, following = await service.mine(MEI, Page(2))
    rest, end = await service.mine(MEI, Page(2, following))
    assert [each["code"] for each in [*page, *rest]] == ["C-3", "B_2", "A-1"]
    assert end is None


@pytest.mark.parametrize(
    "changed",
    [
        {"value": 0},
        {"value": -1},
        {"value": 101},
        {"value": 1.5},
        {"kind": CouponKind.FIXED, "value": 10**12 + 1},
        {"minimum_minor": -1},
        {"per_person": 0},
        {"total": 0},
        {"starts_at_ms": 5, "ends_at_ms": 5},
    ],
)
async def test_a_coupon_that_makes_no_sense_is_refused(shop: Shop, changed: Any) -> None:
    with pytest.raises(InvalidError):
        await _make(shop, **changed)
    assert await shop.rows(coupons) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("tampering", "invariant"),
    [
        ("UPDATE coupons SET used = used + 1", "uses of coupons"),
        ("UPDATE orders SET coupon = NULL", "uses of coupons"),
        ("UPDATE coupon_buyers SET uses = uses + 1", "buyers' uses of coupons"),
    ],
)
async def test_tampering_with_coupons_is_found_and_named(database: Database, tampering: str, invariant: str) -> None:
    async with open_shop(database) as shop:
        await _make(shop)
        await shop.place(shop.buyers[0], coupon="TEN")
        assert await shop.faults() == {}
        async with shop.database.write() as connection:
            await connection.execute(text(tampering))
        assert [name for name in await shop.faults() if name.startswith(invariant)]
