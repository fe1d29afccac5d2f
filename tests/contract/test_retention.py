from __future__ import annotations

from dataclasses import replace

from livecart.adapters.sql.database import Database
from livecart.domain.chat import ChatMessage, Deleter, Deletion
from livecart.domain.chat_rules import ChatRules
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, MessageId, PersonId, ShowId
from livecart.services.chat_views import around, message_view
from livecart.services.retention import AT_ONCE, KEYS_KEPT_MS, NEWS_KEPT_MS, Retention
from tests.support.shop import ENDED_SHOW, SHOW, START_MS, Shop, open_shop


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


DAY_MS = 24 * 3600 * 1000
HOST = PersonId("mei")


def line(number: int, at_ms: int, show: ShowId = SHOW) -> ChatMessage:
    return ChatMessage(MessageId(f"m{number:05d}"), show, PersonId("p00000"), f"k{number}", f"t{number}", at_ms)


async def keep(shop: Shop, *messages: ChatMessage) -> None:
    async with shop.store.write() as tx:
        await tx.chat.add_all(messages)


async def pin(shop: Shop, message: ChatMessage) -> None:
    async with shop.store.write() as tx:
        await tx.chat_desks.save_rules(message.show, ChatRules(version=4, slow_s=5, pinned=message.id))


async def texts(shop: Shop) -> list[str]:
    async with shop.store.read() as tx:
        return [message.text for message, _ in await tx.chat.latest(SHOW, 9_999)]


async def news(shop: Shop) -> list[tuple[str, dict[str, object]]]:
    async with shop.store.read() as tx:
        return [(event.type, dict(event.data)) for _, event in await tx.outbox.unpublished(1_000)]


async def test_chat_is_kept_for_the_days_that_were_set(database: Database) -> None:
    async with open_shop(database) as shop:
        deleted = replace(line(1, START_MS), deletion=Deletion(Deleter.HOST, HOST, START_MS))
        await keep(shop, deleted, *(line(number, START_MS) for number in range(2, AT_ONCE + 9)), line(0, START_MS + 1))
        async with shop.store.write() as tx:
            await tx.chat.save_deletion(deleted)
        assert await Retention(shop.store).forget_old(START_MS + 9_999 * DAY_MS) == 0
        retention = Retention(shop.store, 30)
        assert await retention.forget_old(START_MS + 30 * DAY_MS) == 0
        assert await retention.forget_old(START_MS + 30 * DAY_MS + 1) == AT_ONCE + 8
        assert await texts(shop) == ["t0"]
        assert await retention.forget_old(START_MS + 30 * DAY_MS + 1) == 0


async def test_a_pinned_message_that_is_too_old_is_taken_down_and_told(database: Database) -> None:
    async with open_shop(database) as shop:
        old, young = line(1, START_MS), line(2, START_MS + DAY_MS)
        past = line(3, START_MS, ENDED_SHOW)
        await keep(shop, old, young, past)
        await pin(shop, old)
        await pin(shop, past)
        before = await news(shop)
        assert await Retention(shop.store, 1).forget_old(START_MS + DAY_MS + 1) == 2
        async with shop.store.read() as tx:
            assert await tx.chat_desks.rules(SHOW) == ChatRules(version=5, slow_s=5)
            assert (await tx.chat_desks.rules(ENDED_SHOW)).pinned is None
        # Nobody is in a show that has ended.
        assert (await news(shop))[len(before) :] == [("chat.pinned", {"message": None, "version": 5})]
        await pin(shop, young)
        assert await Retention(shop.store, 1).forget_old(START_MS + DAY_MS + 1) == 0
        assert await texts(shop) == ["t2"]


async def test_a_message_that_is_pinned_meanwhile_stays_until_the_next_time(database: Database) -> None:
    async with open_shop(database) as shop:
        await keep(shop, line(1, START_MS), line(2, START_MS))
        await pin(shop, line(2, START_MS))
        async with shop.store.write() as tx:
            assert await tx.chat.forget(START_MS + 1, 10) == 1
        assert await texts(shop) == ["t2"]


async def test_a_reply_outlives_what_it_answers(database: Database) -> None:
    async with open_shop(database) as shop:
        question = line(1, START_MS)
        await keep(shop, question, replace(line(2, START_MS + DAY_MS), reply_to=question.id))
        await Retention(shop.store, 1).forget_old(START_MS + DAY_MS + 1)
        async with shop.store.read() as tx:
            ((reply, author),) = await tx.chat.latest(SHOW, 9)
            view = message_view(reply, author, await around(tx, [reply]))
        assert (view["text"], "reply_to" in view) == ("t2", False)
