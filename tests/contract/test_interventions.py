"""Warning a host, stopping a show, closing a product, and what a topic's review does to open shows: on both engines."""

from __future__ import annotations

from typing import Any, cast

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_live import closed_products, host_warnings, show_stops
from livecart.adapters.system import RandomIds
from livecart.domain.errors import ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.events import HOST_WARNED, SHOW_STOPPED
from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId
from livecart.domain.interventions import REVIEW_DEADLINE_MS
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.interventions import Interventions
from livecart.services.moderation_log import ModerationLog
from livecart.services.offers import OfferWish
from livecart.services.ports import MediaGateway, Presence
from livecart.services.revoking import Revocations
from livecart.services.shows import Shows
from livecart.services.store import Page
from livecart.services.store_moderation import LogFilter
from livecart.services.topics import TopicReview
from tests.support.shop import (
    ENDED_SHOW,
    MEI,
    OTHER_PRODUCT,
    OTHER_VARIANT,
    PRODUCT,
    SHOW,
    VARIANT,
    CountedIds,
    Shop,
    open_shop,
)

MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
TEXT = TopicText("Spring tea", "food", "Four teas that were picked this week.", "en", None, ())
EDITED = TopicText("Spring tea, stronger", "food", "Five teas that were picked this week.", "en", None, ())


