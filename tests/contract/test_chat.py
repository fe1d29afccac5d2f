"""Keeping and reading chat, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio

import pytest

from livecart.adapters.sql.chat import SqlChatWriter
from livecart.adapters.sql.database import Database
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import MessageId, PersonId, ShowId
from tests.support.shop import SHOW, Shop, open_shop


def line(number: int, author: str = "p00000", key: str | None = None, show: ShowId = SHOW) -> ChatMessage:
    return ChatMessage(MessageId(f"m{number:04d}"), show, PersonId(author), key or f"k{number}", f"t{number}", number)


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
        kept = await asyncio.gather(*(writer.write(line(number)) for number in range(500)))
        assert [message.id for message in kept] == [f"m{number:04d}" for number in range(500)]
        await writer.close()
        with pytest.raises(UnavailableError):
            await writer.write(line(501))
