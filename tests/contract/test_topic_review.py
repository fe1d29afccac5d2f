"""Topic review on both engines: two moderators at once, versions, second looks, approvals that run out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_moderation import topic_versions
from livecart.adapters.system import RandomIds
from livecart.domain.errors import ConflictError, ForbiddenError, LivecartError, NotFoundError
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.people import Person, Role
from livecart.domain.topic import UNDO_MS, DecidedError, TopicText
from livecart.services.shows import Shows
from livecart.services.store import Page
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview
from tests.support.shop import Shop, open_shop

TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())
OTHER = replace(TEXT, title="Bowls and cups")
APPROVED_MS = 1_000_000


class NoMedia:
    async def viewers(self, show: str) -> int:
        return 0


@dataclass
class Desk:
    shop: Shop
    topics: TopicReview
    looks: SecondLooks
    mei: Person
    mo: Person
    kim: Person

    async def submitted(self) -> TopicId:
        made = await self.topics.propose(self.mei, TEXT)
        await self.topics.submit(self.mei, made["id"])
        return TopicId(made["id"])

    async def logged(self) -> list[str]:
        async with self.shop.store.read() as tx:
            return [link.entry.kind for link in await tx.log.links(0, 100)]

    def later(self, ms: int) -> None:
        self.shop.clock.ms += ms


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with open_shop(database) as shop:
        ids, clock = RandomIds(), shop.clock
        people = [Person(PersonId(name), name, name.title(), Role.MODERATOR) for name in ("mo", "kim")]
        async with shop.store.write() as tx:
            for person in people:
                await tx.people.add(person, "", 0)
            (mei,) = await tx.people.by_handles(["mei"])
        review = TopicReview(shop.store, clock, ids, APPROVED_MS)
        yield Desk(shop, review, SecondLooks(shop.store, clock, ids), mei, *people)
        assert await shop.faults() == {}


async def code_of(awaited: Any) -> str:
    with pytest.raises(LivecartError) as refused:
        await awaited
    return str(refused.value.code)


async def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_by_whom(desk: Desk) -> None:
    topic = await desk.submitted()
    answers = await asyncio.gather(
        desk.topics.approve(desk.mo, topic),
        desk.topics.reject(desk.kim, topic, "other", "No."),
        return_exceptions=True,
    )
    (lost,) = [each for each in answers if isinstance(each, BaseException)]
    (won,) = [each for each in answers if not isinstance(each, BaseException)]
    assert isinstance(lost, DecidedError)
    assert (lost.code, lost.fields["status"]) == ("topic_state", won["status"])
    assert lost.fields["by"] == won["decision"]["by"]["display_name"]
    assert won["decision"]["by"]["display_name"] in lost.message
    assert len(await desk.logged()) == 1
    with pytest.raises(DecidedError):
        await desk.topics.claim(desk.kim, topic)


async def test_whoever_holds_a_topic_is_named(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.claim(desk.mo, topic)
    for refused in (desk.topics.claim, desk.topics.approve):
        with pytest.raises(DecidedError, match="Mo is judging") as caught:
            await refused(desk.kim, topic)
        assert (caught.value.code, caught.value.fields["by"]) == ("topic_claimed", "Mo")
    assert await code_of(desk.looks.ask_second_opinion(desk.kim, topic, "Hm.")) == "topic_claimed"


async def test_what_was_edited_while_it_was_read_is_not_decided(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.claim(desk.mo, topic)
    edited = await desk.topics.edit(desk.mei, topic, OTHER, 1)
    assert (edited["version"], edited["status"], edited["claim"]) == (2, "in_review", None)
    assert await code_of(desk.topics.approve(desk.mo, topic, 1)) == "topic_changed"
    assert await code_of(desk.topics.edit(desk.mei, topic, TEXT, 1)) == "topic_changed"
    approved = await desk.topics.approve(desk.mo, topic, 2)
    assert (approved["version"], approved["title"]) == (2, OTHER.title)
    (kept,) = await desk.shop.rows(topic_versions)
    assert (kept.version, kept.title) == (1, TEXT.title)


async def test_an_edit_after_approval_reopens_review_and_makes_no_show_until_then(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.approve(desk.mo, topic)
    shows = Shows(desk.shop.store, desk.shop.clock, RandomIds(), cast("Any", NoMedia()), cast("Any", NoMedia()))
    await shows.create(desk.mei, topic)
    await desk.topics.edit(desk.mei, topic, OTHER, None)
    assert await code_of(shows.create(desk.mei, topic)) == "topic_not_approved"
    await desk.topics.approve(desk.kim, topic)
    assert (await shows.create(desk.mei, topic))["title"] == OTHER.title


async def test_only_the_creator_edits_and_appeals(desk: Desk) -> None:
    topic = await desk.submitted()
    stranger = Person(PersonId("p00000"), "ana0", "Ana", Role.CREATOR)
    for refused in (desk.topics.edit(stranger, topic, OTHER, None), desk.looks.appeal(stranger, topic, "Mine.")):
        with pytest.raises(NotFoundError):
            await refused
    with pytest.raises(ForbiddenError):
        await desk.topics.edit(desk.mo, topic, OTHER, None)
    with pytest.raises(NotFoundError):
        await desk.looks.appeal(desk.mo, topic, "Mine.")
    for act in (desk.looks.undo(desk.mei, topic), desk.looks.ask_second_opinion(desk.mei, topic, "?")):
        with pytest.raises(ForbiddenError):
            await act


async def test_a_decision_is_taken_back_once_and_logged(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.reject(desk.mo, topic, "other", "No.")
    desk.later(UNDO_MS)
    assert await code_of(desk.looks.undo(desk.kim, topic)) == "not_yours"
    back = await desk.looks.undo(desk.mo, topic)
    assert (back["status"], back["decision"], back["claim"]["moderator"]["id"]) == ("in_review", None, "mo")
    assert await code_of(desk.looks.undo(desk.mo, topic)) == "topic_state"
    desk.later(1)
    await desk.topics.approve(desk.mo, topic)
    desk.later(UNDO_MS + 1)
    assert await code_of(desk.looks.undo(desk.mo, topic)) == "too_late"
    assert await desk.logged() == ["topic.rejected", "topic.in_review", "topic.approved"]


async def test_an_approval_that_is_used_is_not_taken_back(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.approve(desk.mo, topic)
    shows = Shows(desk.shop.store, desk.shop.clock, RandomIds(), cast("Any", NoMedia()), cast("Any", NoMedia()))
    await shows.create(desk.mei, topic)
    assert await code_of(desk.looks.undo(desk.mo, topic)) == "topic_in_use"
    assert (await desk.topics.get(desk.mei, topic))["status"] == "approved"


async def test_a_second_opinion_is_anothers_and_its_words_stay_among_moderators(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.claim(desk.mo, topic)
    asked = await desk.looks.ask_second_opinion(desk.mo, topic, "Are these cups?")
    assert (asked["claim"], asked["referrals"][0]["reason"]) == (None, "Are these cups?")
    for act in (desk.topics.claim(desk.mo, topic), desk.topics.approve(desk.mo, topic)):
        assert await code_of(act) == "other_moderator"
    assert (await desk.topics.get(desk.mei, topic))["referrals"] == []
    assert (await desk.topics.approve(desk.kim, topic))["status"] == "approved"
    assert await desk.logged() == ["topic.second_opinion", "topic.approved"]


async def test_an_appeal_is_judged_by_another_moderator_once(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.reject(desk.mo, topic, "off_topic", "Not home.")
    appealed = await desk.looks.appeal(desk.mei, topic, "They stand at home.")
    assert (appealed["status"], appealed["referrals"][0]["kind"]) == ("in_review", "appeal")
    assert await code_of(desk.topics.approve(desk.mo, topic)) == "other_moderator"
    await desk.topics.reject(desk.kim, topic, "off_topic", "Still not.")
    assert await code_of(desk.looks.appeal(desk.mei, topic, "Please.")) == "already_appealed"


async def test_approvals_run_out_and_may_be_asked_for_again(desk: Desk) -> None:
    first, second = [await desk.submitted() for _ in range(2)]
    await desk.topics.approve(desk.mo, first)
    desk.later(APPROVED_MS - 1)
    await desk.topics.approve(desk.mo, second)
    assert await desk.topics.expire_due() == 0
    shows = Shows(desk.shop.store, desk.shop.clock, RandomIds(), cast("Any", NoMedia()), cast("Any", NoMedia()))
    await shows.create(desk.mei, first)
    desk.later(1)
    with pytest.raises(ConflictError, match="expired"):
        await shows.create(desk.mei, first)
    assert [await desk.topics.expire_due() for _ in range(2)] == [1, 0]
    listed, _ = await desk.topics.search(desk.mei, Page(9), status=None, mine=True)
    assert {topic["id"]: topic["status"] for topic in listed} | {first: "expired", second: "approved"} == {
        topic["id"]: topic["status"] for topic in listed
    }
    again = await desk.topics.submit(desk.mei, first)
    assert (again["status"], again["version"], again["expires_at"]) == ("in_review", 1, None)


async def test_a_replayed_decision_is_refused(desk: Desk) -> None:
    topic = await desk.submitted()
    await desk.topics.approve(desk.mo, topic, 1)
    assert await code_of(desk.topics.approve(desk.mo, topic, 1)) == "topic_state"
    assert await code_of(desk.topics.approve(desk.mei, topic, 1)) == "forbidden"


async def test_a_machines_notes_are_for_moderators(desk: Desk) -> None:
    rejected = await desk.submitted()
    await desk.topics.reject(desk.mo, rejected, "other", "No.")
    topic = await desk.submitted()
    await desk.topics.edit(desk.mei, topic, replace(TEXT, title=f"{TEXT.title}, lock pick"), None)
    seen = await desk.topics.get(desk.mo, topic)
    assert {(note["kind"], note["where"]) for note in seen["annotations"]} == {
        ("restricted_goods", "title"),
        ("similar_rejected", rejected),
    }
    assert "annotations" not in await desk.topics.get(desk.mei, topic)
    assert (await desk.topics.approve(desk.mo, topic))["status"] == "approved", "notes never block"
