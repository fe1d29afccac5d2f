"""Keeping and reading chat, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio

import pytest

from livecart.adapters.sql.chat import SqlChatWriter
from livecart.adapters.sql.database import Database
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, MessageId, PersonId, ShowId
from tests.support.shop import SHOW, Shop, open_shop


def line(number: int, author: str = "p00000", key: str | None = None, show: ShowId = SHOW) -> ChatMessage:
    return ChatMessage(MessageId(f"m{number:04d}"), show, PersonId(author), key or f"k{number}", f"t{number}", number)


def told(number: int, show: ShowId = SHOW) -> ShowEvent:
    return ShowEvent(EventId(f"m{number:04d}"), show, "chat", {"text": f"t{number}"}, number)


async def latest(shop: Shop, limit: int = 50) -> list[str]:
    async with shop.store.read() as tx:
        return [message.id for message, _ in await tx.chat.latest(SHOW, limit)]


async def test_a_batch_keeps_the_first_of_each_key_and_answers_it_to_all(database: Database) -> None:
    async with open_shop(database) as shop:
        async with shop.store.write() as tx:
            kept = await tx.chat.add_all([line(1), line(2, key="k1"), line(3, author="p00001", key="k1")])
        assert [message.id for message in kept] == ["m0001", "m0001", "m0003"]
        async with shop.store.write() as tx:
            assert await tx.chat.add_all([line(9, key="k1"), line(10)]) == [line(1), line(10)]
            assert await tx.chat.add_all([]) == []
        assert await latest(shop) == ["m0001", "m0003", "m0010"]


async def test_the_latest_come_oldest_first_with_their_authors(database: Database) -> None:
    async with open_shop(database) as shop:
        async with shop.store.write() as tx:
            await tx.chat.add_all([line(number) for number in range(60)])
            await tx.chat.add_all([line(100, show=ShowId("ended"))])
        assert await latest(shop) == [f"m{number:04d}" for number in range(10, 60)]
        async with shop.store.read() as tx:
            ((message, author),) = await tx.chat.latest(SHOW, 1)
        assert (message, author) == (line(59), shop.buyers[0])


async def test_many_at_once_share_commits_and_each_gets_its_own(database: Database) -> None:
    async with open_shop(database) as shop:
        writer = SqlChatWriter(shop.store)
        await writer.start()
        kept = await asyncio.gather(*(writer.write(line(number), told(number)) for number in range(500)))
        assert [message.id for message in kept] == [f"m{number:04d}" for number in range(500)]
        again = await writer.write(line(501, key="k7"), told(501))
        assert again.id == "m0007"
        async with shop.store.read() as tx:
            assert [event for _, event in await tx.outbox.chat(1_000)] == [told(number) for number in range(500)]
        await writer.close()
        with pytest.raises(UnavailableError):
            await writer.write(line(501), told(501))


async def test_chat_waits_in_the_outbox_apart_from_other_news(database: Database) -> None:
    async with open_shop(database) as shop:
        other = ShowEvent(EventId("bag"), SHOW, "bag", {}, 0)
        async with shop.store.write() as tx:
            await tx.outbox.add(told(1), other, told(2), told(3, ShowId("ended")))
        async with shop.store.write() as tx:
            assert [event for _, event in await tx.outbox.unpublished(10)] == [other]
            assert [event for _, event in await tx.outbox.chat(10, before_ms=2)] == [told(1)]
            assert [event for _, event in await tx.outbox.chat(1, show=SHOW)] == [told(1)]
            assert await tx.outbox.untold([EventId("m0001"), EventId("m0009"), other.id]) == {"m0001", "bag"}
            await tx.outbox.drop([number for number, _ in await tx.outbox.chat(10, show=SHOW)])
            assert [event.id for _, event in await tx.outbox.chat(10)] == ["m0003"]
            assert await tx.outbox.untold([]) == set()


async def test_which_messages_are_deleted_is_answered_for_many(database: Database) -> None:
    async with open_shop(database) as shop, shop.store.write() as tx:
        await tx.chat.add_all([line(1), line(2)])
        await tx.chat.save_deletion(line(1).deleted(shop.buyers[0], PersonId("mei"), 1))
        assert await tx.chat.deleted([MessageId("m0001"), MessageId("m0002"), MessageId("m0003")]) == {"m0001"}
        assert await tx.chat.deleted([]) == set()
