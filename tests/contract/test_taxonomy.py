"""The taxonomy, groups, bulk decisions and covers on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.system import RandomIds
from livecart.domain.errors import LivecartError
from livecart.domain.ids import TopicId
from livecart.domain.people import Person, Role
from livecart.domain.picture import picture_path
from livecart.domain.taxonomy import TAXONOMY
from livecart.domain.topic import UNDO_MS, TopicStep, TopicText
from livecart.services.pictures import ProductPictures
from livecart.services.shows import Shows
from livecart.services.store import Page
from livecart.services.taxonomy import CategoryWish, TaxonomyDesk
from livecart.services.topic_bulk import BulkWish, TopicBulk
from livecart.services.topic_covers import TopicCovers
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview
from tests.support.shop import MEI, Shop, open_shop

TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "zh-CN", None, ())
POLICY = "Cups, bowls and nothing with an edge."


class KeptPictures:
    """The digest of a picture is its first letter, 64 times."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    async def keep(self, raw: bytes) -> str:
        return chr(raw[0]) * 64

    async def forget_unused(self, used: set[str], before_ms: int) -> int:
        self.used = set(used)
        return 0


class NoLimits:
    async def check(self, name: str, key: str, *, address: str) -> None: ...

    async def count(self, name: str, key: str, *, address: str) -> None: ...


class NoMedia:
    async def viewers(self, show: str) -> int:
        return 0


@dataclass
class Desk:
    shop: Shop
    taxonomy: TaxonomyDesk
    topics: TopicReview
    strict: TopicReview
    bulk: TopicBulk
    covers: TopicCovers
    pictures: KeptPictures
    root: Person
    mo: Person
    kim: Person

    async def submitted(self, **changed: Any) -> TopicId:
        made = await self.topics.propose(MEI, replace(TEXT, **changed))
        await self.topics.submit(MEI, made["id"])
        return TopicId(made["id"])

    async def logged(self) -> list[tuple[str, str | None, str | None]]:
        async with self.shop.store.read() as tx:
            return [(each.entry.kind, each.entry.rule, each.entry.code) for each in await tx.log.links(0, 100)]

    async def put(self, key: str = "home", version: int = 1, **changed: Any) -> dict[str, Any]:
        wish = CategoryWish(**{"version": version, "policy": POLICY, "restricted": ("Axe",), **changed})
        return await self.taxonomy.put(self.root, key, wish)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with open_shop(database) as shop:
        ids, clock, pictures, limits = RandomIds(), shop.clock, KeptPictures(), NoLimits()
        people = [
            Person(cast("Any", name), name, name.title(), role)
            for name, role in (("root", Role.ADMIN), ("mo", Role.MODERATOR), ("kim", Role.MODERATOR))
        ]
        async with shop.store.write() as tx:
            for person in people:
                await tx.people.add(person, "", 0)
        review, strict = (TopicReview(shop.store, clock, ids, others=others) for others in (True, False))
        bulk = TopicBulk(shop.store, review, SecondLooks(shop.store, clock, ids))
        covers = TopicCovers(shop.store, cast("Any", pictures), limits, clock)
        taxonomy = TaxonomyDesk(shop.store, clock)
        yield Desk(shop, taxonomy, review, strict, bulk, covers, pictures, *people)
        assert await shop.faults() == {}


async def code_of(awaited: Any) -> str:
    with pytest.raises(LivecartError) as refused:
        await awaited
    return str(refused.value.code)


async def test_a_change_is_a_version_and_the_one_decided_upon_stays_known(desk: Desk) -> None:
    before, after = await desk.submitted(), await desk.submitted()
    await desk.topics.approve(desk.mo, before)
    changed = await desk.put(group="crafts", names={"zh": "家居"})
    assert (changed["version"], changed["restricted"], changed["group"]) == (2, ["axe"], "crafts")
    await desk.topics.approve(desk.mo, after)
    assert await desk.logged() == [
        ("topic.approved", "category:home@1", None),
        ("topic.category", "category:home@2", None),
        ("topic.approved", "category:home@2", None),
    ]
    newest, seed = await desk.taxonomy.versions(desk.mo, "home")
    assert (newest["policy"], newest["by"]["id"], newest["version"]) == (POLICY, "root", 2)
    assert (seed["policy"], seed["by"], seed["version"]) == (TAXONOMY["home"].policy, None, 1)
    assert await desk.put(version=2, group="crafts", names={"zh": "家居"}) == changed
    assert len(await desk.logged()) == 3, "what is the same as before is no version"


