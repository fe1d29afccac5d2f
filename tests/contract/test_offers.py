"""Offers through the services, on both engines: units, buyers, times, modes, guards, bundles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import outbox, stock_movements
from livecart.adapters.sql.tables_offers import offer_buyers, offers
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.ids import OfferId, OrderId, ShowId
from livecart.domain.offer import OfferMode
from livecart.domain.order import FLASH_RESERVATION_MS
from livecart.services.offers import OfferWish
from livecart.services.store import Page
from livecart.services.wishes import WishedLine
from tests.support.shop import ENDED_SHOW, MEI, OTHER_VARIANT, PRICE, PRODUCT, SHOW, VARIANT, Shop, open_shop

OFFER_PRICE = 990


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


async def _row(shop: Shop, offer: dict[str, Any]) -> tuple[int, int]:
    (row,) = [row for row in await shop.rows(offers) if row.id == offer["id"]]
    return row.reserved, row.sold


async def _code(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


async def _both_in_bag(shop: Shop) -> None:
    async with shop.database.write() as connection:
        await connection.execute(text("INSERT INTO show_products VALUES ('show', 'vase', 1)"))


async def test_an_offer_says_what_it_costs_how_many_there_are_and_until_when(shop: Shop) -> None:
    offer = await shop.offer(5, per_buyer=2, ends_at_ms=shop.clock.ms + 60_000)
    line = {"variant": VARIANT, "product": PRODUCT, "quantity": 1, "unit_price_minor": PRICE}
    assert offer == {
        "id": offer["id"],
        "show": SHOW,
        "title": "Lamp",
        "lines": [line],
        "price": {"amount_minor": OFFER_PRICE, "currency": "CNY"},
        "price_minor": OFFER_PRICE,
        "list_minor": PRICE,
        "quantity": 5,
        "available": 5,
        "sold": 0,
        "per_buyer": 2,
        "mode": "reserve",
        "state": "open",
        "starts_at": "2027-01-15T08:00:00.000Z",
        "ends_at": "2027-01-15T08:01:00.000Z",
        "closed_at": None,
        "version": 1,
    }
    assert await shop.offers.of_show(SHOW, Page(10)) == ([offer], None)


async def test_an_order_of_an_offer_costs_its_price_and_is_held_for_a_short_time(shop: Shop) -> None:
    ana = shop.buyers[0]
    offer = await shop.offer()
    order = await shop.place(ana, 2, offer=offer["id"], show=None)
    assert order["show"] == SHOW
    assert order["total"] == {"amount_minor": 2 * OFFER_PRICE, "currency": "CNY"}
    assert order["lines"][0]["unit_price_minor"] == OFFER_PRICE
    assert order["lines"][0]["offer"] == offer["id"]
    assert order["expires_at"] == "2027-01-15T08:05:00.000Z"
    assert await _row(shop, offer) == (2, 0)
    await shop.top_up(ana, 2 * OFFER_PRICE)
    assert (await shop.pay(ana, order))["state"] == "paid"
    assert await _row(shop, offer) == (0, 2)
    assert ((await shop.row()).reserved, (await shop.row()).sold) == (0, 2)


async def test_an_offer_sells_its_units_and_no_more_even_if_there_is_stock(shop: Shop) -> None:
    offer = await shop.offer(3)
    await shop.place(shop.buyers[0], 3, offer=offer["id"])
    assert await _code(shop.place(shop.buyers[1], offer=offer["id"])) == "sold_out"
    (found,), _ = await shop.offers.of_show(SHOW, Page(10))
    assert (found["state"], found["available"]) == ("sold_out", 0)
    assert (await shop.place(shop.buyers[1]))["state"] == "reserved"


async def test_an_offer_never_sells_more_than_the_stock(shop: Shop) -> None:
    offer = await shop.offer(50)
    await shop.place(shop.buyers[0], 8)
    assert await _code(shop.place(shop.buyers[1], 3, offer=offer["id"])) == "sold_out"
    assert (await shop.place(shop.buyers[1], 2, offer=offer["id"]))["state"] == "reserved"


async def test_each_buyer_gets_so_many_and_gets_them_back_when_he_gives_up(shop: Shop) -> None:
    ana, lin = shop.buyers[:2]
    offer = await shop.offer(5, per_buyer=2)
    first = await shop.place(ana, offer=offer["id"])
    assert await _code(shop.place(ana, 2, offer=offer["id"])) == "per_buyer_limit"
    await shop.place(ana, offer=offer["id"])
    assert await _code(shop.place(ana, offer=offer["id"])) == "per_buyer_limit"
    await shop.place(lin, 2, offer=offer["id"])
    await shop.cancel(ana, first)
    assert await _row(shop, offer) == (3, 0)
    assert (await shop.place(ana, offer=offer["id"]))["state"] == "reserved"
    assert sorted(row.units for row in await shop.rows(offer_buyers)) == [2, 2]


async def test_what_is_not_paid_in_time_comes_back_to_the_offer_and_its_buyer(shop: Shop) -> None:
    ana = shop.buyers[0]
    offer = await shop.offer(2, per_buyer=2)
    await shop.place(ana, 2, offer=offer["id"])
    shop.clock.ms += FLASH_RESERVATION_MS
    assert await shop.orders.expire_due(shop.clock.ms) == 1
    assert await _row(shop, offer) == (0, 0)
    assert (await shop.place(ana, 2, offer=offer["id"]))["state"] == "reserved"


async def test_an_offer_begins_and_ends_by_the_servers_clock(shop: Shop) -> None:
    now = shop.clock.ms
    offer = await shop.offer(starts_at_ms=now + 1_000, ends_at_ms=now + 2_000)
    assert offer["state"] == "scheduled"
    assert await _code(shop.place(shop.buyers[0], offer=offer["id"])) == "offer_not_open"
    shop.clock.ms = now + 1_000
    assert (await shop.place(shop.buyers[0], offer=offer["id"]))["state"] == "reserved"
    shop.clock.ms = now + 2_000
    assert await _code(shop.place(shop.buyers[1], offer=offer["id"])) == "offer_closed"
    assert (await shop.offers.of_show(SHOW, Page(1)))[0][0]["state"] == "closed"


async def test_a_closed_offer_sells_nothing_but_what_is_reserved_may_be_paid(shop: Shop) -> None:
    ana = shop.buyers[0]
    offer = await shop.offer()
    order = await shop.place(ana, offer=offer["id"])
    closed = await shop.offers.close(MEI, "c", OfferId(offer["id"]))
    assert (closed["state"], closed["version"]) == ("closed", 3)
    assert await shop.offers.close(MEI, "c", OfferId(offer["id"])) == closed
    assert (await shop.offers.close(MEI, None, OfferId(offer["id"])))["closed_at"] == closed["closed_at"]
    assert await _code(shop.place(shop.buyers[1], offer=offer["id"])) == "offer_closed"
    await shop.top_up(ana, OFFER_PRICE)
    assert (await shop.pay(ana, order))["state"] == "paid"


async def test_an_offer_without_an_end_closes_with_its_show(shop: Shop) -> None:
    offer = await shop.offer()
    async with shop.database.write() as connection:
        await connection.execute(text("UPDATE shows SET state = 'ended' WHERE id = 'show'"))
    assert await _code(shop.place(shop.buyers[0], offer=offer["id"])) == "show_ended"
    assert (await shop.offers.of_show(SHOW, Page(1)))[0][0]["state"] == "closed"


async def test_where_the_first_to_pay_has_them_nothing_is_held_and_paying_decides(shop: Shop) -> None:
    ana, lin = shop.buyers[:2]
    offer = await shop.offer(1, mode=OfferMode.FIRST_TO_PAY)
    orders = [await shop.place(buyer, offer=offer["id"]) for buyer in (ana, lin)]
    assert [order["held"] for order in orders] == [False, False]
    assert (await shop.row()).reserved == 0
    assert await _row(shop, offer) == (0, 0)
    for buyer in (ana, lin):
        await shop.top_up(buyer, OFFER_PRICE)
    assert (await shop.pay(lin, orders[1]))["state"] == "paid"
    assert await _code(shop.pay(ana, orders[0])) == "sold_out"
    assert await _row(shop, offer) == (0, 1)
    assert (await shop.wallets.get(ana))["balances"][0]["amount_minor"] == OFFER_PRICE
    assert await _code(shop.place(shop.buyers[2], offer=offer["id"])) == "sold_out"
    kinds = [row.kind for row in await shop.rows(stock_movements) if row.cause == orders[1]["id"]]
    assert sorted(kinds) == ["reserved", "sold"]
    assert (await shop.cancel(ana, orders[0]))["state"] == "cancelled"


async def test_of_many_who_pay_at_once_as_many_win_as_there_are_units(database: Database) -> None:
    async with open_shop(database, stock=4, buyers=12) as shop:
        offer = await shop.offer(9, mode=OfferMode.FIRST_TO_PAY)
        placed = [await shop.place(buyer, offer=offer["id"]) for buyer in shop.buyers]
        for buyer in shop.buyers:
            await shop.top_up(buyer, OFFER_PRICE)
        answers = await asyncio.gather(
            *(shop.pay(buyer, order) for buyer, order in zip(shop.buyers, placed, strict=True)), return_exceptions=True
        )
        codes = [answer.code for answer in answers if isinstance(answer, ConflictError)]
        assert codes == ["sold_out"] * 8
        assert (await shop.row()).sold == 4
        assert await shop.faults() == {}


async def test_paying_asks_again_for_the_buyers_limit_and_whether_the_offer_is_open(shop: Shop) -> None:
    ana = shop.buyers[0]
    offer = await shop.offer(5, per_buyer=1, mode=OfferMode.FIRST_TO_PAY)
    one, two, three = [await shop.place(ana, offer=offer["id"]) for _ in range(3)]
    await shop.top_up(ana, 5_000)
    await shop.pay(ana, one)
    assert await _code(shop.pay(ana, two)) == "per_buyer_limit"
    assert await _code(shop.place(ana, offer=offer["id"])) == "per_buyer_limit"
    await shop.offers.close(MEI, None, OfferId(offer["id"]))
    assert await _code(shop.pay(ana, three)) == "offer_closed"


async def test_a_show_says_what_its_offers_do_that_say_nothing(shop: Shop) -> None:
    assert await shop.offers.set_mode(MEI, SHOW, OfferMode.FIRST_TO_PAY) == {"mode": "first_to_pay"}
    assert (await shop.offer())["mode"] == "first_to_pay"
    assert (await shop.offer(mode=OfferMode.RESERVE))["mode"] == "reserve"
    await shop.offers.set_mode(MEI, SHOW, OfferMode.RESERVE)
    assert (await shop.offer())["mode"] == "reserve"


async def test_the_floor_is_never_passed_and_a_large_discount_needs_a_yes(shop: Shop) -> None:
    async with shop.database.write() as connection:
        await connection.execute(text("UPDATE variants SET floor_minor = 500 WHERE id = 'lamp-red'"))
    assert await _code(shop.offer(price_minor=499, confirm=True)) == "below_floor"
    assert await _code(shop.offer(price_minor=PRICE * 2 // 5 - 1)) == "discount_too_large"
    assert (await shop.offer(price_minor=PRICE * 2 // 5 - 1, confirm=True))["state"] == "open"
    assert (await shop.offer(price_minor=PRICE * 2 // 5))["state"] == "open"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"quantity": 0}, "invalid"),
        ({"quantity": 10**6 + 1}, "invalid"),
        ({"per_buyer": 0}, "invalid"),
        ({"price_minor": -1}, "invalid"),
        ({"price_minor": PRICE + 1}, "invalid"),
        ({"ends_at_ms": 1}, "invalid"),
        ({"starts_at_ms": 2 * 10**12, "ends_at_ms": 2 * 10**12}, "invalid"),
        ({"title": "x" * 121}, "invalid"),
        ({"variant": None}, "invalid"),
        ({"variant": "nothing"}, "not_found"),
        ({"variant": "\0"}, "not_found"),
        ({"variant": OTHER_VARIANT}, "not_in_bag"),
        ({"lines": ((VARIANT, 0),)}, "invalid"),
        ({"lines": ((VARIANT, -1),)}, "invalid"),
        ({"lines": ((VARIANT, 60), (VARIANT, 60))}, "invalid"),
        ({"lines": tuple((f"v{n}", 1) for n in range(11))}, "invalid"),
        ({"lines": ((VARIANT, 1), (OTHER_VARIANT, 1))}, "not_in_bag"),
    ],
)
async def test_an_offer_that_cannot_be_is_refused_by_name(shop: Shop, changed: dict[str, Any], code: str) -> None:
    assert await _code(shop.offer(**{"quantity": 5, **changed})) == code
    assert await shop.rows(offers) == []


async def test_only_the_host_offers_and_closes_and_a_show_that_ended_offers_nothing(shop: Shop) -> None:
    ana = shop.buyers[0]
    asked = OfferWish(990, 1, VARIANT)
    offer = await shop.offer()
    for call in (
        shop.offers.open(ana, "k", SHOW, asked),
        shop.offers.close(ana, "k", OfferId(offer["id"])),
        shop.offers.set_mode(ana, SHOW, OfferMode.RESERVE),
    ):
        with pytest.raises(ForbiddenError):
            await call
    assert await _code(shop.offers.open(MEI, "k", ENDED_SHOW, asked)) == "show_ended"
    for missing in (ShowId("nothing"), ShowId("\0")):
        with pytest.raises(NotFoundError):
            await shop.offers.open(MEI, "k", missing, asked)
    with pytest.raises(NotFoundError):
        await shop.offers.close(MEI, "k", OfferId("nothing"))


async def test_opening_twice_with_one_key_is_one_offer(shop: Shop) -> None:
    asked = OfferWish(990, 1, VARIANT)
    first = await shop.offers.open(MEI, "k", SHOW, asked)
    assert await shop.offers.open(MEI, "k", SHOW, asked) == first
    assert await _code(shop.offers.open(MEI, "k", SHOW, OfferWish(991, 1, VARIANT))) == "key_reused"
    assert len(await shop.rows(offers)) == 1


async def test_an_offer_belongs_to_its_show(shop: Shop) -> None:
    offer = await shop.offer()
    assert await _code(shop.place(shop.buyers[0], offer=offer["id"], show=ENDED_SHOW)) == "not_found"
    assert await _code(shop.place(shop.buyers[0], offer="nothing")) == "not_found"


async def test_a_product_that_left_the_bag_is_not_offered_any_more(shop: Shop) -> None:
    offer = await shop.offer()
    async with shop.database.write() as connection:
        await connection.execute(text("DELETE FROM show_products"))
    assert await _code(shop.place(shop.buyers[0], offer=offer["id"])) == "not_in_bag"


async def test_a_bundle_is_one_price_split_over_its_lines_to_the_last_cent(shop: Shop) -> None:
    ana = shop.buyers[0]
    await _both_in_bag(shop)
    bundle = await shop.offer(3, lines=((VARIANT, 1), (OTHER_VARIANT, 1), (VARIANT, 1)), price_minor=5_000)
    assert [(line["variant"], line["quantity"]) for line in bundle["lines"]] == [(VARIANT, 2), (OTHER_VARIANT, 1)]
    assert bundle["list_minor"] == 3 * PRICE
    order = await shop.place(ana, 2, offer=bundle["id"])
    assert [line["quantity"] for line in order["lines"]] == [4, 2]
    assert [line["unit_price_minor"] for line in order["lines"]] == [PRICE, PRICE]
    assert [line["discount_minor"] for line in order["lines"]] == [1_293, 647]
    assert order["total"]["amount_minor"] == 10_000
    assert await _row(shop, bundle) == (2, 0)
    await shop.top_up(ana, 10_000)
    await shop.pay(ana, order)
    assert await _row(shop, bundle) == (0, 2)
    assert ((await shop.row()).sold, (await shop.row(OTHER_VARIANT)).sold) == (4, 2)


async def test_a_bundle_is_sold_whole_or_not_at_all(shop: Shop) -> None:
    await _both_in_bag(shop)
    bundle = await shop.offer(9, lines=((VARIANT, 1), (OTHER_VARIANT, 1)), price_minor=2_000)
    await shop.place(shop.buyers[0], 10, variant=OTHER_VARIANT)
    assert await _code(shop.place(shop.buyers[1], offer=bundle["id"])) == "sold_out"
    assert (await shop.row()).reserved == 0
    assert await _row(shop, bundle) == (0, 0)


async def test_the_same_variant_offered_and_at_its_price_is_no_order(shop: Shop) -> None:
    offer = await shop.offer()
    lines = (WishedLine(1, offer=offer["id"]), WishedLine(1, VARIANT))
    with pytest.raises(InvalidError):
        await shop.place(shop.buyers[0], lines=lines)


async def test_the_room_hears_an_offer_open_change_and_close(shop: Shop) -> None:
    offer = await shop.offer(2)
    await asyncio.gather(*(shop.place(buyer, offer=offer["id"]) for buyer in shop.buyers[:2]))
    await shop.offers.close(MEI, None, OfferId(offer["id"]))
    async with shop.store.read() as tx:
        told = [event for _, event in await tx.outbox.unpublished(100) if event.type == "offer"]
    assert [(event.show, event.data["version"], event.data["available"]) for event in told] == [
        (SHOW, 1, 2),
        (SHOW, 3, 0),
        (SHOW, 4, 0),
    ]
    assert [event.data["state"] for event in told] == ["open", "sold_out", "closed"]
    assert told[0].data == offer
    assert len({row.event_id for row in await shop.rows(outbox)}) == len(await shop.rows(outbox))


async def test_the_books_refuse_what_the_code_would_have_missed(shop: Shop) -> None:
    await shop.offer(2)
    for statement in ("UPDATE offers SET reserved = 3", "UPDATE offers SET sold = -1"):
        with pytest.raises(Exception, match=r"(?i)check constraint"):
            async with shop.database.write() as connection:
                await connection.execute(text(statement))


@pytest.mark.once
@pytest.mark.parametrize(
    ("tampering", "invariant"),
    [
        ("UPDATE offers SET reserved = reserved + 1", "reserved units of offers"),
        ("UPDATE offers SET sold = sold + 1", "sold units of offers"),
        ("UPDATE offer_buyers SET units = units + 1", "buyers' units of offers"),
        ("UPDATE offers SET per_buyer = 0", "buyers have no more of an offer"),
        ("DELETE FROM offer_buyers", "units of offers are counted"),
        ("UPDATE order_lines SET discount_minor = -1", "discounts stay within"),
    ],
)
async def test_tampering_with_offers_is_found_and_named(database: Database, tampering: str, invariant: str) -> None:
    async with open_shop(database) as shop:
        offer = await shop.offer()
        await shop.place(shop.buyers[0], offer=offer["id"])
        assert await shop.faults() == {}
        async with shop.database.write() as connection:
            await connection.execute(text(tampering))
        assert [name for name in await shop.faults() if name.startswith(invariant)]


async def test_an_order_of_an_offer_can_be_looked_up(shop: Shop) -> None:
    offer = await shop.offer()
    order = await shop.place(shop.buyers[0], offer=offer["id"])
    assert await shop.orders.get(shop.buyers[0], OrderId(order["id"])) == order
