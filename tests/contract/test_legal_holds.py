"""Legal holds on both engines: who places them, what they keep from the purge, and that nobody removes one unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.ids import OrderId
from livecart.domain.legal_hold import HoldKind
from livecart.services.store import Page
from livecart.services.store_retention import Due, PurgeRun, RecordKind
from tests.support.archive import MO, PERIOD_MS, ROOT, Archive, add_staff, open_archive
from tests.support.shop import ENDED_SHOW, MEI, SHOW, open_shop

HELD: list[tuple[HoldKind, str, Sequence[str], int]] = [
    (HoldKind.PERSON, "p00000", ["m0", "m0-ended"], 1),
    (HoldKind.PERSON, "mei", [], 3),  # who hosts the show and sold it all
    (HoldKind.SHOW, SHOW, ["m0", "m1"], 3),
    (HoldKind.SHOW, ENDED_SHOW, ["m0-ended"], 0),
    (HoldKind.ORDER, "first", [], 1),
]


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_shop(database) as shop:
        await add_staff(shop)
        yield open_archive(shop, tmp_path)


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
    named = await archive.holds.place(ROOT, HoldKind.PERSON, "Mei", "by her handle")
    show = await archive.holds.place(ROOT, HoldKind.SHOW, SHOW, "her show")
    assert (named["subject"], named["name"], show["name"], found["name"]) == (MEI.id, "mei", "", None)
    for extra in (named, show):
        await archive.holds.lift(ROOT, extra["id"], "closed too")
    await archive.holds.lift(ROOT, hold, "the case is closed")
    with pytest.raises(NotFoundError):
        await archive.holds.lift(ROOT, hold, "again")
    assert (await archive.holds.search(ROOT, Page(9)))[0] == []
    await archive.hold(HoldKind.ORDER, order["id"])
    kinds = [row.kind for row in await archive.shop.rows(moderation_log)]
    assert Counter(kinds) == {"hold.placed": 4, "hold.lifted": 3}
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
        old = await tx.retention.old(RecordKind.ORDERS, before_ms, 9)
    assert old == [OrderId(order["id"])]
    await archive.hold(HoldKind.ORDER, order["id"])
    async with archive.shop.store.write() as tx:
        run = PurgeRun("run", before_ms, archive.shop.clock.ms)
        assert await tx.retention.forget(RecordKind.ORDERS, old, run) == 0
    assert await archive.buyers() == ["p00000"]


NEEDED: list[tuple[HoldKind, str, set[str]]] = [
    (HoldKind.PERSON, "p00000", {"p00000"}),
    (HoldKind.SHOW, SHOW, {"mei", "p00000", "p00001"}),  # the host, the buyer, and who wrote there
    (HoldKind.SHOW, ENDED_SHOW, {"mei", "p00002"}),
    (HoldKind.ORDER, "first", {"mei", "p00000"}),
]


@pytest.mark.parametrize(("kind", "subject", "needed"), NEEDED)
async def test_who_had_a_part_in_what_is_on_hold_keeps_his_name(
    archive: Archive, kind: HoldKind, subject: str, needed: set[str]
) -> None:
    first = await archive.bought(0)
    await archive.say("m1", 1)
    await archive.say("m2", 2, ENDED_SHOW)
    hold = await archive.hold(kind, first["id"] if subject == "first" else subject)
    everybody = [MEI.id, *(buyer.id for buyer in archive.shop.buyers)]
    async with archive.shop.store.read() as tx:
        assert {person for person in everybody if await tx.retention.must_stay(person)} == needed
    await archive.holds.lift(ROOT, hold, "closed")
    async with archive.shop.store.read() as tx:
        assert not [person for person in everybody if await tx.retention.must_stay(person)]
