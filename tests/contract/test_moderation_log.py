"""The moderation log on both engines: written by two processes at once, tampered with in SQL, signed, and purged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from livecart.adapters.log_marks import Ed25519MarkKey, MarkFile
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_moderation import moderation_log, moderation_marks, moderation_words
from livecart.domain.errors import ConflictError, UnavailableError
from livecart.domain.moderation_log import Mark, MarkKind
from livecart.services.log_marks import HEADS_KEPT
from livecart.services.log_proof import CHAIN, MARKS, WORDS
from tests.support.log import Log, ruling

# Each process appends so many rows, as fast as it can.
APPENDED = 40
APPEND = """
import asyncio, sys
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from tests.support.log import ruling

async def main():
    database = Database(sys.argv[1])
    store = SqlStore(database)
    for _ in range(int(sys.argv[2])):
        async with store.write() as tx:
            await tx.log.append(ruling())
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Log:
    return Log(database, tmp_path)


async def count(log: Log, table: object = moderation_log) -> int:
    async with log.database.read() as connection:
        found = await connection.execute(select(func.count()).select_from(table))  # type: ignore[arg-type]
        return int(found.scalar_one())


async def test_two_processes_that_append_at_once_make_one_chain(log: Log) -> None:
    url = log.database.url.render_as_string(hide_password=False)
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", APPEND, url, str(APPENDED)) for _ in range(2)
    ]
    await log.write(APPENDED)
    assert [await process.wait() for process in processes] == [0, 0]
    assert await count(log) == 3 * APPENDED
    assert await log.faults() == {}
    assert (await log.figures())[CHAIN][0] == 3 * APPENDED


async def test_a_transaction_that_fails_leaves_no_row(log: Log) -> None:
    await log.write()

    async def fail() -> None:
        async with log.store.write() as tx:
            await tx.log.append(ruling())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    await log.write()
    assert await count(log) == 2
    assert await log.faults() == {}


TAMPERING = [
    (["UPDATE moderation_log SET code = 'other' WHERE number = 4"], CHAIN, "row 4 was changed"),
    (["UPDATE moderation_log SET at_ms = at_ms - 1 WHERE number = 1"], CHAIN, "row 1 was changed"),
    (["UPDATE moderation_log SET hash = 'f' WHERE number = 4"], CHAIN, "row 4 was changed"),
    (["DELETE FROM moderation_log WHERE number = 4"], CHAIN, "row 4 was removed"),
    (["DELETE FROM moderation_log WHERE number BETWEEN 3 AND 5"], CHAIN, "rows 3 to 5 were removed"),
    (["DELETE FROM moderation_log WHERE number < 3"], CHAIN, "rows 1 to 2 were removed"),
    (["DELETE FROM moderation_log WHERE number > 6"], CHAIN, "rows 7 to 8 were removed"),
    (["DELETE FROM moderation_log"], CHAIN, "rows 1 to 8 were removed"),
    (
        [f"UPDATE moderation_log SET number = {new} WHERE number = {old}" for old, new in ((3, 99), (6, 3), (99, 6))],
        CHAIN,
        "row 3 stands in another's place: it was row 6",
    ),
    (["UPDATE moderation_head SET number = 5"], CHAIN, "the head is not row 8"),
    (["UPDATE moderation_words SET reason = 'another' WHERE number = 2"], WORDS, "the words of row 2 were changed"),
    (["UPDATE moderation_words SET quote = NULL WHERE number = 2"], WORDS, "the words of row 2 were changed"),
    (["INSERT INTO moderation_words VALUES (77, 's', 'r', 'q')"], WORDS, "words of row 77, which is not there"),
]


@pytest.mark.once
@pytest.mark.parametrize(("statements", "invariant", "said"), TAMPERING)
async def test_tampering_is_found_and_the_row_named(log: Log, statements: list[str], invariant: str, said: str) -> None:
    await log.write(8)
    assert await log.faults() == {}
    await log.tamper(*statements)
    faults = (await log.faults())[invariant]
    assert any(said in fault for fault in faults), faults


async def forge(log: Log, code: str) -> None:
    """What somebody does who has the database and our source: the whole log anew, with all hashes."""
    async with log.store.read() as tx:
        kept = await tx.log.links(0, 1_000)
    await log.tamper("DELETE FROM moderation_log", "DELETE FROM moderation_head", "DELETE FROM moderation_words")
    for link in kept:
        async with log.store.write() as tx:
            await tx.log.append(ruling(link.entry.at_ms, subject=link.entry.subject, code=code))


async def test_a_log_rewritten_with_all_its_hashes_is_found(log: Log) -> None:
    await log.write(4)
    assert await log.marks.sign()
    await log.write(2)
    await forge(log, "forged")
    assert log.file.exists()
    assert "rows 1 to 4 and what follows: rewritten" in (await log.faults())[CHAIN][0]
    with pytest.raises(ConflictError, match="row 4 is not what was signed") as refused:
        await log.marks.sign()
    assert refused.value.code == "log_broken"


async def test_the_copy_shows_it_when_what_was_signed_is_taken_out_of_the_database_too(log: Log) -> None:
    await log.write(4)
    await log.marks.sign()
    await log.tamper(
        "DELETE FROM moderation_marks",
        "DELETE FROM moderation_log WHERE number > 2",
        "DELETE FROM moderation_words WHERE number > 2",
        "UPDATE moderation_head SET number = 2, hash = (SELECT hash FROM moderation_log WHERE number = 2)",
    )
    assert await log.faults() == {CHAIN: ("rows 3 to 4 were removed",)}
    with pytest.raises(ConflictError):
        await log.marks.sign()
    await log.write(4)
    assert "rows 1 to 4 and what follows: rewritten" in (await log.faults())[CHAIN][0]


