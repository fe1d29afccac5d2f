"""The purge on both engines: people go off gifts, red packets and wallet fillings, and what they left behind goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import accounts, bans, entries, follows, journals
from livecart.adapters.sql.tables_calls import calls
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.adapters.sql.tables_live import closed_products, host_warnings, sanctions, show_stops
from livecart.adapters.sql.tables_packets import red_packet_claims, red_packet_entries, red_packets
from livecart.adapters.sql.tables_reports import report_cases, reports
from livecart.adapters.sql.tables_retention import legal_holds
from livecart.adapters.system import RandomIds
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.legal_hold import HoldKind
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.packet_proof import check
from livecart.domain.people import FORGOTTEN, Person, Role
from livecart.domain.report import Outcome
from livecart.domain.topping_up import TopUp
from livecart.services.departures import Departures
from livecart.services.report_cases import QueueWish, ReportCases, Verdict
from livecart.services.reports import Reports, ReportWish
from livecart.services.store import Page
from livecart.services.store_retention import OWN_KINDS, Due
from tests.support.archive import DAYS, MO, ROOT, Archive, add_staff, open_archive
from tests.support.gifts import WINDOW_MS, with_gifts
from tests.support.packets import with_packets
from tests.support.shop import ENDED_SHOW, MEI, SHOW, open_shop

DRAW_MS = 20_000


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_shop(database, buyers=4) as shop:
        await add_staff(shop)
        archive = open_archive(shop, tmp_path)
        yield archive
        assert await archive.faults() == {}


async def _owned(archive: Archive, of: str) -> list[tuple[str, int]]:
    """The kind of journal and the amount of every entry on this person's accounts."""
    owner = {row.id: row.owner_id for row in await archive.shop.rows(accounts)}
    kind = {row.id: row.kind for row in await archive.shop.rows(journals)}
    rows = await archive.shop.rows(entries)
    return sorted((kind[row.journal_id], row.amount_minor) for row in rows if owner[row.account_id] == of)


async def test_gifts_lose_their_giver_and_the_host_keeps_what_they_brought(archive: Archive) -> None:
    shop, rig = archive.shop, with_gifts(archive.shop)
    ana, lin, _, sam = shop.buyers
    for buyer in (ana, lin, sam):
        await shop.top_up(buyer, 10_000)
    await rig.send(ana)
    await rig.send(ana, count=4)
    await rig.send(lin, "tea")
    await rig.later(WINDOW_MS)
    await archive.hold(HoldKind.PERSON, lin.id)
    before = await archive.balances()
    archive.pass_time()
    await rig.send(sam)  # a streak that goes on
    held = await archive.balances()
    assert (await archive.due())["gifts"] == Due(1, 1)
    assert (await archive.run())["gifts"] == 1
    assert await archive.balances() == held
    assert Counter(row.sender_id for row in await shop.rows(gift_streaks)) == {FORGOTTEN: 1, lin.id: 1, sam.id: 1}
    assert await _owned(archive, ana.id) == [("carried", 10_000 - 500)]
    assert before["proceeds:mei:CNY"] == held["proceeds:mei:CNY"]
    await archive.holds.lift(ROOT, (await archive.holds.search(ROOT, Page(1)))[0][0]["id"], "closed")
    await rig.later(WINDOW_MS)
    archive.pass_time()
    assert (await archive.run())["gifts"] == 2
    assert {row.sender_id for row in await shop.rows(gift_streaks)} == {FORGOTTEN}


