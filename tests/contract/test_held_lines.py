"""Held lines as rows: kept once, decided once, forgotten with the chat; on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.held import CaughtBy, HeldLine, HeldState
from livecart.domain.ids import MessageId, PersonId
from livecart.services.retention import Retention
from livecart.services.store import Page
from tests.support.shop import ENDED_SHOW, MEI, SHOW, START_MS, open_shop

ANA, LIN = PersonId("p00000"), PersonId("p00001")
DAY_MS = 24 * 3600 * 1000


def line(number: int, author: PersonId = ANA) -> HeldLine:
    message = ChatMessage(
        MessageId(f"m{number}"), SHOW, author, f"k{number}", f"t{number}", START_MS + number, MessageId("m0"), (MEI.id,)
    )
    return HeldLine(message, CaughtBy("5f0c3a91be27", "spam", "加微信"))


async def test_a_line_comes_back_as_it_was_kept_and_its_key_keeps_the_first(database: Database) -> None:
    async with open_shop(database) as shop:
        first = line(1)
        again = replace(line(2), message=replace(line(2).message, key="k1"))
        async with shop.store.write() as tx:
            assert await tx.held.add(first) == first
            assert await tx.held.add(again) == first
        async with shop.store.read() as tx:
            assert await tx.held.get(SHOW, MessageId("m1")) == first
            assert await tx.held.find(SHOW, ANA, "k1") == first
            assert await tx.held.find(SHOW, LIN, "k1") is None
            for show, message in ((ENDED_SHOW, "m1"), (SHOW, "m2")):
                with pytest.raises(NotFoundError):
                    await tx.held.get(show, MessageId(message))


async def test_a_line_is_decided_once(database: Database) -> None:
    async with open_shop(database) as shop:
        released = line(1).decided(HeldState.RELEASED, MEI.id, START_MS + 9)
        refused = line(1).decided(HeldState.REFUSED, MEI.id, START_MS + 10)
        async with shop.store.write() as tx:
            await tx.held.add(line(1))
            assert [await tx.held.save_decision(each) for each in (released, refused)] == [True, False]
        async with shop.store.read() as tx:
            assert await tx.held.get(SHOW, MessageId("m1")) == released
    with pytest.raises(ConflictError):
        released.decided(HeldState.REFUSED, MEI.id, 1)


async def test_what_waits_is_counted_and_listed_in_order(database: Database) -> None:
    async with open_shop(database) as shop:
        lines = [line(1), line(2, LIN), line(3), line(4)]
        async with shop.store.write() as tx:
            for each in lines:
                await tx.held.add(each)
            await tx.held.save_decision(lines[3].decided(HeldState.REFUSED, MEI.id, 1))
        async with shop.store.read() as tx:
            assert await tx.held.count(SHOW, ANA) == (3, 2)
            assert await tx.held.count(ENDED_SHOW, ANA) == (0, 0)
            assert await tx.held.waiting(SHOW, Page(2, oldest_first=True)) == lines[:2]
            assert await tx.held.waiting(SHOW, Page(2, "m2", oldest_first=True)) == lines[2:3]


async def test_held_lines_are_forgotten_with_the_chat(database: Database) -> None:
    async with open_shop(database) as shop:
        async with shop.store.write() as tx:
            await tx.held.add(line(1))
        for days, left in ((0, 1), (30, 0)):
            await Retention(shop.store, days).forget_old(START_MS + 31 * DAY_MS)
            async with shop.store.read() as tx:
                assert await tx.held.count(SHOW, ANA) == (left, left)