class Media:
    """The media processes and the viewers' count; `ended` are the shows whose sessions were closed."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    async def end_show(self, show: ShowId) -> None:
        self.ended.append(show)

    async def viewers(self, _show: ShowId) -> int:
        return 0


class Desk:
    def __init__(self, shop: Shop) -> None:
        self.shop, self.media, ids = shop, Media(), RandomIds()
        gateway = cast("MediaGateway", self.media)
        self.interventions = Interventions(shop.store, shop.clock, ids, shop.committer, gateway)
        self.shows = Shows(shop.store, shop.clock, ids, cast("Presence", self.media), gateway)
        grown = CountedIds("topic")
        self.topics = TopicReview(shop.store, shop.clock, grown)
        self.revocations = Revocations(shop.store, shop.clock, grown)

    async def furnish(self) -> Desk:
        async with self.shop.store.write() as tx:
            await tx.people.add(MO, "", 0)
        return self

    async def on_air(self) -> tuple[TopicId, ShowId]:
        """An approved topic and a show of it."""
        topic = TopicId((await self.topics.propose(MEI, TEXT))["id"])
        await self.topics.submit(MEI, topic)
        await self.topics.approve(MO, topic)
        return topic, ShowId((await self.shows.create(MEI, topic))["id"])

    async def state(self, show: ShowId) -> str:
        return str((await self.shows.show_view(show))["state"])

    async def told(self, kind: str) -> list[dict[str, Any]]:
        """What was told of this kind, to whom in `for`."""
        async with self.shop.store.read() as tx:
            waiting = await tx.outbox.unpublished(1_000)
        return [{**event.data, "for": event.person or event.show} for _, event in waiting if event.type == kind]

    async def kinds(self) -> list[tuple[str, str | None]]:
        found, _ = await ModerationLog(self.shop.store).search(MO, Page(100), LogFilter())
        return [(each["kind"], each["code"]) for each in reversed(found)]


async def code_of(call: Any) -> str:
    with pytest.raises(LivecartError) as refused:
        await call
    return refused.value.code


async def test_a_warning_is_told_to_the_host_alone_until_he_confirms_it(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        made = await desk.interventions.warn(MO, SHOW, "misleading", "It is no medicine.")
        (event,) = await desk.told(HOST_WARNED)
        assert (event["for"], event["text"], event["deadline"]) == ("mei", "It is no medicine.", None)
        told = await desk.interventions.told(MEI, SHOW)
        assert [each["acknowledged_at"] for each in told["warnings"]] == [None]
        assert (await desk.interventions.told(MO, SHOW)) == told
        for person in (MO, shop.buyers[0]):
            with pytest.raises(NotFoundError):
                await desk.interventions.acknowledge(person, SHOW, made["id"])
        read = await desk.interventions.acknowledge(MEI, SHOW, made["id"])
        shop.clock.ms += 1_000
        assert await desk.interventions.acknowledge(MEI, SHOW, made["id"]) == read
        with pytest.raises(NotFoundError):
            await desk.interventions.acknowledge(MEI, ENDED_SHOW, made["id"])
        with pytest.raises(ForbiddenError):
            await desk.interventions.told(shop.buyers[0], SHOW)
        assert await shop.faults() == {}


async def test_a_deadline_stops_the_show_unless_the_warning_is_withdrawn(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        _, spared = await desk.on_air()
        await desk.interventions.warn(MO, SHOW, "unsafe", "Put the knife away.", 5)
        taken = await desk.interventions.warn(MO, spared, "unsafe", "Put the knife away.", 5)
        await desk.interventions.withdraw(MO, spared, taken["id"])
        assert await code_of(desk.interventions.withdraw(MO, spared, taken["id"])) == "warning_withdrawn"
        assert await code_of(desk.interventions.acknowledge(MEI, spared, taken["id"])) == "warning_withdrawn"
        shop.clock.ms += 5 * 60_000 - 1
        assert await desk.interventions.stop_overdue() == 0
        shop.clock.ms += 1
        assert [await desk.interventions.stop_overdue() for _ in range(2)] == [1, 0]
        assert [await desk.state(show) for show in (SHOW, spared)] == ["ended", "ready"]
        assert desk.media.ended == [SHOW]
        stopped = (await desk.interventions.told(MEI, SHOW))["stopped"]
        assert (stopped["code"], stopped["reason"]) == ("unsafe", "Put the knife away.")
        assert (await desk.kinds())[-1] == ("show.stopped", "unsafe")
        assert await shop.faults() == {}


async def test_a_stopped_show_tells_viewers_that_and_its_host_why(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        view = await desk.interventions.stop(MO, SHOW, "restricted_goods", "Prescription drugs.")
        assert (view["state"], view["creator"]["handle"]) == ("ended", "mei")
        (room,) = await desk.told("show.state")
        assert room == {"state": "ended", "cause": "stopped", "for": SHOW}
        (host,) = await desk.told(SHOW_STOPPED)
        assert (host["for"], host["code"], host["reason"]) == ("mei", "restricted_goods", "Prescription drugs.")
        again = await desk.interventions.stop(MO, SHOW, "other", "Again.")
        assert again["ended_at"] == view["ended_at"]
        (row,) = await shop.rows(show_stops)
        assert (row.code, row.by_id) == ("restricted_goods", "mo")
        assert await desk.kinds() == [("show.stopped", "restricted_goods")]
        (case, *_), _ = await ModerationLog(shop.store).cases(MEI, Page(10))
        assert (case["kind"], case["reason"]) == ("show.stopped", "Prescription drugs.")
        assert await shop.faults() == {}


async def test_only_moderators_intervene_and_not_in_shows_of_their_own(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        for person in (shop.buyers[0], MEI):
            assert await code_of(desk.interventions.warn(person, SHOW, "other", "x")) == "forbidden"
            assert await code_of(desk.interventions.stop(person, SHOW, "other", "x")) == "forbidden"
            assert await code_of(desk.interventions.close_product(person, SHOW, PRODUCT, "other", "x")) == "forbidden"
        chief = Person(MEI.id, "mei", "Mei", Role.ADMIN)
        assert await code_of(desk.interventions.stop(chief, SHOW, "other", "x")) == "own_show"
        for call in (
            desk.interventions.stop(MO, SHOW, "spite", "x"),
            desk.interventions.stop(MO, SHOW, "other", " "),
            desk.interventions.warn(MO, SHOW, "other", "x" * 1_001),
            desk.interventions.warn(MO, SHOW, "other", "x", 0),
        ):
            with pytest.raises(InvalidError):
                await call
        assert await code_of(desk.interventions.warn(MO, ENDED_SHOW, "other", "x")) == "show_ended"
        assert await shop.rows(show_stops) == await shop.rows(host_warnings) == []


async def test_a_closed_product_leaves_the_show_for_good_and_orders_stay(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        await desk.shows.put_bag(MEI, SHOW, [PRODUCT, OTHER_PRODUCT])
        await desk.shows.show_product(MEI, SHOW, PRODUCT)
        offer = await shop.offer()
        other = await shop.offers.open(MEI, shop.key(), SHOW, OfferWish(990, 5, variant=OTHER_VARIANT))
        bundle = await shop.offer(price_minor=1_990, lines=((VARIANT, 1), (OTHER_VARIANT, 1)))
        order = await shop.place(shop.buyers[0], offer=offer["id"])
        closed = await desk.interventions.close_product(MO, SHOW, PRODUCT, "restricted_goods", "Not allowed.")
        assert (closed["product"], closed["code"]) == (PRODUCT, "restricted_goods")
        bag = await desk.shows.bag_view(SHOW)
        assert [each["id"] for each in bag["products"]] == [OTHER_PRODUCT]
        assert (await desk.shows.show_view(SHOW))["showing"] is None
        views, _ = await shop.offers.of_show(SHOW, Page(10))
        states = {each["id"]: each["state"] for each in views}
        assert states == {offer["id"]: "closed", bundle["id"]: "closed", other["id"]: "open"}
        assert await code_of(shop.place(shop.buyers[1])) == "not_in_bag"
        assert await code_of(desk.shows.put_bag(MEI, SHOW, [PRODUCT])) == "product_closed"
        await shop.top_up(shop.buyers[0], 10_000)
        assert (await shop.pay(shop.buyers[0], order))["state"] == "paid"
        # Again: the first answer, and nothing more in the log.
        assert await desk.interventions.close_product(MO, SHOW, PRODUCT, "other", "Again.") == closed
        assert [kind for kind, _ in await desk.kinds()] == ["show.product_closed"]
        assert await code_of(desk.interventions.close_product(MO, SHOW, ProductId("hat"), "other", "x")) == "not_in_bag"
        _, another = await desk.on_air()
        await desk.shows.put_bag(MEI, another, [PRODUCT])
        assert await shop.faults() == {}


async def test_offers_of_a_closed_product_are_closed_though_who_closed_it_died(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        offer = await shop.offer()
        died = Interventions(shop.store, shop.clock, RandomIds(), cast("Any", None), cast("Any", None))
        with pytest.raises(AttributeError):
            await died.close_product(MO, SHOW, PRODUCT, "restricted_goods", "Not allowed.")
        (row,) = await shop.rows(closed_products)
        assert not row.enforced
        await desk.interventions.close_due_offers()
        views, _ = await shop.offers.of_show(SHOW, Page(10))
        assert [(each["id"], each["state"]) for each in views] == [(offer["id"], "closed")]
        (row,) = await shop.rows(closed_products)
        assert row.enforced


async def test_revoking_an_approval_stops_the_shows_of_the_topic(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        topic, show = await desk.on_air()
        _, other = await desk.on_air()
        assert await code_of(desk.revocations.revoke(MEI, topic, "other", "x")) == "forbidden"
        view = await desk.revocations.revoke(MO, topic, "restricted_goods", "The tea is a drug.", 1)
        assert (view["status"], view["decision"]["reason"]) == ("rejected", "The tea is a drug.")
        assert [await desk.state(each) for each in (show, other)] == ["ended", "ready"]
        assert (await desk.interventions.told(MEI, show))["stopped"]["reason"] == "The tea is a drug."
        assert (await desk.kinds())[-2:] == [
            ("topic.rejected", "restricted_goods"),
            ("show.stopped", "restricted_goods"),
        ]
        assert await code_of(desk.revocations.revoke(MO, topic, "other", "x")) == "topic_state"
        assert await code_of(desk.shows.create(MEI, topic)) == "topic_not_approved"
        assert await shop.faults() == {}


async def test_rejecting_what_was_edited_while_live_stops_the_show(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        topic, show = await desk.on_air()
        await desk.topics.edit(MEI, topic, EDITED, None)
        assert await desk.state(show) == "ready", "it runs on what was approved"
        assert await code_of(desk.revocations.revoke(MO, topic, "other", "x")) == "topic_state"
        await desk.topics.reject(MO, topic, "off_topic", "That is no tea.")
        assert await desk.state(show) == "ended"
        assert await shop.faults() == {}


async def test_asking_for_changes_while_live_leaves_a_deadline_that_an_approval_takes_back(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        topic, show = await desk.on_air()
        late, doomed = await desk.on_air()
        for each in (topic, late):
            await desk.topics.edit(MEI, each, EDITED, None)
            await desk.topics.request_changes(MO, each, "unclear", "Which tea?")
        (warning,) = (await desk.interventions.told(MEI, show))["warnings"]
        assert (warning["code"], warning["text"]) == ("unclear", "Which tea?")
        assert warning["deadline"] is not None
        await desk.topics.submit(MEI, topic)
        await desk.topics.approve(MO, topic)
        (warning,) = (await desk.interventions.told(MEI, show))["warnings"]
        assert warning["withdrawn_at"] is not None
        shop.clock.ms += REVIEW_DEADLINE_MS
        assert await desk.interventions.stop_overdue() == 1
        assert [await desk.state(each) for each in (show, doomed)] == ["ready", "ended"]
        assert await shop.faults() == {}
