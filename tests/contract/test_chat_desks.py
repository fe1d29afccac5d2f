"""Deletions, chat rules, canned replies and figures, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.canned import CannedReply
from livecart.domain.chat import ChatMessage, Deleter, Deletion
from livecart.domain.chat_rules import ChatRules, Links, Speakers
from livecart.domain.errors import NotFoundError
from livecart.domain.figures import Counted, Figures
from livecart.domain.ids import MessageId, PersonId, ReplyId, ShowId
from livecart.domain.people import Person, Role
from livecart.services.chat_staff import ChatStaff
from tests.support.shop import ENDED_SHOW, SHOW, Shop, open_shop

ANA, HOST = PersonId("p00000"), Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)


def line(number: int, **more: object) -> ChatMessage:
    plain = ChatMessage(MessageId(f"m{number}"), SHOW, ANA, f"k{number}", f"t{number}", number)
    return replace(plain, **more)  # type: ignore[arg-type]


async def keep(shop: Shop, *messages: ChatMessage) -> None:
    async with shop.store.write() as tx:
        await tx.chat.add_all(messages)


async def test_a_message_keeps_what_it_answers_whom_it_mentions_and_its_deletion(database: Database) -> None:
    async with open_shop(database) as shop:
        reply = line(2, reply_to=MessageId("m1"), mentions=(HOST.id, ANA))
        await keep(shop, line(1), reply)
        deleted = replace(reply, deletion=Deletion(Deleter.HOST, HOST.id, 9))
        async with shop.store.write() as tx:
            assert await tx.chat.get(SHOW, reply.id) == reply
            assert (await tx.chat.authors([reply.id]))[reply.id].id == ANA
            await tx.chat.save_deletion(deleted)
        async with shop.store.read() as tx:
            assert await tx.chat.get(SHOW, reply.id) == deleted
            assert [message.id for message, _ in await tx.chat.latest(SHOW, 9)] == ["m1"]
            assert [person.id for person in await tx.people.by_handles(["mei", "nobody", "ana0"])] == ["mei", ANA]
            with pytest.raises(NotFoundError):
                await tx.chat.get(ENDED_SHOW, reply.id)


async def test_rules_start_with_the_defaults_and_are_replaced(database: Database) -> None:
    async with open_shop(database) as shop:
        await keep(shop, line(1))
        strict = ChatRules(3, 60, Links.NOBODY, Speakers.FOLLOWERS, 7, MessageId("m1"))
        for rules in (ChatRules(1, 5), strict):
            async with shop.store.write() as tx:
                await tx.chat_desks.save_rules(SHOW, rules)
        async with shop.store.read() as tx:
            assert await tx.chat_desks.rules(SHOW) == strict
            assert await tx.chat_desks.rules(ENDED_SHOW) == ChatRules()


async def test_replies_are_the_creators_own_and_in_order(database: Database) -> None:
    async with open_shop(database) as shop:
        replies = [CannedReply(ReplyId(name), name) for name in ("c", "a", "b")]
        for wanted in (replies[:1], replies, []):
            async with shop.store.write() as tx:
                await tx.chat_desks.put_replies(HOST.id, wanted)
            async with shop.store.read() as tx:
                assert await tx.chat_desks.replies(HOST.id) == wanted
                assert await tx.chat_desks.replies(ANA) == []


async def test_counts_only_grow_and_likes_add_up(database: Database) -> None:
    async with open_shop(database) as shop:
        told = [Figures(5, 9, 100), Figures(7, 8, 50)]
        now = Counted(3, 7, 9)
        for figures in told:
            async with shop.store.write() as tx:
                await tx.figures.add({SHOW: figures, ShowId("nowhere"): figures})
        async with shop.store.read() as tx:
            assert await tx.figures.get(SHOW) == told[0].counted(now).liked(50) == Figures(7, 9, 150)
            assert await tx.figures.get(ENDED_SHOW) == Figures()


async def test_two_deletions_at_once_are_told_once(database: Database) -> None:
    async with open_shop(database) as shop:
        await keep(shop, line(1, at_ms=shop.clock.ms))
        staff = ChatStaff(shop.store, shop.clock)
        people = [HOST, shop.buyers[0]]
        views = await asyncio.gather(*(staff.delete(person, SHOW, MessageId("m1")) for person in people))
        assert views[0] == views[1]
        async with shop.store.read() as tx:
            assert [event.type for _, event in await tx.outbox.unpublished(9)] == ["chat.deleted"]
