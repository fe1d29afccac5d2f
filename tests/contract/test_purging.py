"""The purge on both engines: what outlives its period, and the books and the log after it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import entries, topic_decisions
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.adapters.sql.tables_offers import coupon_buyers, offer_buyers
from livecart.adapters.sql.tables_payments import payments, refunds
from livecart.adapters.sql.tables_retention import purges
from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.errors import ConflictError, ForbiddenError
from livecart.domain.legal_hold import HoldKind
from livecart.domain.people import FORGOTTEN
from livecart.services.coupons import Coupons
from livecart.services.log_proof import CHAIN
from livecart.services.purging import ORDERS_AT_ONCE
from livecart.services.store_retention import Due, Purged, RecordKind
from tests.support.archive import DAYS, MO, PERIOD_MS, ROOT, Archive, add_staff, open_archive
from tests.support.shop import ENDED_SHOW, MEI, PRICE, open_shop


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_shop(database, stock=2 * ORDERS_AT_ONCE) as shop:
        await add_staff(shop)
        yield open_archive(shop, tmp_path)


async def test_records_go_when_their_period_is_over_and_not_before(archive: Archive) -> None:
    await archive.say("m1")
    await archive.bought()
    await archive.decide(2)
    archive.shop.clock.ms += PERIOD_MS - 2_001
    await archive.say("m2")
    assert await archive.run() == Counter()
    archive.pass_time(0)
    archive.shop.clock.ms += 2_000
    due = {kind: found for kind, found in (await archive.due()).items() if found != Due(0, 0)}
    assert due == dict.fromkeys(("chat", "orders", "top_ups", "decisions"), Due(1, 0))
    assert (await archive.said(), await archive.buyers()) == (["m1", "m2"], ["p00000"]), "looking removes nothing"
    done = await archive.run()
    # Beside the row of the log, the words of a topic's newest decision.
    assert done == Counter(chat=1, orders=1, top_ups=1, decisions=2)
    assert (await archive.said(), await archive.buyers()) == (["m2"], [FORGOTTEN])
    # The row that was the last one went too, now that another is: that of the purge.
    assert await archive.run() == Counter(decisions=2)
    assert await archive.run() == Counter()
    assert await archive.faults() == {}


async def test_days_of_nought_keep_all_for_good(archive: Archive, tmp_path: Path) -> None:
    await archive.say("m1")
    await archive.bought()
    await archive.decide(2)
    archive.pass_time()
    forever = open_archive(archive.shop, tmp_path, 0)
    assert await forever.purge.run() == []
    assert set((await forever.due()).values()) == {Due(0, 0)}


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
    assert booked == [("carried", 7 * PRICE)], "what was carried before goes into what is carried now"


async def test_wallet_fillings_by_a_provider_are_forgotten_with_their_payment(archive: Archive) -> None:
    till, ana = archive.till, archive.shop.buyers[0]
    _, payment = await till.payments.top_up(ana, archive.shop.key(), amount_minor=900, currency="CNY", method="sandbox")
    await till.tell(payment["id"], "captured")
    before = await archive.balances()
    archive.pass_time()
    assert (await archive.due())["top_ups"] == Due(1, 0)
    assert (await archive.run())["top_ups"] == 1
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


async def test_two_purges_at_once_take_everything_once(archive: Archive, tmp_path: Path) -> None:
    for buyer in (0, 1, 1):
        await archive.bought(buyer)
    for name in ("m1", "m2"):
        await archive.say(name)
    await archive.decide(3)
    archive.pass_time()
    await archive.decide(1)
    other = open_archive(archive.shop, tmp_path)
    done = sum(await asyncio.gather(archive.run(), other.run()), Counter())
    assert (done["orders"], done["top_ups"], done["chat"]) == (3, 3, 2)
    assert sum(row.removed for row in await archive.shop.rows(purges)) == done.total()
    assert await archive.faults() == {}
    assert {found.due for kind, found in (await archive.due()).items() if kind != "decisions"} == {0}


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
    gone = {(row.kind, row.removed) for row in await archive.shop.rows(purges)}
    assert gone == {("chat", 1), ("orders", 1), ("top_ups", 1)}
    report = await archive.purge.report(ROOT)
    assert report["legal_holds"] == 1
    assert [each["kind"] for each in report["kinds"]] == [kind.value for kind in RecordKind]
    assert {(each["days"], each["due"]) for each in report["kinds"]} == {(DAYS, 0)}
    removed = {each["kind"]: each["removed"] for each in report["kinds"]}
    assert Counter(removed) == Counter(chat=1, orders=1, top_ups=1)
    assert await archive.purge.figures() == (removed, 1)
    for person in (MO, MEI, archive.shop.buyers[0]):
        with pytest.raises(ForbiddenError):
            await archive.purge.report(person)