async def test_of_two_admins_at_once_one_is_told(desk: Desk) -> None:
    answers = await asyncio.gather(desk.put(), desk.put(policy="Something else entirely."), return_exceptions=True)
    (lost,) = [each for each in answers if isinstance(each, BaseException)]
    assert isinstance(lost, LivecartError)
    assert lost.code == "category_changed"
    assert await code_of(desk.put(version=1)) == "category_changed"


async def test_a_new_category_takes_topics_and_a_retired_one_none(desk: Desk) -> None:
    assert await code_of(desk.put("pets", 3)) == "not_found"
    await desk.put("pets", 0)
    assert await code_of(desk.put("pets", 0)) == "category_changed"
    await desk.submitted(category="pets")
    await desk.put("pets", 1, retired=True)
    assert await code_of(desk.submitted(category="pets")) == "invalid"
    views = {each["key"]: each for each in await desk.taxonomy.categories()}
    assert (views["pets"]["retired"], views["pets"]["version"]) == (True, 2)
    assert await code_of(desk.taxonomy.versions(desk.mo, "none")) == "not_found"
    assert await code_of(desk.taxonomy.versions(MEI, "home")) == "forbidden"
    assert await code_of(desk.taxonomy.put(desk.mo, "home", CategoryWish(1, POLICY))) == "forbidden"


async def test_a_changed_list_is_what_topics_are_held_against(desk: Desk) -> None:
    topic = await desk.submitted(summary="How an axe is made, and a cup.")
    await desk.put()
    (note,) = (await desk.topics.get(desk.mo, topic))["annotations"]
    assert (note["rule"], note["found"]) == ("category:home@2", "axe")


async def test_moderators_see_their_groups_topics_and_may_be_kept_to_them(desk: Desk) -> None:
    beauty, home = await desk.submitted(category="beauty"), await desk.submitted()
    assert await code_of(desk.taxonomy.put_groups(desk.mo, desk.mo.id, ["health"])) == "forbidden"
    assert await code_of(desk.taxonomy.put_groups(desk.root, MEI.id, ["health"])) == "not_staff"
    await desk.taxonomy.put_groups(desk.root, desk.mo.id, ["health"])
    await desk.taxonomy.put_groups(desk.root, desk.mo.id, ["health"])
    assert [kind for kind, _, _ in await desk.logged()] == ["person.groups"]
    (member,) = await desk.taxonomy.groups(desk.root)
    assert (member["user"]["id"], member["groups"]) == ("mo", ["health"])

    async def seen(person: Person) -> set[str]:
        views, _ = await desk.topics.search(person, Page(50), status=None, mine=False, my_groups=True)
        return {view["id"] for view in views}

    assert await seen(desk.mo) == {beauty}
    assert {beauty, home} <= await seen(desk.kim)
    assert await code_of(desk.strict.claim(desk.mo, home)) == "other_group"
    assert await code_of(desk.strict.approve(desk.mo, home)) == "other_group"
    await desk.strict.claim(desk.mo, beauty)
    await desk.strict.approve(desk.kim, home)
    await desk.topics.approve(desk.mo, beauty)


async def test_near_duplicates_are_decided_with_one_reason_each_for_itself(desk: Desk) -> None:
    first, second, third = [await desk.submitted() for _ in range(3)]
    other = await desk.submitted(title="A walk by the sea", summary="Where the birds are in winter, and why.")
    alike = await desk.bulk.similar(desk.mo, first)
    assert {view["id"] for view in alike} == {second, third}
    await desk.topics.approve(desk.kim, third)
    wish = BulkWish(TopicStep.REJECT, [(first, 1), (second, 9), (third, None)], "unclear", "Which bowls?")
    one, two, three = await desk.bulk.decide(desk.mo, wish)
    assert (one["topic"]["status"], one["topic"]["decision"]["reason"]) == ("rejected", "Which bowls?")
    assert one["topic"]["decision"]["text"] == "从话题中看不出将要展示和销售的内容。"
    assert two["error"]["code"] == "topic_changed"
    assert (three["error"]["code"], three["error"]["errors"]["by"]) == ("topic_state", "Kim")
    assert [code for _, _, code in await desk.logged()] == [None, "unclear"]
    undone = await desk.bulk.undo(desk.mo, [first, third])
    assert undone[0]["topic"]["status"] == "in_review"
    assert undone[1]["error"]["code"] == "not_yours"
    desk.shop.clock.ms += UNDO_MS + 1
    approved = await desk.bulk.decide(desk.mo, BulkWish(TopicStep.APPROVE, [(first, None), (other, None)]))
    assert [each["topic"]["status"] for each in approved] == ["approved", "approved"]
    desk.shop.clock.ms += UNDO_MS + 1
    assert (await desk.bulk.undo(desk.mo, [first]))[0]["error"]["code"] == "too_late"