async def test_of_red_packets_nobody_is_left_and_the_money_is_still_proven(archive: Archive) -> None:
    shop, rig = archive.shop, with_packets(archive.shop)
    ana, lin, kim, _ = shop.buyers
    await rig.fund()
    speed = await rig.send(total_minor=900, shares=3)
    for buyer in (ana, lin):
        await rig.claim(buyer, speed)
    draw = await rig.send(total_minor=1_000, shares=3, mode="draw")
    # No room in the wallet, so what is drawn goes to the proceeds.
    full = TopUp(request=None, topup="fill", person=kim.id, amount=Money(MAX_MINOR, "CNY"))
    await shop.committer.submit(full)
    for buyer in (ana, lin, kim):
        await rig.claim(buyer, draw)
    await rig.later(DRAW_MS)
    await rig.later(86_400_000)
    held = await rig.send(total_minor=500, shares=1)
    await rig.claim(lin, held)
    await archive.hold(HoldKind.PERSON, lin.id)
    archive.pass_time()
    assert (await archive.due())["red_packets"] == Due(0, 3), "lin had a part in all of them"
    assert (await archive.run())["red_packets"] == 0
    (hold,), _ = await archive.holds.search(ROOT, Page(1))
    await archive.holds.lift(ROOT, hold["id"], "closed")
    young = await rig.send(total_minor=700, shares=1)
    await rig.claim(ana, young)
    before = await archive.balances()
    assert (await archive.run())["red_packets"] == 3
    assert await archive.balances() == before
    assert [row.person_id for row in await shop.rows(red_packet_claims)] == [ana.id]
    assert await shop.rows(red_packet_entries) == []
    assert Counter(row.sender_id for row in await shop.rows(red_packets)) == {FORGOTTEN: 3, MEI.id: 1}
    assert not [row.id for row in await shop.rows(journals) if lin.id in row.id], "not in the names of bookings either"
    assert [kind for kind, _ in await _owned(archive, kim.id)] == ["carried", "carried"], "of wallet and proceeds"
    with pytest.raises(NotFoundError) as refused:
        await rig.proof(speed)
    assert refused.value.code == "packet_forgotten"
    assert all(step.good for step in check(await rig.proof(young)))


TAMPERING = [
    "UPDATE red_packets SET sender_id = 'forgotten'",
    "DELETE FROM red_packet_claims",
    "UPDATE red_packets SET claimed = claimed - 1, shares = 9 WHERE sender_id = 'forgotten'",
]


@pytest.mark.once
@pytest.mark.parametrize("statement", TAMPERING)
async def test_nobody_hides_a_payment_as_a_packet_that_was_purged(archive: Archive, statement: str) -> None:
    rig = with_packets(archive.shop)
    await rig.fund()
    old = await rig.send(total_minor=900, shares=1)
    await rig.claim(archive.shop.buyers[0], old)
    archive.pass_time()
    await archive.run()
    young = await rig.send(total_minor=900, shares=1)
    await rig.claim(archive.shop.buyers[0], young)
    assert await archive.faults() == {}
    async with archive.shop.database.write() as connection:
        await connection.execute(text(statement))
    found = await archive.faults()
    async with archive.shop.database.write() as connection:  # as it was, for the audit after each test
        for table in ("red_packet_claims", "red_packets"):
            await connection.execute(text(f"DELETE FROM {table}"))
        await connection.execute(text("DELETE FROM entries"))
        await connection.execute(text("DELETE FROM journals"))
        await connection.execute(text("DELETE FROM accounts"))
    assert found


async def test_money_for_nothing_is_forgotten_and_each_wallet_keeps_its_sum(archive: Archive) -> None:
    ana, lin = archive.shop.buyers[:2]
    for amount in (100, 250):
        await archive.shop.top_up(ana, amount)
    await archive.shop.top_up(lin, 7)
    await archive.hold(HoldKind.PERSON, lin.id)
    archive.pass_time()
    await archive.shop.top_up(ana, 30)
    before = await archive.balances()
    assert (await archive.due())["top_ups"] == Due(2, 1)
    assert (await archive.run())["top_ups"] == 2
    assert await archive.balances() == before
    assert await _owned(archive, ana.id) == [("carried", 350), ("topup", 30)]
    assert await _owned(archive, lin.id) == [("topup", 7)]
    archive.pass_time()
    assert (await archive.run())["top_ups"] == 1
    assert await _owned(archive, ana.id) == [("carried", 380)], "no trace of when, and how often"


