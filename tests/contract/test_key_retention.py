from __future__ import annotations

from livecart.adapters.sql.database import Database
from livecart.services.key_retention import KEPT_MS, KeyRetention
from tests.support.shop import START_MS, open_shop


async def test_a_key_is_known_for_two_days_and_then_free_again(database: Database) -> None:
    async with open_shop(database) as shop:
        keys = KeyRetention(shop.store)
        first = await shop.place(shop.buyers[0], key="k")
        assert await keys.forget_old(START_MS + KEPT_MS) == 0
        assert await shop.place(shop.buyers[0], key="k") == first
        assert await keys.forget_old(START_MS + KEPT_MS + 1) == 1
        assert await keys.forget_old(START_MS + KEPT_MS + 1) == 0
        assert (await shop.place(shop.buyers[0], key="k"))["id"] != first["id"]