async def test_a_head_that_another_signed_is_not_believed(log: Log) -> None:
    await log.write(2)
    await log.marks.sign()
    other = Ed25519MarkKey("another secret")
    forged = other.signed(Mark(MarkKind.ANCHOR, 1, "f" * 64, 5, 5))
    async with log.store.write() as tx:
        await tx.log.add_mark(forged)
    assert await log.faults() == {MARKS: ("anchor 1 is not signed with a key of ours",)}
    await log.tamper("DELETE FROM moderation_marks WHERE number = 1", "UPDATE moderation_marks SET at_ms = 7")
    assert await log.faults() == {MARKS: ("head 2 is not signed with a key of ours",)}


async def test_what_was_signed_before_a_new_secret_is_still_believed(log: Log, tmp_path: Path) -> None:
    await log.write(2)
    await log.marks.sign()
    renewed = Log(log.database, tmp_path, "a new secret")
    renewed.clock.ms = log.clock.ms
    assert await renewed.faults() == {}
    await renewed.write(2)
    assert await renewed.marks.sign()
    assert await renewed.faults() == {}
    assert (await renewed.figures())[MARKS] == (2, ("signed up to row 4",))


async def test_without_a_secret_nothing_is_signed_and_it_says_so(log: Log, tmp_path: Path) -> None:
    bare = Log(log.database, tmp_path / "elsewhere", "")
    await log.write(2)
    await log.marks.sign()
    assert not await bare.marks.sign()
    assert await bare.faults() == {}
    assert "not checked" in (await bare.figures())[MARKS][1][0]
    with pytest.raises(ConflictError):
        await bare.marks.purge(10**15)


async def test_a_head_is_signed_once_and_copied_even_if_the_first_copy_failed(log: Log) -> None:
    assert not await log.marks.sign(), "nothing is there yet"
    await log.write()
    assert await log.marks.sign()
    assert not await log.marks.sign()
    copies = MarkFile(log.file)
    (first,) = await copies.read()
    log.file.unlink()
    log.file.mkdir()
    await log.write()
    with pytest.raises(UnavailableError):
        await log.marks.sign()
    log.file.rmdir()
    log.file.write_bytes(b'{"kind":"he')
    assert await log.marks.sign(), "the head that was not signed for want of the file"
    assert [mark.number for mark in await copies.read()] == [1, 2]
    assert first in await copies.read()


async def test_a_damaged_copy_is_a_finding(log: Log) -> None:
    await log.write()
    await log.marks.sign()
    log.file.write_bytes(b"nonsense\n")
    (fault,) = (await log.faults())[MARKS]
    assert "damaged" in fault


async def test_only_the_newest_heads_are_kept(log: Log) -> None:
    for _ in range(HEADS_KEPT + 3):
        await log.write()
        await log.marks.sign()
    assert await count(log, moderation_marks) == HEADS_KEPT
    assert await log.faults() == {}


async def test_a_purge_takes_the_beginning_only_and_leaves_a_signed_anchor(log: Log) -> None:
    await log.write(6)
    await log.marks.sign()
    assert await log.marks.purge(3_999) == 2
    assert await log.marks.purge(3_999) == 0, "twice is once"
    assert await log.faults() == {}
    # Six were there, two went, and one says so.
    assert (await log.figures())[CHAIN][0] == 5
    assert (await log.figures())[MARKS][1] == ("signed up to row 7, purged up to row 2",)
    await log.write()
    assert await log.marks.purge(10**15) == 5, "all but the last row"
    assert await count(log) == 2
    assert await log.faults() == {}
    assert await count(log, moderation_words) == 1


async def test_a_row_that_is_young_keeps_those_behind_it(log: Log) -> None:
    await log.write(2)
    log.clock.ms = 100_000
    await log.write()
    log.clock.ms = 3_000
    await log.write(3)
    assert await log.marks.purge(50_000) == 2
    assert await log.faults() == {}


async def test_an_anchor_that_was_taken_away_or_made_up_shows(log: Log) -> None:
    await log.write(4)
    await log.marks.purge(3_999)
    async with log.store.read() as tx:
        (anchor,) = [mark for mark in await tx.log.marks() if mark.kind is MarkKind.ANCHOR]
    await log.tamper("DELETE FROM moderation_marks WHERE kind = 'anchor'")
    assert await log.faults() == {}, "the copy has it"
    log.file.unlink()
    assert (await log.faults())[CHAIN] == ("rows 1 to 2 were removed",)
    await log.tamper("DELETE FROM moderation_log WHERE number = 3", "DELETE FROM moderation_words WHERE number = 3")
    async with log.store.write() as tx:
        await tx.log.add_mark(Mark(MarkKind.ANCHOR, 3, anchor.hash, 1, 1, anchor.key, anchor.signature))
    faults = await log.faults()
    assert faults[MARKS] == ("anchor 3 is not signed with a key of ours",)
    assert faults[CHAIN] == ("rows 1 to 3 were removed",)


async def test_a_broken_log_is_not_purged(log: Log) -> None:
    await log.write(4)
    await log.tamper("UPDATE moderation_log SET code = 'other' WHERE number = 2")
    with pytest.raises(ConflictError, match="row 2 was changed") as refused:
        await log.marks.purge(10**15)
    assert refused.value.code == "log_broken"
    assert await count(log) == 4


async def test_words_can_be_deleted_and_the_chain_stays_whole(log: Log) -> None:
    await log.write(5)
    async with log.store.write() as tx:
        assert await tx.log.forget_words(4_000, 1) == 1
        assert await tx.log.forget_words(4_000, 100) == 1
        assert await tx.log.forget_words(4_000, 100) == 0
    assert await count(log, moderation_words) == 3
    assert await log.faults() == {}
