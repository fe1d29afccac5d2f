"""The purge on both engines: what outlives its period, what a legal hold keeps, and the books and the log after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from livecart.adapters.log_marks import FILE, Ed25519MarkKey, MarkFile
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import chat_messages, entries, orders, people, topic_decisions
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.adapters.sql.tables_offers import coupon_buyers, offer_buyers
from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.adapters.sql.tables_retention import purges
from livecart.adapters.system import RandomIds
from livecart.domain.chat import ChatMessage
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.ids import MessageId, OrderId, PersonId, ShowId, TopicId
from livecart.domain.legal_hold import HoldKind
from livecart.domain.people import FORGOTTEN, Person, Role
from livecart.domain.topic import TopicText
from livecart.services.audit import Audit
from livecart.services.coupons import Coupons
from livecart.services.legal_holds import LegalHolds
from livecart.services.log_marks import LogMarks
from livecart.services.log_proof import CHAIN, LogProof
from livecart.services.purging import ORDERS_AT_ONCE, Periods, Purge
from livecart.services.store import Page
from livecart.services.store_retention import Due, Purged, RecordKind
from livecart.services.topics import TopicReview
from tests.support.shop import ENDED_SHOW, MEI, PRICE, SHOW, Shop, open_shop
from tests.support.till import Till, till_of

DAYS = 1_095
DAY_MS = 24 * 3600 * 1000
PERIOD_MS = DAYS * DAY_MS
ROOT = Person(PersonId("root"), "root", "Root", Role.ADMIN)
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


@dataclass
class Archive:
    shop: Shop
    till: Till
    marks: LogMarks
    audit: Audit
    purge: Purge
    holds: LegalHolds
    topics: TopicReview
    file: Path

    async def run(self) -> dict[str, int]:
        return {each.kind.value: each.removed for each in await self.purge.run()}

    async def due(self) -> dict[str, Due]:
        return {each.kind.value: each.found for each in await self.purge.look()}

    async def faults(self) -> dict[str, tuple[str, ...]]:
        return {finding.invariant: finding.faults for finding in await self.audit.run() if finding.faults}

    async def balances(self) -> dict[str, int]:
        return {name: amount for name, amount in (await self.till.balances()).items() if amount}

    async def bought(self, buyer: int = 0, quantity: int = 1, **changed: Any) -> dict[str, Any]:
        """An order that is paid from the wallet."""
        ana = self.shop.buyers[buyer]
        await self.shop.top_up(ana, 5 * PRICE)
        return await self.shop.pay(ana, await self.shop.place(ana, quantity, **changed))

    async def say(self, name: str, author: int = 0, show: ShowId = SHOW) -> None:
        now = self.shop.clock.ms
        message = ChatMessage(MessageId(name), show, self.shop.buyers[author].id, name, name, now)
        async with self.shop.store.write() as tx:
            await tx.chat.add_all([message])

    async def said(self) -> list[str]:
        return sorted(row.id for row in await self.shop.rows(chat_messages))

    async def decide(self, number: int = 1) -> None:
        for _ in range(number):
            topic = TopicId((await self.topics.propose(MEI, TEXT))["id"])
            await self.topics.submit(MEI, topic)
            await self.topics.reject(MO, topic, "off_topic", "About cars.")
            self.shop.clock.ms += 1_000

    async def hold(self, kind: HoldKind, subject: str) -> str:
        return str((await self.holds.place(ROOT, kind, subject, "a court asks for it"))["id"])

    async def buyers(self) -> list[str]:
        async with self.shop.database.read() as connection:
            return list(await connection.scalars(select(orders.c.buyer_id).order_by(orders.c.id)))

    def pass_time(self, days: int = DAYS) -> None:
        self.shop.clock.ms += days * DAY_MS + 1


def _open(shop: Shop, folder: Path, days: int = DAYS) -> Archive:
    key, copies = Ed25519MarkKey("secret"), MarkFile(folder / FILE)
    marks, ids = LogMarks(shop.store, shop.clock, key, copies), RandomIds()
    return Archive(
        shop,
        till_of(shop),
        marks,
        Audit(shop.store, LogProof(key, copies)),
        Purge(shop.store, shop.clock, ids, Periods(dict.fromkeys(RecordKind, days)), marks),
        LegalHolds(shop.store, shop.clock, ids),
        TopicReview(shop.store, shop.clock, ids),
        folder / FILE,
    )


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_shop(database, stock=2 * ORDERS_AT_ONCE) as shop:
        staff = [{"id": each.id, "handle": each.handle, "role": each.role.value} for each in (ROOT, MO)]
        made = {"display_name": "", "password_hash": "", "created_at_ms": -1}
        async with database.write() as connection:
            await connection.execute(insert(people), [{**each, **made} for each in staff])
        yield _open(shop, tmp_path)


async def test_records_go_when_their_period_is_over_and_not_before(archive: Archive) -> None:
    await archive.say("m1")
    await archive.bought()
    await archive.decide(2)
    archive.shop.clock.ms += PERIOD_MS - 2_001
    await archive.say("m2")
    assert await archive.run() == {"chat": 0, "orders": 0, "decisions": 0}
    archive.pass_time(0)
    archive.shop.clock.ms += 2_000
    assert await archive.due() == {"chat": Due(1, 0), "orders": Due(1, 0), "decisions": Due(1, 0)}
    assert (await archive.said(), await archive.buyers()) == (["m1", "m2"], ["p00000"]), "looking removes nothing"
    done = await archive.run()
    # Beside the row of the log, the words of a topic's newest decision.
    assert done == {"chat": 1, "orders": 1, "decisions": 2}
    assert (await archive.said(), await archive.buyers()) == (["m2"], [FORGOTTEN])
    # The row that was the last one went too, now that another is: that of the purge.
    assert await archive.run() == {"chat": 0, "orders": 0, "decisions": 2}
    assert await archive.run() == {"chat": 0, "orders": 0, "decisions": 0}
    assert await archive.faults() == {}


async def test_days_of_nought_keep_all_for_good(archive: Archive, tmp_path: Path) -> None:
    await archive.say("m1")
    await archive.bought()
    await archive.decide(2)
    archive.pass_time()
    forever = _open(archive.shop, tmp_path, 0)
    assert await forever.run() == {}
    assert await forever.due() == dict.fromkeys(("chat", "orders", "decisions"), Due(0, 0))


async def test_an_order_loses_its_buyer_and_every_balance_and_count_stays(archive: Archive) -> None:
    shop, till = archive.shop, archive.till
    ana, lin = shop.buyers[:2]
    offer = await shop.offer(9, per_buyer=2)
    terms = CouponTerms(seller=MEI.id, kind=CouponKind.PERCENT, value=10, currency="CNY", per_person=1)
    await Coupons(shop.store, shop.committer).make(MEI, None, "TEN", terms)
    for buyer in (0, 1):
        await archive.bought(buyer, 2, offer=offer["id"])
        await archive.bought(buyer, 1, coupon="TEN")
    part = await archive.bought(0, 1)
    await till.refund(part, amount_minor=300)
    provider = await shop.place(lin)
    await till.tell((await till.begin(lin, provider))["payment"]["id"], "captured")
    await till.refund(provider, reason="Lin wrote from 12 Harbour Street")
    await till.refunds.send_due(shop.clock.ms)
    await shop.cancel(ana, await shop.place(ana))
    before, stock = await archive.balances(), await shop.row()
    archive.pass_time()
    young = await archive.bought(0, 1)
    spent = {name: amount for name, amount in (await archive.balances()).items() if name != "external:CNY"}
    # Seven orders, and nothing for the wallet fillings, which no provider carried.
    assert (await archive.run())["orders"] == 7
    assert await archive.faults() == {}
    assert {name: amount for name, amount in (await archive.balances()).items() if name != "external:CNY"} == spent
    assert before.keys() == (await archive.balances()).keys()
    assert (await shop.row()).sold == stock.sold + 1
    assert sorted(await archive.buyers()) == [FORGOTTEN] * 7 + [ana.id]
    assert {row.person_id for row in await shop.rows(payments)} == {FORGOTTEN}
    assert {row.reason for row in await shop.rows(refunds)} == {""}
    assert {(row.buyer_id, row.units) for row in await shop.rows(offer_buyers)} == {(FORGOTTEN, 4)}
    assert {(row.buyer_id, row.uses) for row in await shop.rows(coupon_buyers)} == {(FORGOTTEN, 2)}
    # The young order is still Ana's, in the ledger too, and can be refunded to her; an old one to nobody.
    assert (await till.refund(young))["state"] == "refunded"
    with pytest.raises(ConflictError) as refused:
        await till.refund(part)
    assert refused.value.code == "order_forgotten"
    assert await archive.faults() == {}


async def test_nothing_but_a_sum_is_left_of_what_somebody_bought(archive: Archive) -> None:
    await archive.bought(0, 2)
    await archive.bought(0, 1)
    archive.pass_time()
    await archive.run()
    theirs = [row for row in await archive.shop.rows(entries) if "p00000" in row.account_id]
    booked = sorted((row.journal_id.partition(":")[0], row.amount_minor) for row in theirs)
    assert booked == [("carried", -3 * PRICE), ("topup", 5 * PRICE), ("topup", 5 * PRICE)]


async def test_wallet_fillings_by_a_provider_are_forgotten_with_the_orders(archive: Archive) -> None:
    till, ana = archive.till, archive.shop.buyers[0]
    _, payment = await till.payments.top_up(ana, archive.shop.key(), amount_minor=900, currency="CNY", method="sandbox")
    await till.tell(payment["id"], "captured")
    before = await archive.balances()
    archive.pass_time()
    assert (await archive.due())["orders"] == Due(1, 0)
    assert (await archive.run())["orders"] == 1
    assert await archive.balances() == before
    assert await archive.faults() == {}
    assert {row.person_id for row in await archive.shop.rows(payments)} == {FORGOTTEN}


async def test_an_order_to_which_something_happened_since_is_as_young_as_that(archive: Archive) -> None:
    order = await archive.bought()
    archive.pass_time(DAYS - 1)
    await archive.till.refund(order, amount_minor=1)
    archive.pass_time(1)
    assert (await archive.run())["orders"] == 0
    archive.pass_time(DAYS)
    assert (await archive.run())["orders"] == 1
    assert await archive.faults() == {}


async def test_more_than_one_transaction_takes_is_taken_in_several(archive: Archive) -> None:
    ana = archive.shop.buyers[0]
    for _ in range(ORDERS_AT_ONCE + 3):
        await archive.shop.cancel(ana, await archive.shop.place(ana))
    archive.pass_time()
    assert (await archive.run())["orders"] == ORDERS_AT_ONCE + 3
    assert await archive.faults() == {}


HELD: list[tuple[HoldKind, str, Sequence[str], int]] = [
    (HoldKind.PERSON, "p00000", ["m0", "m0-ended"], 1),
    (HoldKind.PERSON, "mei", [], 3),  # who hosts the show and sold it all
    (HoldKind.SHOW, SHOW, ["m0", "m1"], 3),
    (HoldKind.SHOW, ENDED_SHOW, ["m0-ended"], 0),
    (HoldKind.ORDER, "first", [], 1),
]


@pytest.mark.parametrize(("kind", "subject", "messages", "kept"), HELD)
async def test_a_hold_keeps_what_it_is_on_until_it_is_lifted(
    archive: Archive, kind: HoldKind, subject: str, messages: list[str], kept: int
) -> None:
    first = await archive.bought(0)
    await archive.bought(1)
    await archive.bought(2)
    await archive.say("m0", 0)
    await archive.say("m1", 1)
    await archive.say("m0-ended", 0, ENDED_SHOW)
    before = await archive.buyers()
    archive.pass_time()
    hold = await archive.hold(kind, first["id"] if subject == "first" else subject)
    assert (await archive.due())["orders"] == Due(3 - kept, kept)
    assert (await archive.due())["chat"] == Due(3 - len(messages), len(messages))
    done = await archive.run()
    assert (done["orders"], done["chat"]) == (3 - kept, 3 - len(messages))
    assert await archive.said() == sorted(messages)
    assert len([buyer for buyer in await archive.buyers() if buyer in before]) == kept
    assert await archive.faults() == {}
    await archive.holds.lift(ROOT, hold, "the case is closed")
    done = await archive.run()
    assert (done["orders"], done["chat"]) == (kept, len(messages))
    assert await archive.faults() == {}


async def test_the_log_is_purged_up_to_the_first_row_that_a_hold_keeps(archive: Archive) -> None:
    await archive.decide(3)
    async with archive.shop.store.write() as tx:
        await tx.bans.lift(archive.shop.buyers[0].id, None, 0)
    hold = await archive.hold(HoldKind.PERSON, archive.shop.buyers[0].id)
    await archive.decide(2)
    archive.pass_time()
    await archive.decide(1)
    # Row 4 placed the hold, and speaks of who is held; so it and what follows stays.
    assert (await archive.due())["decisions"] == Due(3, 3)
    done = {each.kind: each for each in await archive.purge.run()}[RecordKind.DECISIONS]
    assert (done.removed >= 3, done.held) == (True, 3)
    numbers = [row.number for row in await archive.shop.rows(moderation_log)]
    assert min(numbers) == 4
    assert await archive.faults() == {}
    kept = [row.reason for row in await archive.shop.rows(topic_decisions)]
    assert kept.count(None) == 3, "the words go with the rows of the log, not before"
    await archive.holds.lift(ROOT, hold, "closed")
    assert (await archive.run())["decisions"] >= 3
    assert min(row.number for row in await archive.shop.rows(moderation_log)) > 4
    assert await archive.faults() == {}


async def test_a_hold_on_staff_keeps_what_they_decided(archive: Archive) -> None:
    await archive.decide(2)
    await archive.hold(HoldKind.PERSON, MO.id)
    archive.pass_time()
    assert (await archive.run())["decisions"] == 0
    assert await archive.faults() == {}


async def test_a_ban_that_is_over_goes_with_its_rows(archive: Archive) -> None:
    shop = archive.shop
    ban = "INSERT INTO bans (id, person_id, by_id, reason, at_ms, until_ms, enforced) VALUES "
    async with shop.database.write() as connection:
        for name, until in (("over", shop.clock.ms + 5), ("lasting", shop.clock.ms + 10 * PERIOD_MS)):
            values = f"('{name}', 'p00000', 'mo', 'spam', {shop.clock.ms - PERIOD_MS}, {until}, :done)"
            await connection.execute(text(ban + values), {"done": True})
    await archive.decide(3)
    archive.pass_time()
    await archive.run()
    async with shop.database.read() as connection:
        assert list(await connection.scalars(text("SELECT id FROM bans"))) == ["lasting"]


async def test_rows_that_nobody_ordered_to_be_purged_are_missed(archive: Archive) -> None:
    await archive.decide(5)
    archive.pass_time()
    await archive.decide(2)
    await archive.run()
    assert await archive.faults() == {}
    first = min(row.number for row in await archive.shop.rows(moderation_log))
    async with archive.shop.database.write() as connection:
        await connection.execute(text(f"DELETE FROM moderation_log WHERE number = {first}"))
        await connection.execute(text(f"DELETE FROM moderation_words WHERE number = {first}"))
    assert (await archive.faults())[CHAIN] == (f"row {first} was removed",)
    archive.pass_time()
    with pytest.raises(ConflictError) as refused:
        await archive.run()
    assert refused.value.code == "log_broken", "a purge hides nothing"


async def test_a_run_is_reported_and_the_report_is_for_admins(archive: Archive) -> None:
    await archive.bought()
    await archive.say("m1")
    archive.pass_time()
    await archive.say("m2")
    await archive.hold(HoldKind.SHOW, ENDED_SHOW)
    (chat, *_) = await archive.purge.run()
    now = archive.shop.clock.ms
    assert chat == Purged(RecordKind.CHAT, now, now - PERIOD_MS, 1, 0)
    await archive.run()
    assert {(row.kind, row.removed) for row in await archive.shop.rows(purges)} == {("chat", 1), ("orders", 1)}
    report = await archive.purge.report(ROOT)
    assert report["legal_holds"] == 1
    assert [(each["kind"], each["days"], each["removed"], each["due"]) for each in report["kinds"]] == [
        ("chat", DAYS, 1, 0),
        ("orders", DAYS, 1, 0),
        ("decisions", DAYS, 0, 0),
    ]
    assert await archive.purge.figures() == ({"chat": 1, "orders": 1, "decisions": 0}, 1)
    for person in (MO, MEI, archive.shop.buyers[0]):
        with pytest.raises(ForbiddenError):
            await archive.purge.report(person)


async def test_holds_are_placed_and_lifted_by_admins_and_logged(archive: Archive) -> None:
    order = await archive.bought()
    hold = await archive.hold(HoldKind.ORDER, order["id"])
    (found,), _ = await archive.holds.search(ROOT, Page(9))
    assert (found["id"], found["kind"], found["subject"], found["by"]["handle"]) == (hold, "order", order["id"], "root")
    with pytest.raises(ConflictError) as refused:
        await archive.hold(HoldKind.ORDER, order["id"])
    assert refused.value.code == "already_held"
    for kind in HoldKind:
        with pytest.raises(NotFoundError):
            await archive.hold(kind, "nothing")
    for subject, reason in (("\0", "why"), ("p00000", ""), ("p00000", "x" * 501)):
        with pytest.raises(InvalidError):
            await archive.holds.place(ROOT, HoldKind.PERSON, subject, reason)
    for person in (MO, MEI, archive.shop.buyers[0]):
        for refused_ in (
            archive.holds.place(person, HoldKind.SHOW, SHOW, "mine"),
            archive.holds.lift(person, hold, "mine"),
            archive.holds.search(person, Page(9)),
        ):
            with pytest.raises(ForbiddenError):
                await refused_
    await archive.holds.lift(ROOT, hold, "the case is closed")
    with pytest.raises(NotFoundError):
        await archive.holds.lift(ROOT, hold, "again")
    assert (await archive.holds.search(ROOT, Page(9)))[0] == []
    await archive.hold(HoldKind.ORDER, order["id"])
    kinds = [row.kind for row in await archive.shop.rows(moderation_log)]
    assert kinds == ["hold.placed", "hold.lifted", "hold.placed"]
    assert await archive.faults() == {}


TAMPERING = [
    "DELETE FROM legal_holds",
    "UPDATE legal_holds SET subject_id = 'p00001'",
    "UPDATE legal_holds SET lifted_at_ms = 5 + (SELECT MAX(at_ms) FROM moderation_log), lifted_by_id = 'root'",
    "INSERT INTO legal_holds SELECT 'new', 'show', 'show', reason, by_id, at_ms, NULL, NULL FROM legal_holds",
]


@pytest.mark.once
@pytest.mark.parametrize("statement", TAMPERING)
async def test_a_hold_that_was_changed_behind_the_log_is_found(archive: Archive, statement: str) -> None:
    await archive.hold(HoldKind.PERSON, "p00000")
    assert await archive.faults() == {}
    async with archive.shop.database.write() as connection:
        await connection.execute(text(statement))
    assert list(await archive.faults()) == ["every legal hold and its end is in the moderation log"]


async def test_an_order_that_is_put_on_hold_meanwhile_stays(archive: Archive) -> None:
    order = await archive.bought()
    archive.pass_time()
    before_ms = archive.shop.clock.ms - PERIOD_MS
    async with archive.shop.store.read() as tx:
        old = await tx.retention.old_orders(before_ms, 9)
    assert list(old.orders) == [OrderId(order["id"])]
    await archive.hold(HoldKind.ORDER, order["id"])
    async with archive.shop.store.write() as tx:
        assert await tx.retention.forget_orders(old, before_ms, "run", archive.shop.clock.ms) == 0
    assert await archive.buyers() == ["p00000"]
