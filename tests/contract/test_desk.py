"""What the desk counts, on both engines: chat, verdicts on hosts, the queue's age, decisions and second looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import insert

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.desk import SqlDesk
from livecart.adapters.sql.tables import chat_messages
from livecart.adapters.system import RandomIds
from livecart.domain.errors import ForbiddenError
from livecart.domain.ids import PersonId, ShowId, TopicId
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.desk_figures import HOUR_MS, DeskFigures
from livecart.services.moderation_log import CASES
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview
from tests.support.shop import ENDED_SHOW, SHOW, Shop, open_shop

TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


@dataclass
class Desk:
    shop: Shop
    reading: SqlDesk
    figures: DeskFigures
    topics: TopicReview
    looks: SecondLooks
    mei: Person
    mo: Person
    kim: Person

    async def submitted(self) -> TopicId:
        made = await self.topics.propose(self.mei, TEXT)
        await self.topics.submit(self.mei, made["id"])
        return TopicId(made["id"])

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
        reading = SqlDesk(database)
        review, looks = TopicReview(shop.store, clock, ids), SecondLooks(shop.store, clock, ids)
        yield Desk(shop, reading, DeskFigures(reading, clock), review, looks, mei, *people)


async def test_lines_of_chat_are_counted_by_show_and_time(desk: Desk) -> None:
    now_ms = desk.shop.clock.ms
    ages = [(SHOW, 0), (SHOW, 59_999), (SHOW, 60_001), (ENDED_SHOW, 10)]
    async with desk.shop.database.write() as connection:
        for number, (show, age) in enumerate(ages):
            row = {"id": f"m{number}", "show_id": show, "author_id": desk.mei.id, "key": f"k{number}", "text": "hi"}
            await connection.execute(insert(chat_messages).values(**row, at_ms=now_ms - age))
    assert await desk.reading.said_since([SHOW, ENDED_SHOW, ShowId("none")], now_ms - 60_000) == {
        SHOW: 2,
        ENDED_SHOW: 1,
    }
    assert await desk.reading.said_since([], 0) == {}


async def test_the_newest_verdicts_on_each_person_are_found(desk: Desk) -> None:
    for _ in range(4):
        await desk.topics.approve(desk.mo, await desk.submitted())
        desk.later(1_000)
    topic = await desk.submitted()
    await desk.topics.reject(desk.mo, topic, "off_topic", "Cars.")
    found = await desk.reading.verdicts_on([desk.mei.id, desk.mo.id], CASES, 3)
    assert list(found) == [desk.mei.id]
    assert [each.kind for each in found[desk.mei.id]] == ["topic.rejected", "topic.approved", "topic.approved"]
    assert await desk.reading.verdicts_on([desk.mei.id], ["chat.deleted"], 3) == {}
    assert found[desk.mei.id][0].code == "off_topic"
    assert await desk.reading.verdicts_on([], CASES, 3) == {}


async def test_figures_of_an_empty_desk_are_empty_and_not_zero_where_nothing_is_known(desk: Desk) -> None:
    assert await desk.figures.get(desk.mo) == {
        "queue": {"waiting": 0, "oldest_wait_s": None, "median_wait_s": None},
        "decisions": {"by_hour": [0] * 24, "by_status": {}, "median_wait_s": None},
        "appeals": {"made": 0, "judged": 0, "overturned": 0, "overturn_rate": None},
        "second_opinions": {"asked": 0, "judged": 0},
    }
    with pytest.raises(ForbiddenError):
        await desk.figures.get(desk.mei)


async def test_the_queues_age_is_the_oldest_and_the_one_in_the_middle(desk: Desk) -> None:
    for wait_s in (100, 30, 7):
        await desk.submitted()
        desk.later(wait_s * 1000)
    decided = await desk.submitted()
    await desk.topics.approve(desk.mo, decided)
    queue = (await desk.figures.get(desk.mo))["queue"]
    assert queue == {"waiting": 3, "oldest_wait_s": 137, "median_wait_s": 37}


async def test_decisions_are_counted_by_the_hour_without_those_that_were_taken_back(desk: Desk) -> None:
    await desk.topics.approve(desk.mo, await desk.submitted())
    desk.later(2 * HOUR_MS)
    for waited_s in (10, 20, 60):
        topic = await desk.submitted()
        desk.later(waited_s * 1000)
        await desk.topics.reject(desk.mo, topic, "off_topic", "Cars.")
    back = await desk.submitted()
    desk.later(5_000)
    await desk.topics.approve(desk.mo, back)
    desk.later(1_000)
    await desk.looks.undo(desk.mo, back)
    decisions = (await desk.figures.get(desk.mo))["decisions"]
    assert decisions["by_hour"] == [0] * 21 + [1, 0, 3]
    assert decisions["by_status"] == {"approved": 1, "rejected": 3}
    assert decisions["median_wait_s"] == 20
    desk.later(23 * HOUR_MS)
    assert sum((await desk.figures.get(desk.mo))["decisions"]["by_hour"]) == 3


async def test_appeals_that_another_moderator_saw_otherwise_are_the_overturn_rate(desk: Desk) -> None:
    for outcome in ("approve", "reject", None):
        topic = await desk.submitted()
        await desk.topics.reject(desk.mo, topic, "off_topic", "Cars.")
        desk.later(1_000)
        await desk.looks.appeal(desk.mei, topic, "These are cups.")
        desk.later(1_000)
        if outcome == "approve":
            await desk.topics.approve(desk.kim, topic)
        elif outcome == "reject":
            await desk.topics.reject(desk.kim, topic, "off_topic", "Cars indeed.")
    asked = await desk.submitted()
    await desk.looks.ask_second_opinion(desk.mo, asked, "Cups or cars?")
    figures = await desk.figures.get(desk.mo)
    assert figures["appeals"] == {"made": 3, "judged": 2, "overturned": 1, "overturn_rate": 0.5}
    assert figures["second_opinions"] == {"asked": 1, "judged": 0}
    desk.later(1_000)
    await desk.topics.approve(desk.kim, asked)
    assert (await desk.figures.get(desk.mo))["second_opinions"] == {"asked": 1, "judged": 1}
