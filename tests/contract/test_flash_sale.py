"""Row 24: a crowd of a thousand, a hundred units, several processes, and everybody asks three times."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import idempotency_keys, orders
from livecart.adapters.sql.tables_offers import offers
from livecart.domain.errors import LivecartError
from tests.support.shop import Shop, branch, open_shop

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
        (row,) = await shops[0].rows(offers)
        assert (row.reserved, row.sold) == (UNITS, 0)
        assert (await shops[0].row()).reserved == UNITS


async def test_a_crowd_on_one_process_too(database: Database) -> None:
    async with open_shop(database, stock=UNITS, buyers=BUYERS // 4) as shop:
        await _crowd([shop], seed=1)
