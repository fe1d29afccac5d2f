"""Reports on both engines: one case for many reporters, two moderators at once, outcomes told, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import chat_messages
from livecart.adapters.sql.tables_reports import report_cases, reports
from livecart.adapters.system import RandomIds
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import LivecartError
from livecart.domain.ids import MessageId, PersonId, ReportCaseId
from livecart.domain.people import Person, Role
from livecart.domain.report import CLAIM_MS, DECIDED_FOR_MS, CaseState, Outcome
from livecart.domain.topic import DecidedError
from livecart.services.bans import Bans
from livecart.services.chat_staff import ChatStaff
from livecart.services.moderation_log import ModerationLog
from livecart.services.report_cases import QueueWish, ReportCases, Verdict
from livecart.services.reports import Reports, ReportWish
from livecart.services.store import Page
from tests.support.shop import ENDED_SHOW, MEI, SHOW, START_MS, Shop, open_shop

LINE = "pay me by card number, I ship it"
FINE = Verdict(Outcome.NO_VIOLATION, "A joke among friends.")
ACTED = Verdict(Outcome.ACTION_TAKEN, "Money outside the shop.")


@dataclass
class Beat:
    """Who reports, who judges, and a line of p00001 in the show."""

    shop: Shop
    viewers: Reports
    cases: ReportCases
    strict: ReportCases
    mo: Person
    kim: Person

    @property
    def author(self) -> Person:
        return self.shop.buyers[1]

    async def report(self, by: int = 0, category: str = "scam", **changed: Any) -> dict[str, Any]:
        wish = {"show": SHOW, "message": "m1"} | changed
        return await self.viewers.report(self.shop.buyers[by], ReportWish(category=category, **wish))

    async def case(self) -> ReportCaseId:
        (found,) = (await self.cases.queue(self.mo, QueueWish(), Page(50)))[0]
        return ReportCaseId(found["id"])

    async def told(self) -> list[tuple[str, str]]:
        async with self.shop.store.read() as tx:
            events = [event for _, event in await tx.outbox.unpublished(100) if event.type == "report"]
        return sorted((str(event.person), event.data["outcome"]) for event in events)

    async def logged(self) -> list[tuple[str, str | None]]:
        async with self.shop.store.read() as tx:
            return [(link.entry.kind, link.entry.person) for link in await tx.log.links(0, 100)]

    async def delete_line(self) -> None:
        await ChatStaff(self.shop.store, self.shop.clock).delete(self.mo, SHOW, MessageId("m1"))


@pytest.fixture
async def beat(database: Database) -> AsyncIterator[Beat]:
    async with open_shop(database, buyers=6) as shop:
        people = [Person(PersonId(name), name, name.title(), Role.MODERATOR) for name in ("mo", "kim")]
        async with shop.store.write() as tx:
            for person in people:
                await tx.people.add(person, "", 0)
            await tx.chat.add_all([ChatMessage(MessageId("m1"), SHOW, shop.buyers[1].id, "k1", LINE, START_MS)])
        viewers = Reports(shop.store, shop.clock, RandomIds())
        cases, strict = (ReportCases(shop.store, shop.clock, RandomIds(), others=others) for others in (True, False))
        yield Beat(shop, viewers, cases, strict, *people)
        assert await shop.faults() == {}


async def code_of(awaited: Any) -> str:
    with pytest.raises(LivecartError) as refused:
        await awaited
    return str(refused.value.code)


async def test_many_reporters_of_one_line_are_one_case(beat: Beat) -> None:
    first = await beat.report(0, "other", text="look at this")
    assert (first["state"], first["kind"], first["target"], first["outcome"]) == ("open", "message", "m1", None)
    assert await beat.report(0, "minors") == first
    for number in (2, 3):
        await beat.report(number, "scam")
    async with beat.shop.store.read() as tx:
        assert await tx.reports.open_by_show([SHOW, ENDED_SHOW]) == {SHOW: 3}
        assert await tx.reports.open_by_show([]) == {}
    case = await beat.cases.get(beat.mo, await beat.case())
    assert (case["count"], case["category"], case["group"], case["quote"]) == (3, "scam", "goods", LINE)
    assert (case["user"]["id"], case["host"]["id"]) == (beat.author.id, MEI.id)
    assert [each["by"]["id"] for each in case["reports"]] == ["p00000", "p00002", "p00003"]
    assert (case["reports"][0]["text"], case["past"], case["rulings"]) == (
        "look at this",
        {"action_taken": 0, "no_violation": 0},
        [],
    )


async def test_all_who_report_at_once_find_one_case(beat: Beat) -> None:
    await asyncio.gather(*[beat.report(number) for number in (0, 2, 3, 4, 5, 0)])
    assert len(await beat.shop.rows(report_cases)) == 1
    assert len(await beat.shop.rows(reports)) == 5


async def test_what_cannot_be_reported_is_refused(beat: Beat) -> None:
    assert await code_of(beat.report(1)) == "own_account"
    assert await code_of(beat.viewers.report(MEI, ReportWish(SHOW, "scam"))) == "own_account"
    assert await code_of(beat.report(0, "scam", message="m2")) == "not_found"
    assert await code_of(beat.report(0, "scam", show=ENDED_SHOW)) == "not_found"
    assert await code_of(beat.report(0, "scam", show="nowhere")) == "not_found"
    assert await code_of(beat.report(0, "scam", message=None, person="nobody")) == "not_found"
    assert await code_of(beat.report(0, "scam", person="p00002")) == "invalid"
    assert await code_of(beat.report(0, "boring")) == "invalid"
    assert await code_of(beat.report(0, "other")) == "invalid"
    assert await code_of(beat.report(0, "scam", text="x" * 501)) == "invalid"
    await beat.delete_line()
    assert await code_of(beat.report(0)) == "message_deleted"
    assert await beat.shop.rows(report_cases) == []


async def test_a_line_that_its_author_took_back_can_still_be_reported(beat: Beat) -> None:
    await ChatStaff(beat.shop.store, beat.shop.clock).delete(beat.author, SHOW, MessageId("m1"))
    await beat.report()
    assert (await beat.cases.get(beat.mo, await beat.case()))["quote"] == LINE


async def test_of_two_who_resolve_at_once_one_wins_and_the_other_is_told_by_whom(beat: Beat) -> None:
    await beat.report()
    case = await beat.case()
    answers = await asyncio.gather(
        beat.cases.resolve(beat.mo, case, FINE), beat.cases.resolve(beat.kim, case, FINE), return_exceptions=True
    )
    (lost,) = [each for each in answers if isinstance(each, BaseException)]
    (won,) = [each for each in answers if not isinstance(each, BaseException)]
    assert isinstance(lost, DecidedError)
    assert (lost.code, lost.fields["outcome"]) == ("case_state", "no_violation")
    assert lost.fields["by"] == won["resolution"]["by"]["display_name"]
    assert await beat.logged() == [("report.no_violation", beat.author.id)]


async def test_a_claim_keeps_others_out_until_it_runs_out(beat: Beat) -> None:
    await beat.report()
    case = await beat.case()
    await beat.cases.claim(beat.mo, case)
    for attempt in (beat.cases.claim(beat.kim, case), beat.cases.resolve(beat.kim, case, FINE)):
        with pytest.raises(DecidedError, match="Mo is judging") as refused:
            await attempt
        assert refused.value.code == "case_claimed"
    beat.shop.clock.ms += CLAIM_MS
    assert (await beat.cases.claim(beat.kim, case))["claim"]["by"]["id"] == "kim"


async def test_the_outcome_is_told_to_each_reporter_and_nobody_learns_who_decided(beat: Beat) -> None:
    await beat.report(0)
    await beat.report(2, "hate")
    await beat.delete_line()
    view = await beat.cases.resolve(beat.mo, await beat.case(), ACTED)
    assert (view["resolution"]["outcome"], view["resolution"]["ruling"]) == ("action_taken", 1)
    assert await beat.told() == [("p00000", "action_taken"), ("p00002", "action_taken")]
    for number, category in ((0, "scam"), (2, "hate")):
        (own,), following = await beat.viewers.own(beat.shop.buyers[number], Page(50))
        assert (own["state"], own["outcome"], own["category"]) == ("resolved", "action_taken", category)
        assert own["decided_at"]
        assert following is None
        assert "mo" not in own.values()
        assert "deleted" not in repr(own)
    assert (await beat.viewers.own(beat.shop.buyers[3], Page(50)))[0] == []


async def test_the_reported_person_reads_it_only_if_something_was_done(beat: Beat) -> None:
    log = ModerationLog(beat.shop.store)
    await beat.report()
    await beat.cases.resolve(beat.mo, await beat.case(), FINE)
    assert (await log.cases(beat.author, Page(50)))[0] == []
    beat.shop.clock.ms += DECIDED_FOR_MS
    await beat.report()
    await beat.delete_line()
    await beat.cases.resolve(beat.mo, await beat.case(), ACTED)
    reported, deleted = (await log.cases(beat.author, Page(50)))[0]
    assert (reported["kind"], deleted["kind"]) == ("report.action_taken", "chat.deleted")
    assert (reported["reason"], reported["quote"], reported["rule"]) == (ACTED.reason, LINE, "log:2")
    assert "p00000" not in repr(reported)


async def test_an_action_needs_a_row_of_the_log_about_the_same_person(beat: Beat) -> None:
    await beat.report()
    case = await beat.case()
    assert await code_of(beat.cases.resolve(beat.mo, case, ACTED)) == "no_ruling"
    unused: Any = None
    await Bans(beat.shop.store, beat.shop.clock, RandomIds(), unused).ban(beat.mo, beat.shop.buyers[4].id, "spam")
    for ruling in (1, 0, -1, 2, 10**30):
        verdict = Verdict(Outcome.ACTION_TAKEN, "done", ruling)
        assert await code_of(beat.cases.resolve(beat.mo, case, verdict)) == "invalid"
    await beat.delete_line()
    assert await code_of(beat.cases.resolve(beat.mo, case, Verdict(Outcome.NO_VIOLATION, "x", 2))) == "invalid"
    assert await code_of(beat.cases.resolve(beat.mo, case, Verdict(Outcome.NO_VIOLATION, "  "))) == "invalid"
    assert (await beat.cases.get(beat.mo, case))["rulings"][0]["number"] == 2
    view = await beat.cases.resolve(beat.mo, case, Verdict(Outcome.ACTION_TAKEN, "done", 2))
    assert view["resolution"]["ruling"] == 2


async def test_whoever_is_concerned_neither_sees_nor_decides(beat: Beat) -> None:
    accused = Person(beat.author.id, beat.author.handle, beat.author.display_name, Role.MODERATOR)
    host = Person(MEI.id, MEI.handle, MEI.display_name, Role.ADMIN)
    await beat.report()
    case = await beat.case()
    for concerned in (accused, host):
        assert (await beat.cases.queue(concerned, QueueWish(), Page(50)))[0] == []
        for attempt in (beat.cases.get, beat.cases.claim):
            assert await code_of(attempt(concerned, case)) == "not_found"
        assert await code_of(beat.cases.resolve(concerned, case, FINE)) == "not_found"
    await beat.viewers.report(beat.mo, ReportWish(SHOW, "scam", message="m1"))
    assert await code_of(beat.cases.claim(beat.mo, case)) == "concerned"
    assert await code_of(beat.cases.resolve(beat.mo, case, FINE)) == "concerned"
    assert await code_of(beat.cases.get(beat.shop.buyers[0], case)) == "forbidden"
    assert await code_of(beat.cases.get(beat.mo, ReportCaseId("nothing"))) == "not_found"


async def test_the_most_urgent_comes_first_page_by_page(beat: Beat) -> None:
    await beat.report(0, "copyright", message=None)
    await beat.report(0, "minors", message=None, person="p00004")
    for number in (0, 2, 3):
        await beat.report(number, "scam")
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(4):
        page, cursor = await beat.cases.queue(beat.mo, QueueWish(), Page(1, cursor))
        found += page
        if cursor is None:
            break
    assert [(each["kind"], each["count"]) for each in found] == [("person", 1), ("message", 3), ("show", 1)]
    assert len((await beat.cases.queue(beat.mo, QueueWish(show=SHOW), Page(50)))[0]) == 3
    assert (await beat.cases.queue(beat.mo, QueueWish(CaseState.RESOLVED), Page(50)))[0] == []


async def test_groups_look_at_their_own_first_and_may_be_kept_to_it(beat: Beat) -> None:
    async with beat.shop.store.write() as tx:
        await tx.staff_groups.put(beat.mo.id, ["goods"])
        await tx.staff_groups.put(beat.kim.id, ["goods", "safety"])
        await tx.staff_groups.put(beat.kim.id, ["safety"])
    async with beat.shop.store.read() as tx:
        assert await tx.staff_groups.all() == {"mo": ["goods"], "kim": ["safety"]}
    await beat.report(0, "scam")
    case = await beat.case()
    for person, seen in ((beat.mo, 1), (beat.kim, 0)):
        assert len((await beat.cases.queue(person, QueueWish(mine=True), Page(50)))[0]) == seen
    assert await code_of(beat.strict.claim(beat.kim, case)) == "other_group"
    assert await code_of(beat.strict.resolve(beat.kim, case, FINE)) == "other_group"
    await beat.strict.claim(beat.mo, case)
    beat.shop.clock.ms += CLAIM_MS
    await beat.cases.claim(beat.kim, case)


async def test_whoever_reports_falsely_again_and_again_is_ranked_lower(beat: Beat) -> None:
    for person in ("p00002", "p00003", "p00004"):
        await beat.report(0, "scam", message=None, person=person)
        await beat.cases.resolve(beat.mo, await beat.case(), FINE)
    await beat.report(0, "scam", message=None, person="p00005")
    doubted = await beat.cases.get(beat.mo, await beat.case())
    await beat.report(2, "scam")
    first, second = (await beat.cases.queue(beat.mo, QueueWish(), Page(50)))[0]
    assert (first["target"], second["target"]) == ("m1", "p00005")
    assert 0 < second["priority"] < first["priority"]
    assert doubted["reports"][0]["doubted"] is True
    assert (await beat.cases.get(beat.mo, ReportCaseId(first["id"])))["reports"][0]["doubted"] is False


async def test_what_was_decided_is_not_reported_again_the_same_day_by_the_same_person(beat: Beat) -> None:
    await beat.report(0)
    await beat.cases.resolve(beat.mo, await beat.case(), FINE)
    assert await code_of(beat.report(0)) == "report_decided"
    await beat.report(2)
    assert (await beat.cases.get(beat.mo, await beat.case()))["past"] == {"action_taken": 0, "no_violation": 1}
    beat.shop.clock.ms += DECIDED_FOR_MS
    await beat.report(0)
    (newest, _), following = await beat.viewers.own(beat.shop.buyers[0], Page(2))
    assert (newest["state"], following) == ("open", None)
    (page,), following = await beat.viewers.own(beat.shop.buyers[0], Page(1))
    assert (page, following) == (newest, newest["id"])


async def test_a_wrong_decision_is_taken_back_and_the_reporter_hears_of_the_next_one_only(beat: Beat) -> None:
    about: dict[str, Any] = {"message": None, "person": beat.author.id}
    await beat.report(0, **about)
    case = await beat.case()
    assert await code_of(beat.cases.reopen(beat.mo, case, "Too early.")) == "case_state"
    await beat.cases.resolve(beat.mo, case, FINE)
    beat.shop.clock.ms += 1_000
    for by, reason, code in ((beat.author, "mine", "forbidden"), (beat.kim, "", "invalid")):
        assert await code_of(beat.cases.reopen(by, case, reason)) == code
    again = await beat.cases.reopen(beat.kim, case, "I know this seller: that is no joke.")
    assert (again["state"], again["resolution"], again["claim"]) == ("open", None, None)
    assert await beat.told() == [("p00000", "no_violation")], "nobody is told that it waits again"
    assert await beat.logged() == [("report.no_violation", beat.author.id), ("report.reopened", None)]
    await beat.delete_line()
    beat.shop.clock.ms += 1_000
    await beat.cases.resolve(beat.kim, case, ACTED)
    assert await beat.told() == [("p00000", "action_taken"), ("p00000", "no_violation")]
    await beat.cases.reopen(beat.mo, case, "The line was somebody else's.")
    assert (await beat.logged())[-1] == ("report.reopened", beat.author.id), "who was told of it is told of this"
    await beat.cases.resolve(beat.mo, case, FINE)
    beat.shop.clock.ms += DECIDED_FOR_MS + 1
    await beat.report(2, **about)
    assert await code_of(beat.cases.reopen(beat.mo, case, "Once more.")) == "case_open"


async def test_the_words_stay_although_the_line_is_gone(beat: Beat) -> None:
    await beat.report()
    async with beat.shop.database.write() as connection:
        await connection.execute(update(chat_messages).values(text=""))
    assert (await beat.cases.get(beat.mo, await beat.case()))["quote"] == LINE


@pytest.mark.once
@pytest.mark.parametrize(
    ("fault", "invariant"),
    [
        ("UPDATE report_cases SET outcome = 'action_taken'", "every decision on reports is in the moderation log"),
        ("UPDATE report_cases SET decided_by = 'kim'", "every decision on reports is in the moderation log"),
        ("DELETE FROM moderation_log", "every decision on reports is in the moderation log"),
        ("UPDATE report_cases SET reporters = 2", "every case counts the people who reported it"),
        ("UPDATE report_cases SET priority = 1", "every case counts the people who reported it"),
    ],
)
async def test_the_audit_finds_what_does_not_fit(database: Database, fault: str, invariant: str) -> None:
    async with open_shop(database) as shop:
        mo = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
        async with shop.store.write() as tx:
            await tx.people.add(mo, "", 0)
            await tx.people.add(Person(PersonId("kim"), "kim", "Kim", Role.MODERATOR), "", 0)
        viewers, cases = Reports(shop.store, shop.clock, RandomIds()), ReportCases(shop.store, shop.clock, RandomIds())
        for buyer in (0, 1):
            await viewers.report(shop.buyers[buyer], ReportWish(SHOW, "scam", person=f"p0000{buyer + 1}"))
        for case in (await cases.queue(mo, QueueWish(), Page(50)))[0]:
            await cases.resolve(mo, ReportCaseId(case["id"]), FINE)
        assert await shop.faults() == {}
        one = "" if "DELETE" not in fault else " WHERE number = 2"
        async with shop.database.write() as connection:
            await connection.execute(text(fault + one))
        assert invariant in await shop.faults()
