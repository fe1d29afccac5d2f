from __future__ import annotations

from livecart.adapters.sql.database import Database
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId
from livecart.services.retention import KEYS_KEPT_MS, NEWS_KEPT_MS, Retention
from tests.support.shop import START_MS, open_shop


async def test_a_key_is_known_for_two_days_and_then_free_again(database: Database) -> None:
    async with open_shop(database) as shop:
        retention = Retention(shop.store)
        first = await shop.place(shop.buyers[0], key="k")
        await retention.forget_old(START_MS + KEYS_KEPT_MS)
        assert await shop.place(shop.buyers[0], key="k") == first
        await retention.forget_old(START_MS + KEYS_KEPT_MS + 1)
        assert await retention.forget_old(START_MS + KEYS_KEPT_MS + 1) == 0
        assert (await shop.place(shop.buyers[0], key="k"))["id"] != first["id"]


async def test_news_that_was_not_delivered_is_kept_however_old(database: Database) -> None:
    async with open_shop(database) as shop:
        told, waiting = (ShowEvent(EventId(name), None, "notice", {}, START_MS) for name in ("told", "waiting"))
        async with shop.store.write() as tx:
            await tx.outbox.add(told, waiting)
            numbers = {event.id: number for number, event in await tx.outbox.unpublished(1_000)}
            await tx.outbox.mark_published([numbers[told.id]])
        assert await Retention(shop.store).forget_old(START_MS + NEWS_KEPT_MS) == 0
        assert await Retention(shop.store).forget_old(START_MS + NEWS_KEPT_MS + 1) == 1
        async with shop.store.read() as tx:
            assert waiting in [event for _, event in await tx.outbox.unpublished(1_000)]
