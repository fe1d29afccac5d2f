"""Row 24: a crowd of a thousand, a hundred units, several processes, and everybody asks three times."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import idempotency_keys, orders
from livecart.adapters.sql.tables_offers import offers as offers_table
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.ids import OfferId
from livecart.domain.offer import OfferMode
from livecart.domain.order import RESERVATION_MS
from livecart.domain.people import Person
from livecart.services.coupons import Coupons
from livecart.services.stocking import Stocking
from tests.support.shop import MEI, OTHER_VARIANT, VARIANT, Shop, branch, open_shop

BUYERS, UNITS, COMMITTERS, TRIES = 1_000, 100, 3, 3


async def _crowd(shops: list[Shop], seed: int, **goods: Any) -> None:
    """Everybody asks TRIES times with one key, at any process, in any order: UNITS are sold, each once."""
    asked = [(number, buyer) for buyer in shops[0].buyers for number in range(TRIES)]
    chances = random.Random(seed)
    chances.shuffle(asked)
    answers = await asyncio.gather(
        *(chances.choice(shops).place(buyer, key="flash", **goods) for _, buyer in asked), return_exceptions=True
    )
    by_buyer: dict[str, set[str]] = {}
    for (_, buyer), answer in zip(asked, answers, strict=True):
        if isinstance(answer, dict):
            by_buyer.setdefault(buyer.id, set()).add(answer["id"])
        else:
            assert isinstance(answer, LivecartError), answer
            assert answer.code == "sold_out"
    assert len(by_buyer) == UNITS
    assert all(len(found) == 1 for found in by_buyer.values()), "the same key got two orders"
    shop = shops[0]
    assert len(await shop.rows(orders)) == len(await shop.rows(idempotency_keys)) - len(goods) == UNITS
    assert await shop.faults() == {}
    for buyer_id, (order,) in by_buyer.items():
        buyer = next(each for each in shop.buyers if each.id == buyer_id)
        again = await chances.choice(shops).place(buyer, key="flash", **goods)
        assert again["id"] == order


@asynccontextmanager
async def _shops(database: Database, count: int, stock: int) -> AsyncIterator[list[Shop]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_shop(database, stock=stock, buyers=BUYERS))
        branches = [await stack.enter_async_context(branch(database, f"b{number}")) for number in range(1, count)]
        yield [first, *branches]


@pytest.mark.real
@pytest.mark.parametrize("committers", [2, COMMITTERS])
async def test_a_thousand_buyers_get_exactly_a_hundred_units(postgres: Database, committers: int) -> None:
    async with _shops(postgres, committers, UNITS) as shops:
        await _crowd(shops, seed=committers)
        assert (await shops[0].row()).reserved == UNITS


@pytest.mark.real
async def test_a_thousand_buyers_get_exactly_the_units_of_an_offer(postgres: Database) -> None:
    async with _shops(postgres, COMMITTERS, 10 * UNITS) as shops:
        offer = await shops[0].offer(UNITS, per_buyer=1)
        await _crowd(shops, seed=9, offer=offer["id"])
        (row,) = await shops[0].rows(offers_table)
        assert (row.reserved, row.sold) == (UNITS, 0)
        assert (await shops[0].row()).reserved == UNITS


@pytest.mark.real
async def test_everything_at_once_in_three_processes_leaves_the_books_in_order(postgres: Database) -> None:
    """Offers of both modes, a bundle, a coupon, stock and closing, ordered, paid, cancelled and expired together."""
    async with _shops(postgres, COMMITTERS, 60) as shops:
        first, chances = shops[0], random.Random(5)
        async with postgres.write() as connection:
            await connection.execute(text("INSERT INTO show_products VALUES ('show', 'vase', 1)"))
        offers = [
            await first.offer(40, per_buyer=2),
            await first.offer(20, mode=OfferMode.FIRST_TO_PAY),
            await first.offer(15, lines=((VARIANT, 1), (OTHER_VARIANT, 2)), price_minor=4_000),
        ]
        terms = CouponTerms(MEI.id, CouponKind.PERCENT, 10, "CNY", total=25)
        await Coupons(first.store, first.committer).make(MEI, None, "TEN", terms)
        buyers = first.buyers[:150]
        await asyncio.gather(*(chances.choice(shops).top_up(buyer, 20_000) for buyer in buyers))

        async def buy(buyer: Person, number: int) -> None:
            goods: dict[str, Any] = {"offer": offers[number % 4]["id"]} if number % 4 < 3 else {}
            coupon = "TEN" if number % 3 == 0 else None
            with suppress(ConflictError):
                order = await chances.choice(shops).place(buyer, coupon=coupon, key=f"{buyer.id}-{number}", **goods)
                shop = chances.choice(shops)
                step = shop.pay if chances.random() < 0.6 else shop.cancel
                await asyncio.gather(step(buyer, order, "k" + order["id"]), chances.choice(shops).cancel(buyer, order))

        async def restock(number: int) -> None:
            with suppress(ConflictError):
                shop = chances.choice(shops)
                stocking = Stocking(shop.store, shop.committer)
                await stocking.adjust(MEI, f"s{number}", VARIANT, "counted", delta=chances.choice([-3, 5]))

        work = [buy(buyer, number) for number, buyer in enumerate(buyers * 2)] + [restock(n) for n in range(20)]
        chances.shuffle(work)
        await asyncio.gather(*work, first.offers.close(MEI, None, OfferId(offers[1]["id"])))
        for shop in shops:
            shop.clock.ms += RESERVATION_MS
        await asyncio.gather(*(shop.orders.expire_due(shop.clock.ms) for shop in shops))
        assert await first.faults() == {}
        assert {row.reserved for row in await first.rows(offers_table)} == {0}
        assert (await first.row()).reserved == 0
        assert (await first.row()).sold > 0


async def test_a_crowd_on_one_process_too(database: Database) -> None:
    async with open_shop(database, stock=UNITS, buyers=BUYERS // 4) as shop:
        await _crowd([shop], seed=1)
