"""Every decision that only staff or the operator makes stands in the log, with the row that it made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from livecart.adapters.list_reading import ThreadedListReading
from livecart.adapters.passwords import Argon2Passwords
from livecart.adapters.sql.database import Database
from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import RandomTokens, address_digests
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import ConflictError
from livecart.domain.held import CaughtBy, HeldLine
from livecart.domain.ids import MessageId, PersonId, ShowId
from livecart.domain.moderation_log import Words
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.accounts import Accounts, Credentials
from livecart.services.audit import Audit
from livecart.services.bans import BannedAddresses, Bans
from livecart.services.chat_staff import ChatStaff
from livecart.services.held_lines import HeldLines
from livecart.services.moderation_log import ModerationLog
from livecart.services.shows import Shows
from livecart.services.store import Page
from livecart.services.store_moderation import LogFilter
from livecart.services.topics import TopicReview
from livecart.services.word_lists import Replacing, WordLists
from tests.support.log import Log
from tests.support.mortal_log import MortalLog
from tests.support.shop import SHOW, SetClock, open_shop

TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


class NoLimits:
    async def check(self, name: str, key: str, *, address: str) -> None: ...

    async def count(self, name: str, key: str, *, address: str) -> None: ...


class NoMedia:
    async def end_show(self, show: ShowId) -> None: ...

    async def viewers(self, show: ShowId) -> int:
        return 0


@dataclass
class Desk:
    """The use cases of staff, in a shop with a host, a viewer, a moderator and an admin made by the operator."""

    log: Log
    clock: SetClock
    topics: TopicReview
    bans: Bans
    accounts: Accounts
    chat: ChatStaff
    shows: Shows
    held: HeldLines
    mo: Person
    mei: Person
    ana: Person

    async def said(self) -> list[tuple[Any, ...]]:
        """Kind, who, about whom, code and words of every row."""
        async with self.log.store.read() as tx:
            links = await tx.log.links(0, 1_000)
            words = await tx.log.words([link.entry.number for link in links])
        none = SimpleNamespace(words=None)
        return [
            (e.kind, e.by, e.person, e.code, words.get(e.number, none).words) for e in (link.entry for link in links)
        ]

    async def topic(self) -> Any:
        topic = await self.topics.propose(self.mei, TEXT)
        await self.topics.submit(self.mei, topic["id"])
        return topic["id"]

    async def held_line(self, name: str, author: PersonId) -> None:
        message = ChatMessage(MessageId(name), SHOW, author, name, f"the text of {name}", self.clock.ms)
        async with self.log.store.write() as tx:
            await tx.held.add(HeldLine(message, CaughtBy("5f0c3a91be27", "spam", "text")))

    async def message(self, name: str, author: PersonId) -> MessageId:
        message = ChatMessage(MessageId(name), SHOW, author, name, f"the text of {name}", self.clock.ms)
        async with self.log.store.write() as tx:
            await tx.chat.add_all([message])
        return message.id


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_shop(database) as shop:
        ids, store, clock = RandomIds(), shop.store, shop.clock
        passwords = Argon2Passwords()
        credentials = Credentials(passwords, RandomTokens(), cast("Any", None))
        accounts = Accounts(store, clock, ids, credentials, NoLimits())
        mo = await accounts.add("mo", "a good password", "Mo", Role.MODERATOR)
        async with store.read() as tx:
            host = await tx.people.get((await tx.shows.get(SHOW)).creator)
        media = cast("Any", NoMedia())
        addresses = BannedAddresses(store, clock, ids, address_digests("secret"))
        log = Log(database, tmp_path)
        yield Desk(
            log=log,
            clock=clock,
            topics=TopicReview(store, clock, ids),
            bans=Bans(store, clock, ids, addresses),
            accounts=accounts,
            chat=ChatStaff(store, clock),
            shows=Shows(store, clock, ids, media, media),
            held=HeldLines(store, MortalLog(), clock),
            mo=mo,
            mei=host,
            ana=shop.buyers[0],
        )
        passwords.close()


async def test_each_decision_is_logged_with_who_whom_and_why(desk: Desk) -> None:
    mo, mei, ana = desk.mo, desk.mei, desk.ana
    first, second, third = [await desk.topic() for _ in range(3)]
    await desk.topics.approve(mo, first)
    await desk.topics.reject(mo, second, "off_topic", "About cars.")
    await desk.topics.request_changes(mo, third, "unclear", "Which cups?")
    await desk.bans.ban(mo, ana.id, "spam")
    await desk.bans.lift(None, ana.id)
    await desk.accounts.set_password("mo", "another password")
    await desk.chat.delete(mo, SHOW, await desk.message("m1", ana.id))
    await desk.chat.delete(mei, SHOW, await desk.message("m2", ana.id))
    await desk.chat.pin(mo, SHOW, await desk.message("m3", ana.id))
    await desk.chat.change(mo, SHOW, slow_s=30)
    await desk.shows.end(mo, SHOW)
    title = TEXT.title
    assert await desk.said() == [
        ("person.role_given", None, mo.id, "moderator", None),
        ("topic.approved", mo.id, mei.id, None, Words(None, title)),
        ("topic.rejected", mo.id, mei.id, "off_topic", Words("About cars.", title)),
        ("topic.changes_requested", mo.id, mei.id, "unclear", Words("Which cups?", title)),
        ("person.banned", mo.id, ana.id, None, Words("spam")),
        ("person.unbanned", None, ana.id, None, Words("spam")),
        ("person.password_reset", None, mo.id, None, None),
        ("chat.deleted", mo.id, ana.id, None, Words(None, "the text of m1")),
        ("chat.deleted", mei.id, ana.id, None, Words(None, "the text of m2")),
        ("chat.pinned", mo.id, mei.id, "pinned", None),
        ("chat.rules", mo.id, mei.id, None, Words(None, "slow_s=30 links=host who=everyone followed_minutes=0")),
        ("show.ended", mo.id, mei.id, None, Words(None, "")),
    ]
    assert await desk.log.faults() == {}


async def test_what_became_of_a_held_line_and_who_changed_a_list_is_logged(desk: Desk) -> None:
    mo, mei, ana = desk.mo, desk.mei, desk.ana
    for name in ("h1", "h2"):
        await desk.held_line(name, ana.id)
    await desk.held.release(mei, SHOW, MessageId("h1"))
    await desk.held.refuse(mo, SHOW, MessageId("h2"))
    reading = ThreadedListReading()
    lists = WordLists(desk.log.store, desk.clock, RandomIds(), reading)
    for _ in range(2):
        await lists.put(mo, "spam", Replacing("加微信".encode()))
    await lists.put_of_show(mei, SHOW, Replacing(b"parrot"))
    reading.close()
    assert (await desk.said())[1:] == [
        ("chat.released", mei.id, ana.id, None, Words(None, "the text of h1")),
        ("chat.refused", mo.id, ana.id, None, Words(None, "the text of h2")),
        ("chat.word_list", mo.id, None, None, None),
    ]
    assert await desk.log.faults() == {}


async def test_what_people_do_with_their_own_is_nobodys_ruling(desk: Desk) -> None:
    mei, ana = desk.mei, desk.ana
    await desk.accounts.register("new", "a good password", "New", address="")
    await desk.chat.delete(ana, SHOW, await desk.message("m1", ana.id))
    await desk.chat.pin(mei, SHOW, await desk.message("m2", ana.id))
    await desk.chat.change(mei, SHOW, slow_s=30)
    await desk.shows.end(mei, SHOW)
    assert [kind for kind, *_ in await desk.said()] == ["person.role_given"]
    assert await desk.log.faults() == {}


async def test_what_changed_nothing_is_not_logged_twice(desk: Desk) -> None:
    mo, ana = desk.mo, desk.ana
    message = await desk.message("m1", ana.id)
    for _ in range(2):
        await desk.chat.delete(mo, SHOW, message)
        await desk.chat.change(mo, SHOW, slow_s=30)
        await desk.shows.end(mo, SHOW) if _ else None
    with pytest.raises(ConflictError):
        await desk.bans.lift(mo, ana.id)
    kinds = [kind for kind, *_ in await desk.said()]
    assert kinds == ["person.role_given", "chat.deleted", "chat.rules", "show.ended"]


TAMPERING = [
    ("DELETE FROM topic_decisions", "every decision on a topic"),
    ("UPDATE topic_decisions SET status = 'approved' WHERE status = 'rejected'", "every decision on a topic"),
    ("UPDATE topic_decisions SET code = 'other' WHERE status = 'rejected'", "every decision on a topic"),
    ("UPDATE topic_decisions SET reason = 'nothing' WHERE status = 'rejected'", "every decision on a topic"),
    ("UPDATE topic_decisions SET at_ms = at_ms + 1", "every decision on a topic"),
    (
        "UPDATE topic_decisions SET moderator_id = (SELECT id FROM people WHERE handle = 'new')",
        "every decision on a topic",
    ),
    ("UPDATE topics SET status = 'approved' WHERE status = 'rejected'", "every topic is as it was last decided"),
    ("UPDATE topics SET status = 'approved' WHERE status = 'in_review'", "every topic is as it was last decided"),
    ("UPDATE topics SET version = 7 WHERE status = 'rejected'", "every topic is as it was last decided"),
    ("DELETE FROM bans", "every ban"),
    ("UPDATE bans SET by_id = NULL", "every ban"),
    ("UPDATE bans SET at_ms = at_ms - 1", "every ban"),
    ("UPDATE bans SET lifted_at_ms = lifted_at_ms + 1 WHERE lifted_at_ms IS NOT NULL", "every ban"),
    (
        "UPDATE chat_messages SET deleted_by = (SELECT id FROM people WHERE handle = 'new') WHERE id = 'm1'",
        "every message",
    ),
    (
        "UPDATE chat_messages SET deleted_at_ms = 2000000000000, deleted_by = 'mei', deleted_as = 'host'",
        "every message",
    ),
    ("UPDATE chat_messages SET deleted_at_ms = NULL, deleted_by = NULL", "every message"),
    ("UPDATE held_lines SET state = 'released'", "every decision on a held message"),
    ("UPDATE held_lines SET decided_at_ms = decided_at_ms + 1", "every decision on a held message"),
    ("UPDATE people SET role = 'admin' WHERE handle = 'mo'", "every role"),
    ("UPDATE people SET role = 'admin' WHERE handle = 'new'", "every role"),
]


@pytest.mark.once
@pytest.mark.parametrize(("statement", "invariant"), TAMPERING)
async def test_a_decision_that_was_tampered_with_is_found(desk: Desk, statement: str, invariant: str) -> None:
    first, _ = [await desk.topic() for _ in range(2)]
    await desk.topics.reject(desk.mo, first, "off_topic", "About cars.")
    await desk.bans.ban(desk.mo, desk.ana.id, "spam")
    await desk.bans.lift(desk.mo, desk.ana.id)
    await desk.accounts.register("new", "a good password", "New", address="")
    await desk.chat.delete(desk.mo, SHOW, await desk.message("m1", desk.ana.id))
    await desk.message("m2", desk.ana.id)
    await desk.held_line("h1", desk.ana.id)
    await desk.held.refuse(desk.mo, SHOW, MessageId("h1"))
    findings = await Audit(desk.log.store).run()
    assert [finding for finding in findings if finding.faults] == []
    await desk.log.tamper(statement)
    faults = [f for f in await Audit(desk.log.store).run() if f.invariant.startswith(invariant)]
    assert faults[0].faults, faults


async def test_a_shop_that_had_no_log_before_is_in_order(desk: Desk) -> None:
    await desk.topics.reject(desk.mo, await desk.topic(), "off_topic", "About cars.")
    await desk.bans.ban(desk.mo, desk.ana.id, "spam")
    await desk.bans.lift(desk.mo, desk.ana.id)
    await desk.chat.delete(desk.mo, SHOW, await desk.message("m1", desk.ana.id))
    await desk.log.tamper(*(f"DELETE FROM moderation_{table}" for table in ("log", "head", "words")))
    assert await desk.log.faults() == {}
    desk.clock.ms += 1_000
    await desk.bans.ban(desk.mo, desk.ana.id, "spam")
    assert await desk.log.faults() == {}
    await desk.log.tamper(f"DELETE FROM bans WHERE at_ms = {desk.clock.ms}")
    assert len(await desk.log.faults()) == 1


async def test_decisions_behind_a_purge_are_left_out(desk: Desk) -> None:
    first = await desk.topic()
    await desk.topics.approve(desk.mo, first)
    desk.clock.ms += 10_000
    desk.log.clock.ms = desk.clock.ms
    await desk.bans.ban(desk.mo, desk.ana.id, "spam")
    assert await desk.log.marks.purge(desk.clock.ms - 5_000) == 2
    assert await desk.log.faults() == {}
    await desk.log.tamper("DELETE FROM bans")
    assert set(await desk.log.faults()) == {"every ban and its end is in the moderation log"}


async def test_everybody_reads_his_own_cases_and_moderators_the_log(desk: Desk) -> None:
    log = ModerationLog(desk.log.store)
    for _ in range(3):
        await desk.topics.reject(desk.mo, await desk.topic(), "off_topic", "About cars.")
    await desk.bans.ban(desk.mo, desk.ana.id, "spam")
    first, following = await log.cases(desk.mei, Page(2))
    assert [case["reason"] for case in first] == ["About cars."] * 2
    rest, end = await log.cases(desk.mei, Page(2, following))
    assert ([case["number"] for case in (*first, *rest)], end) == ([4, 3, 2], None)
    assert desk.mo.id not in str(first)
    assert [case["kind"] for case in (await log.cases(desk.ana, Page(9)))[0]] == ["person.banned"]
    assert (await log.cases(desk.mo, Page(9)))[0] == [], "to be made a moderator is no case"

    async def search(**wanted: Any) -> list[int]:
        return [entry["number"] for entry in (await log.search(desk.mo, Page(9), LogFilter(**wanted)))[0]]

    assert await search() == [5, 4, 3, 2, 1]
    assert await search(person=desk.ana.id) == [5]
    assert await search(kinds=["topic.rejected"]) == [4, 3, 2]
    assert await search(subject=f"person:{desk.mo.id}") == [1]
    assert await search(by=desk.mo.id) == [5, 4, 3, 2]
    assert await search(since_ms=desk.clock.ms + 1) == []
    assert await search(by=desk.mo.id, until_ms=desk.clock.ms + 1, since_ms=0) == [5, 4, 3, 2]
    assert [line["number"] async for line in log.lines()] == [1, 2, 3, 4, 5]
