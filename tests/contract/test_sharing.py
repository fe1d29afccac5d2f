"""Whose link brought whom, and what a show sold, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from livecart.adapters.sql.database import Database
from livecart.domain.errors import LivecartError
from livecart.domain.ids import ShowId
from livecart.services.figures import ShowFigures
from livecart.services.sharing import Sharing
from tests.contract.test_follows import HERE, FollowLimit
from tests.support.shop import ENDED_SHOW, MEI, PRICE, SHOW, open_shop


async def code_of(asked: Awaitable[Any]) -> str:
    try:
        await asked
    except LivecartError as error:
        return error.code
    return "taken"


async def test_the_first_link_stays_and_the_host_sees_who_brought_how_many(database: Database) -> None:
    async with open_shop(database, buyers=5) as shop:
        limit = FollowLimit()
        sharing = Sharing(shop.store, shop.clock, limit)
        ana, lin, *guests = shop.buyers
        for _ in range(2):
            said = [sharing.came(each, SHOW, ana.handle.upper(), address=HERE) for each in guests]
            assert {told["by"]["id"] for told in await asyncio.gather(*said)} == {ana.id}
        assert (await sharing.came(guests[0], SHOW, lin.handle, address=HERE))["by"]["id"] == ana.id
        assert (await sharing.came(ana, SHOW, lin.handle, address=HERE))["by"]["id"] == lin.id
        brought = await sharing.brought(MEI, SHOW)
        assert brought["people"] == len(guests) + 1
        assert [(top["user"]["id"], top["people"]) for top in brought["top"]] == [(ana.id, len(guests)), (lin.id, 1)]

        async with shop.store.write() as tx:
            await tx.retention.leave(ana.id)
        assert await sharing.brought(MEI, SHOW) == {"people": 0, "top": []}


async def test_what_is_no_referral_is_refused(database: Database) -> None:
    async with open_shop(database) as shop:
        limit = FollowLimit()
        sharing = Sharing(shop.store, shop.clock, limit)
        ana, lin, _ = shop.buyers
        assert await code_of(sharing.came(ana, SHOW, ana.handle, address=HERE)) == "own_link"
        assert await code_of(sharing.came(MEI, SHOW, ana.handle, address=HERE)) == "own_link"
        assert await code_of(sharing.came(ana, SHOW, "nobody-at-all", address=HERE)) == "not_found"
        assert await code_of(sharing.came(ana, ShowId("none"), lin.handle, address=HERE)) == "not_found"
        assert await code_of(sharing.came(ana, ENDED_SHOW, lin.handle, address=HERE)) == "show_ended"
        assert await code_of(sharing.brought(lin, SHOW)) == "forbidden"
        limit.used_up = True
        assert await code_of(sharing.came(ana, SHOW, lin.handle, address=HERE)) == "rate_limited"
        limit.used_up = False
        assert (await sharing.brought(MEI, SHOW))["people"] == 0


async def test_a_host_is_told_what_was_paid_and_nobody_else(database: Database) -> None:
    async with open_shop(database) as shop:
        figures = ShowFigures(shop.store)
        for buyer, quantity in zip(shop.buyers, (1, 2, 3), strict=True):
            await shop.top_up(buyer, 100_000)
            order = await shop.place(buyer, quantity)
            # The last one only reserves.
            if quantity < 3:
                await shop.pay(buyer, order)
        seen = await figures.view_for(MEI, SHOW)
        assert seen is not None
        assert seen["orders"] == {"count": 2, "sales": [{"amount_minor": 3 * PRICE, "currency": "CNY"}]}
        assert await figures.view_for(shop.buyers[0], SHOW) is None
