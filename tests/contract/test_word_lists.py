"""Word lists and the filter that is made of them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from livecart.adapters.list_reading import ThreadedListReading
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import outbox, people, shows
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.domain.word_filter import Filter
from livecart.services.chat_filter import ChatFilter
from livecart.services.ports_filter import Upload
from livecart.services.word_lists import LISTS_MAX, SHOW_LINES_MAX, Replacing, WordLists
from tests.support.shop import ENDED_SHOW, MEI, SHOW, CountedIds, Shop, open_shop

MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


class CountedReading:
    """How often a filter was built of which lists."""

    def __init__(self, reading: ThreadedListReading) -> None:
        self._reading = reading
        self.built: list[list[str]] = []

    async def check(self, raw: bytes, lines_max: int) -> Upload:
        return await self._reading.check(raw, lines_max)

    async def build(self, lists: Mapping[str, str]) -> Filter:
        self.built.append(sorted(lists))
        return await self._reading.build(lists)


@dataclass(slots=True)
class Rig:
    shop: Shop
    lists: WordLists
    reading: CountedReading
    words: ChatFilter

    async def rule(self, text: str, show: ShowId | None = None) -> str | None:
        """The list and the entry that a text is caught by."""
        found = await self.words.find(show, text)
        return None if found is None else f"{found.list} {found.entry.text}"


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    async with open_shop(database) as shop:
        async with database.write() as connection:
            row = {"id": MO.id, "handle": "mo", "display_name": "Mo", "role": "moderator", "password_hash": ""}
            await connection.execute(people.insert().values(**row, created_at_ms=0))
        threaded = ThreadedListReading()
        reading = CountedReading(threaded)
        lists = WordLists(shop.store, shop.clock, CountedIds("list"), reading)
        yield Rig(shop, lists, reading, ChatFilter(shop.store, reading))
        threaded.close()


def new(text: str, version: int | None = None, *, dry_run: bool = False) -> Replacing:
    return Replacing(text.encode(), version, dry_run)


async def test_a_list_is_kept_as_it_was_written(rig: Rig) -> None:
    text = "# ours\r\ncasino | deny\nCASINO|deny\n賭場\n"
    made = await rig.lists.put(MO, "spam", new(text))
    assert (made["version"], made["entries"], made["repeated"], made["changed_by"]) == (1, 2, 1, "mo")
    read = await rig.lists.get(MO, "spam")
    assert (read["text"], read["version"]) == (text, 1)
    assert [each["name"] for each in await rig.lists.for_all(MO)] == ["spam"]


async def test_a_list_that_is_not_in_order_changes_nothing(rig: Rig) -> None:
    await rig.lists.put(MO, "spam", new("casino"))
    for wrong in (b"fine\nx\n", b"\xff", b"a\0b", b"casino | shout"):
        with pytest.raises(InvalidError) as caught:
            await rig.lists.put(MO, "spam", Replacing(wrong))
        assert (caught.value.code, next(iter(caught.value.fields))[:5]) == ("invalid_list", "line ")
    assert (await rig.lists.get(MO, "spam"))["text"] == "casino"


async def test_a_trial_says_what_would_be_and_keeps_nothing(rig: Rig) -> None:
    tried = await rig.lists.put(MO, "spam", new("casino\npoker", dry_run=True))
    assert (tried["entries"], tried["dry_run"]) == (2, True)
    with pytest.raises(NotFoundError):
        await rig.lists.get(MO, "spam")


async def test_who_saw_an_older_version_overwrites_nothing(rig: Rig) -> None:
    await rig.lists.put(MO, "spam", new("one", 0))
    await rig.lists.put(MO, "spam", new("two words", 1))
    for late in (0, 1, 7):
        with pytest.raises(ConflictError) as caught:
            await rig.lists.put(MO, "spam", new("three", late))
        assert caught.value.code == "list_changed"
    assert (await rig.lists.put(MO, "spam", new("two words", 2)))["version"] == 2
    assert (await rig.lists.put(MO, "spam", new("", 2)))["entries"] == 0


async def test_moderators_edit_what_holds_everywhere_and_hosts_their_own_show(rig: Rig) -> None:
    otto = Person(PersonId("otto"), "otto", "Otto", Role.CREATOR)
    for stranger in (MEI, otto, rig.shop.buyers[0]):
        for ask in (rig.lists.put(stranger, "spam", new("one")), rig.lists.get(stranger, "spam")):
            with pytest.raises(ForbiddenError):
                await ask
    for stranger in (otto, rig.shop.buyers[0]):
        for ask in (rig.lists.put_of_show(stranger, SHOW, new("one")), rig.lists.of_show(stranger, SHOW)):
            with pytest.raises(ForbiddenError):
                await ask
    assert (await rig.lists.of_show(MEI, SHOW))["version"] == 0
    await rig.lists.put_of_show(MEI, SHOW, new("one"))
    assert (await rig.lists.of_show(MO, SHOW))["text"] == "one"
    assert await rig.lists.for_all(MO) == []


async def test_what_there_is_not_cannot_be_had(rig: Rig) -> None:
    for name in ("Spam", "", "show:show", "a" * 41, "-a"):
        with pytest.raises(InvalidError):
            await rig.lists.put(MO, name, new("one"))
    with pytest.raises(NotFoundError):
        await rig.lists.put_of_show(MO, ShowId("nowhere"), new("one"))
    with pytest.raises(ConflictError) as caught:
        await rig.lists.put_of_show(MEI, ENDED_SHOW, new("one"))
    assert caught.value.code == "show_ended"
    with pytest.raises(InvalidError) as too_long:
        await rig.lists.put_of_show(MEI, SHOW, new("ab\n" * (SHOW_LINES_MAX + 1)))
    assert too_long.value.code == "too_large"


async def test_there_are_so_many_lists_and_no_more(rig: Rig) -> None:
    for number in range(LISTS_MAX):
        await rig.lists.put(MO, f"list-{number}", new("one"))
    with pytest.raises(ConflictError) as caught:
        await rig.lists.put(MO, "another", new("one"))
    assert caught.value.code == "too_many_lists"
    await rig.lists.put(MO, "list-7", new("two words"))


async def test_every_change_is_news_to_all_processes_and_what_changes_nothing_is_none(rig: Rig) -> None:
    await rig.lists.put(MO, "spam", new("one"))
    await rig.lists.put(MO, "spam", new("one"))
    await rig.lists.put(MO, "spam", new("two words", dry_run=True))
    async with rig.shop.database.read() as connection:
        told = (await connection.execute(select(outbox.c.type, outbox.c.person_id))).all()
    assert [tuple(row) for row in told] == [("lists.changed", "mo")]


async def test_the_filter_follows_its_lists_and_reads_no_more_than_it_must(rig: Rig) -> None:
    assert await rig.rule("my casino") is None
    await rig.lists.put(MO, "spam", new("casino"))
    await rig.lists.put(MO, "rude", new("笨蛋 | deny"))
    assert await rig.rule("my casino") is None
    await rig.words.look()
    assert await rig.rule("my casino") == "spam casino"
    assert await rig.rule("casino, you 笨蛋") == "rude 笨蛋"
    for _ in range(3):
        await rig.words.look()
    assert rig.reading.built == [["rude", "spam"]]
    await rig.lists.put(MO, "spam", new(""))
    await rig.words.look()
    assert await rig.rule("my casino") is None


async def test_a_shows_list_is_read_when_the_show_is_written_in(rig: Rig) -> None:
    await rig.words.look()
    await rig.lists.put_of_show(MEI, SHOW, new("next door | deny"))
    await rig.words.look()
    assert rig.reading.built == []
    for _ in range(3):
        assert await rig.rule("go next door", SHOW) == "show:show next door"
        assert await rig.rule("go next door", ENDED_SHOW) is None
    assert rig.reading.built == [["show:show"]]
    await rig.lists.put_of_show(MEI, SHOW, new("elsewhere"))
    assert await rig.rule("go next door", SHOW) == "show:show next door"
    await rig.words.look()
    assert rig.reading.built == [["show:show"]] * 2
    assert await rig.rule("go next door", SHOW) is None
    assert await rig.rule("elsewhere", SHOW) == "show:show elsewhere"
    async with rig.shop.database.write() as connection:
        await connection.execute(update(shows).where(shows.c.id == SHOW).values(state="ended"))
    await rig.words.look()
    assert await rig.rule("elsewhere", SHOW) is None


async def test_many_who_write_at_once_in_a_show_all_get_its_list(rig: Rig) -> None:
    await rig.lists.put_of_show(MEI, SHOW, new("next door"))
    await rig.words.look()
    found = await asyncio.gather(*(rig.rule("next door", SHOW) for _ in range(60)))
    assert set(found) == {"show:show next door"}


async def test_a_show_may_deny_what_is_held_everywhere(rig: Rig) -> None:
    await rig.lists.put(MO, "spam", new("casino"))
    await rig.lists.put_of_show(MEI, SHOW, new("casino | deny"))
    await rig.words.look()
    assert await rig.rule("casino", SHOW) == "show:show casino"
    assert await rig.rule("casino") == "spam casino"


@pytest.mark.once
async def test_a_list_of_200_000_lines_is_taken_and_one_more_is_not(rig: Rig) -> None:
    lines = [f"word{number:x}q" for number in range(200_000)]
    made = await rig.lists.put(MO, "long", new("\n".join(lines)))
    assert made["entries"] == 200_000
    await rig.words.look()
    assert await rig.rule(f"see {lines[123_456]} there") == f"long {lines[123_456]}"
    with pytest.raises(InvalidError) as caught:
        await rig.lists.put(MO, "long", new("\n".join([*lines, "one"])))
    assert caught.value.code == "too_large"
    lines[150_000] = "x"
    with pytest.raises(InvalidError) as caught:
        await rig.lists.put(MO, "long", new("\n".join(lines)))
    assert list(caught.value.fields) == ["line 150001"]


async def test_when_too_many_lists_wait_the_next_one_is_told_to_come_again() -> None:
    reading = ThreadedListReading(waiting_max=0)
    with pytest.raises(UnavailableError) as caught:
        await reading.check(b"one", 9)
    assert caught.value.code == "busy"
    reading.close()


async def test_a_stored_list_that_cannot_be_read_any_more_leaves_the_others_in_force() -> None:
    reading = ThreadedListReading()
    words = await reading.build({"old": "fine\nx", "new": "casino"})
    assert len(words) == 1
    reading.close()