async def test_follows_of_people_who_are_gone_go_and_others_stay(archive: Archive) -> None:
    shop = archive.shop
    gone, comes, held, young = shop.buyers
    async with shop.store.write() as tx:
        for each in (gone, comes, held):
            await tx.follows.add(each.id, MEI.id, shop.clock.ms)
    archive.pass_time(DAYS - 1)
    async with shop.store.write() as tx:
        await tx.sessions.add("a", comes.id, shop.clock.ms, shop.clock.ms + 1)
        await tx.follows.add(young.id, MEI.id, shop.clock.ms)
    archive.pass_time(1)
    await archive.hold(HoldKind.PERSON, held.id)
    assert (await archive.due())["follows"] == Due(1, 1)
    assert (await archive.run())["follows"] == 1
    left = {row.follower_id for row in await shop.rows(follows)}
    assert left == {comes.id, held.id, young.id}


def _call(archive: Archive, name: str, person: PersonId, **changed: Any) -> dict[str, Any]:
    now = archive.shop.clock.ms
    call = {"id": name, "show_id": SHOW, "person_id": person, "state": "ended", "note": "my cat", "version": 1}
    flags = dict.fromkeys(("muted", "hidden", "shown"), False)
    return call | flags | {"requested_at_ms": now, "changed_at_ms": now, "publications": 0} | changed


async def test_calls_that_are_over_and_decided_reports_go(archive: Archive) -> None:
    shop = archive.shop
    ana, lin, kim, _ = shop.buyers
    viewers = Reports(shop.store, shop.clock, RandomIds())
    cases = ReportCases(shop.store, shop.clock, RandomIds(), others=True)
    for by, about in ((ana, kim), (ana, lin)):
        await viewers.report(by, ReportWish(category="scam", show=SHOW, person=about.id))
    for case in (await cases.queue(MO, QueueWish(), Page(9)))[0]:
        await cases.resolve(MO, case["id"], Verdict(Outcome.NO_VIOLATION, "Nothing wrong with that."))
    await viewers.report(lin, ReportWish(category="scam", show=SHOW))
    asked = [_call(archive, "over", ana.id), _call(archive, "open", lin.id, state="requested")]
    async with shop.database.write() as connection:
        await connection.execute(insert(calls), [*asked, _call(archive, "held", kim.id, show_id=ENDED_SHOW)])
    await archive.hold(HoldKind.PERSON, kim.id)
    archive.pass_time()
    due = await archive.due()
    assert (due["calls"], due["reports"]) == (Due(1, 1), Due(1, 1))
    done = await archive.run()
    assert (done["calls"], done["reports"]) == (1, 1)
    assert sorted(row.id for row in await shop.rows(calls)) == ["held", "open"]
    assert sorted(row.state for row in await shop.rows(report_cases)) == ["open", "resolved"]
    assert len(await shop.rows(reports)) == 2


async def test_whoever_had_a_part_in_a_held_show_keeps_his_name(archive: Archive) -> None:
    shop, rig, packets = archive.shop, with_gifts(archive.shop), with_packets(archive.shop)
    gave, got, entered, called = shop.buyers
    async with shop.store.write() as tx:
        told = Person(PersonId("told"), "told", "Told", Role.VIEWER)
        await tx.people.add(told, "", 0)
        await tx.people.add(Person(PersonId("none"), "none", "None", Role.VIEWER), "", 0)
    await packets.fund()
    await shop.top_up(gave, 10_000)
    await rig.send(gave)
    await packets.claim(got, await packets.send(total_minor=100, shares=1))
    await packets.claim(entered, await packets.send(total_minor=100, shares=1, mode="draw"))
    await Reports(shop.store, shop.clock, RandomIds()).report(told, ReportWish(category="scam", show=SHOW))
    async with shop.database.write() as connection:
        await connection.execute(insert(calls), [_call(archive, "call", called.id)])
    everybody = [each.id for each in (gave, got, entered, called, told)]
    for held, staying in ((ENDED_SHOW, []), (SHOW, everybody)):
        await archive.hold(HoldKind.SHOW, held)
        async with shop.store.read() as tx:
            kept = [person for person in [*everybody, PersonId("none")] if await tx.retention.must_stay(person)]
        assert kept == staying