async def test_two_moderators_who_decide_the_same_bundle_share_it(desk: Desk) -> None:
    topics = [(await desk.submitted(), None) for _ in range(4)]
    answers = await asyncio.gather(
        desk.bulk.decide(desk.mo, BulkWish(TopicStep.APPROVE, topics)),
        desk.bulk.decide(desk.kim, BulkWish(TopicStep.APPROVE, topics[::-1])),
    )
    won = [result["id"] for answer in answers for result in answer if "topic" in result]
    lost = [result["error"]["code"] for answer in answers for result in answer if "error" in result]
    assert sorted(won) == sorted(topic for topic, _ in topics)
    assert lost == ["topic_state"] * 4
    assert len(await desk.logged()) == 4


async def test_bad_bundles_are_refused_whole(desk: Desk) -> None:
    topic = await desk.submitted()
    for topics in ([], [(topic, None)] * 2, [(TopicId(f"t{number}"), None) for number in range(51)]):
        assert await code_of(desk.bulk.decide(desk.mo, BulkWish(TopicStep.APPROVE, topics))) == "invalid"
    for wish in (
        BulkWish(TopicStep.REJECT, [(topic, None)]),
        BulkWish(TopicStep.REJECT, [(topic, None)], "boring", "x"),
        BulkWish(TopicStep.EXPIRE, [(topic, None)], "other", "x"),
    ):
        assert await code_of(desk.bulk.decide(desk.mo, wish)) == "invalid"
    assert await code_of(desk.bulk.decide(MEI, BulkWish(TopicStep.APPROVE, [(topic, None)]))) == "forbidden"
    assert await code_of(desk.bulk.similar(MEI, topic)) == "forbidden"
    (nothing,) = await desk.bulk.decide(desk.mo, BulkWish(TopicStep.APPROVE, [(TopicId("none"), None)]))
    assert nothing["error"]["code"] == "not_found"


async def test_a_cover_is_reviewed_with_its_topic_and_becomes_the_shows(desk: Desk) -> None:
    topic = await desk.submitted()
    first = await desk.covers.put(MEI, topic, b"a")
    assert (first["cover"], first["version"]) == (picture_path("a" * 64), 2)
    assert (await desk.covers.put(MEI, topic, b"a"))["version"] == 2
    await desk.topics.approve(desk.mo, topic, 2)
    shows = Shows(desk.shop.store, desk.shop.clock, RandomIds(), NoMedia(), cast("Any", None))
    show = await shows.create(MEI, topic)
    assert show["cover"] == first["cover"]
    again = await desk.covers.put(MEI, topic, b"b")
    assert (again["status"], again["version"]) == ("in_review", 3)
    edited = await desk.topics.edit(MEI, topic, replace(TEXT, title="Bowls and cups"), 3)
    assert edited["cover"] == again["cover"]
    bare = await desk.covers.remove(MEI, topic)
    assert bare["cover"] is None
    await ProductPictures(desk.shop.store, cast("Any", desk.pictures), NoLimits(), desk.shop.clock).forget_unused()
    assert {"a" * 64, "b" * 64} <= desk.pictures.used, "what was decided upon can still be looked at"
    assert await code_of(desk.covers.put(desk.kim, topic, b"c")) == "forbidden"
    await desk.topics.reject(desk.mo, topic, "other", "no")
    assert await code_of(desk.covers.put(MEI, topic, b"c")) == "topic_state"
    assert await code_of(desk.covers.require_place(MEI, topic, address="")) == "topic_state"


@pytest.mark.once
async def test_the_audit_finds_a_category_that_the_log_does_not_know(database: Database) -> None:
    async with open_shop(database) as shop:
        root = Person(cast("Any", "root"), "root", "Root", Role.ADMIN)
        async with shop.store.write() as tx:
            await tx.people.add(root, "", 0)
        await TaxonomyDesk(shop.store, shop.clock).put(root, "home", CategoryWish(1, POLICY))
        assert await shop.faults() == {}
        async with shop.database.write() as connection:
            await connection.execute(text("UPDATE taxonomy_versions SET version = 3"))
        assert "every change of a category is in the moderation log" in await shop.faults()