async def test_all_that_is_kept_of_somebody_is_in_his_file_and_nobody_elses(archive: Archive) -> None:
    shop, rig, packets = archive.shop, with_gifts(archive.shop), with_packets(archive.shop)
    ana, lin = shop.buyers[:2]
    await packets.fund()
    await shop.top_up(ana, 10_000)
    await rig.send(ana, count=2)
    for mode in ("speed", "draw"):
        await packets.claim(ana, await packets.send(total_minor=100, shares=1, mode=mode))
    await Reports(shop.store, shop.clock, RandomIds()).report(ana, ReportWish(category="scam", show=SHOW))
    async with shop.database.write() as connection:
        await connection.execute(insert(calls), [_call(archive, "hers", ana.id), _call(archive, "his", lin.id)])
    unasked: Any = None  # no password, no limit
    departures = Departures(shop.store, shop.clock, RandomIds(), unasked, unasked)
    found = [record async for record in departures.records(ana)]
    kinds = Counter(record["kind"] for record in found)
    assert kinds == Counter(
        {"account": 1, "balance": 1, "gift": 1, "red_packet_share": 1, "red_packet_entry": 1, "report": 1, "call": 1}
    )
    (gift,) = [record for record in found if record["kind"] == "gift"]
    assert (gift["name"], gift["count"], gift["amount_minor"], gift["at"][:4]) == ("Rose", 2, 200, "2027")
    assert [record["id"] for record in found if record["kind"] == "call"] == ["hers"]
    for kind in OWN_KINDS:
        async with shop.store.read() as tx:
            assert await tx.retention.own(kind, PersonId("nobody"), Page(9)) == []


LIVE = {
    "sanctions": """INSERT INTO sanctions (id, kind, person_id, show_id, by_id, reason, at_ms, until_ms, enforced)
        VALUES ('{id}', 'mute', 'p00000', NULL, 'mo', 'spam', 1, {until}, :yes)""",
    "bans": """INSERT INTO bans (id, person_id, by_id, reason, at_ms, until_ms, enforced)
        VALUES ('{id}', 'p00000', 'mo', 'spam', 1, {until}, :yes)""",
    "host_warnings": """INSERT INTO host_warnings (id, show_id, by_id, code, text, at_ms)
        VALUES ('{id}', '{show}', 'mo', 'spam', 'stop that', {at})""",
    "show_stops": """INSERT INTO show_stops (show_id, by_id, code, reason, at_ms)
        VALUES ('{show}', 'mo', 'spam', 'no', {at})""",
    "closed_products": """INSERT INTO closed_products (show_id, product_id, by_id, code, reason, at_ms, enforced)
        VALUES ('{show}', (SELECT MIN(id) FROM products), 'mo', 'spam', 'no', {at}, :yes)""",
}


async def test_what_staff_did_to_people_and_shows_goes_when_it_is_over(archive: Archive) -> None:
    shop = archive.shop
    lasting = shop.clock.ms + 10 * DAYS * 86_400_000
    async with shop.database.write() as connection:
        for statement in LIVE.values():
            for name, until, show in (("over", 5, ENDED_SHOW), ("lasts", lasting, SHOW)):
                filled = statement.format(id=name, until=until, show=show, at=1)
                bound = {"yes": True} if ":yes" in filled else {}
                await connection.execute(text(filled), bound)
        await connection.execute(text(f"UPDATE shows SET state = 'ended', ended_at_ms = 7 WHERE id = '{ENDED_SHOW}'"))
    hold = await archive.hold(HoldKind.ORDER, (await archive.bought())["id"])
    await archive.holds.lift(ROOT, hold, "closed")
    await archive.decide(1)
    archive.pass_time()
    await archive.decide(1)
    await archive.run()
    for table in (sanctions, bans, host_warnings, show_stops, closed_products):
        assert len(await shop.rows(table)) == 1, table.name
    assert await shop.rows(legal_holds) == []
