"""Waitlists on both engines: what is held for whom, over several processes, and what a memory of it says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.known_offers import KnownOffers
from livecart.adapters.sql.tables import outbox, show_products, variants
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.errors import LivecartError
from livecart.domain.ids import OfferId, OrderId, PersonId, ShowId, VariantId
from livecart.domain.offer import OfferMode
from livecart.domain.people import Person, Role
from livecart.services.carts import CartPorts, Carts, CartWish
from livecart.services.orders import OrderTerms
from livecart.services.payments import PaymentPorts
from livecart.services.refunds import Refunds
from livecart.services.sold_out import BELIEVED_MS
from livecart.services.stocking import Stocking
from livecart.services.store import Page
from livecart.services.waitlist import Waitlist, WaitPorts, WaitTerms, WaitWish
from tests.support.shop import (
    ENDED_SHOW,
    MEI,
    OTHER_VARIANT,
    PRICE,
    SHOW,
    VARIANT,
    CountedIds,
    Shop,
    branch,
    open_shop,
)

HOLD_MS = 5_000
BUYERS = 8


@dataclass(slots=True)
class Queue:
    """A shop's buyers by number, and its waitlist."""

    shop: Shop
    list: Waitlist

    async def join(self, number: int, **wish: Any) -> dict[str, Any]:
        goods = {} if "offer" in wish else {"variant": VARIANT}
        return await self.list.join(self.shop.buyers[number], WaitWish(**{"show": SHOW, **goods, **wish}))

    async def order(self, number: int, quantity: int = 1, **wish: Any) -> str:
        """The state of the order, or the code of the refusal."""
        try:
            return str((await self.shop.place(self.shop.buyers[number], quantity, **wish))["state"])
        except LivecartError as refusal:
            return refusal.code

    async def states(self) -> dict[int, str]:
        found = {}
        for number, buyer in enumerate(self.shop.buyers):
            for place in await self.list.mine(buyer):
                found[number] = place["state"]
        return found

    async def tend(self, *, after_ms: int = 0) -> int:
        self.shop.clock.ms += after_ms
        return await self.list.tend_due(self.shop.clock.ms)

    async def add(self, delta: int, variant: VariantId = VARIANT) -> None:
        await Stocking(self.shop.store, self.shop.committer).adjust(MEI, self.shop.key(), variant, "found", delta=delta)


def queue_of(shop: Shop, prefix: str = "w", line_max: int = 5) -> Queue:
    ports = WaitPorts(shop.store, shop.committer, shop.clock, CountedIds(prefix), KnownOffers(shop.store))
    return Queue(shop, Waitlist(ports, WaitTerms(HOLD_MS, line_max)))


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[Queue]:
    """The two lamps there are stand in an order of buyer 0; 1, 2 and 3 wait, in this order."""
    async with open_shop(database, stock=2, buyers=BUYERS) as shop:
        queue = queue_of(shop)
        await shop.place(shop.buyers[0], 2, key="first")
        for number in (1, 2, 3):
            await queue.join(number)
        yield queue
        assert await shop.faults() == {}


async def first_order(queue: Queue) -> dict[str, Any]:
    return await queue.shop.place(queue.shop.buyers[0], 2, key="first")


async def refusal_of(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


async def told(shop: Shop, kind: str = "waitlist") -> list[Any]:
    async with shop.store.read() as tx:
        return [event for _, event in await tx.outbox.unpublished(1_000) if event.type == kind]


async def test_joining_twice_is_one_place(queue: Queue) -> None:
    first = await queue.join(4, quantity=2)
    assert (first["position"], first["state"], first["quantity"], first["units"]) == (4, "waiting", 2, 0)
    assert (first["title"], first["variant"], first["offer"], first["variants"]) == ("Lamp", VARIANT, None, [VARIANT])
    assert await queue.join(4, quantity=1) == first
    assert [view["position"] for view in await queue.list.mine(queue.shop.buyers[4])] == [4]
    together = await asyncio.gather(*(queue.join(5) for _ in range(5)))
    assert len({view["id"] for view in together}) == 1


async def test_a_cancelled_order_is_held_for_the_first_in_line(queue: Queue) -> None:
    await queue.shop.cancel(queue.shop.buyers[0], await first_order(queue))
    assert await queue.states() == {1: "invited", 2: "invited", 3: "waiting"}
    row = await queue.shop.row()
    assert (row.reserved, row.invited, row.stock) == (0, 2, 2)
    assert await queue.order(4) == "sold_out"
    assert await queue.order(3) == "sold_out", "his turn has not come"
    assert await queue.order(1) == "reserved"
    assert await queue.states() == {2: "invited", 3: "waiting"}
    row = await queue.shop.row()
    assert (row.reserved, row.invited) == (1, 1)


async def test_so_are_those_of_an_order_that_was_not_paid_in_time(queue: Queue) -> None:
    queue.shop.clock.ms += OrderTerms().reservation_ms
    await queue.shop.orders.expire_due(queue.shop.clock.ms)
    assert await queue.states() == {1: "invited", 2: "invited", 3: "waiting"}


async def test_and_goods_that_come_back_after_they_were_paid(queue: Queue) -> None:
    buyer = queue.shop.buyers[0]
    await queue.shop.top_up(buyer, 2 * PRICE)
    order = await queue.shop.pay(buyer, await first_order(queue))
    refunds = Refunds(PaymentPorts(queue.shop.store, queue.shop.committer, CountedIds("r"), queue.shop.clock), {})
    await refunds.refund(
        MEI, queue.shop.key(), OrderId(order["id"]), amount_minor=None, reason="broken", return_goods=True
    )
    assert await queue.states() == {1: "invited", 2: "invited", 3: "waiting"}


async def test_and_stock_that_was_found(queue: Queue) -> None:
    await queue.add(1)
    assert await queue.states() == {1: "invited", 2: "waiting", 3: "waiting"}
    assert await refusal_of(queue.add(-1)) == "sold_out", "what is held for somebody is not the seller's to take"


async def test_an_invitation_that_ran_out_goes_to_the_next_once_however_often_it_is_looked_for(queue: Queue) -> None:
    await queue.add(1)
    assert await queue.tend(after_ms=HOLD_MS - 1) == 0
    counts = [await queue.tend(after_ms=1), await queue.tend(), await queue.tend()]
    assert counts == [1, 0, 0]
    assert await queue.states() == {2: "invited", 3: "waiting"}
    assert await queue.order(1) == "sold_out"
    steps = [(event.person, event.data["state"]) for event in await told(queue.shop)][3:]
    assert steps == [("p00001", "invited"), ("p00001", "missed"), ("p00002", "invited")]


async def test_two_machines_that_look_at_once_invite_nobody_twice(queue: Queue) -> None:
    async with branch(queue.shop.database, "b") as other:
        second = queue_of(other, "x")
        await queue.add(2)
        other.clock.ms = queue.shop.clock.ms = queue.shop.clock.ms + HOLD_MS
        await asyncio.gather(*(each.list.tend_due(other.clock.ms) for each in (queue, second, queue, second)))
    assert await queue.states() == {3: "invited"}
    row = await queue.shop.row()
    assert (row.invited, row.stock - row.reserved - row.invited) == (1, 1)
    ids = Counter(event.id for event in await told(queue.shop))
    assert set(ids.values()) == {1}


async def test_what_is_left_over_is_found_by_the_clock(queue: Queue) -> None:
    """Somebody waits for an offer, and its goods come back by a way that does not know of the offer."""
    offer = await queue.shop.offer(3)
    place = await queue.join(5, offer=offer["id"])
    assert (place["offer"], place["variant"], place["variants"], place["position"]) == (offer["id"], None, [VARIANT], 1)
    await queue.add(4)
    assert await queue.states() == {1: "invited", 2: "invited", 3: "invited", 5: "waiting"}
    assert await queue.tend() == 1
    assert (await queue.states())[5] == "invited"
    assert await queue.tend() == 0
    row = await queue.shop.row()
    assert row.invited == 4
    assert await queue.order(6, offer=offer["id"]) == "sold_out"
    assert await queue.order(5, offer=offer["id"]) == "reserved"
    assert [view["sold"] for view in await _offers(queue.shop)] == [0]


async def _offers(shop: Shop) -> list[dict[str, Any]]:
    views, _ = await shop.offers.of_show(SHOW, Page(10))
    return views


async def test_who_orders_the_offer_first_after_its_goods_came_back_does_not_pass_those_who_wait(queue: Queue) -> None:
    offer = await queue.shop.offer(3)
    await queue.join(5, offer=offer["id"])
    await queue.add(4)
    assert await queue.order(6, offer=offer["id"]) == "sold_out", "his batch invited the one who waited"
    assert (await queue.states())[5] == "invited"


async def test_an_offer_is_waited_for_and_closed(queue: Queue) -> None:
    await queue.add(12)
    assert await queue.order(7, 7) == "reserved"
    offer = await queue.shop.offer(2, mode=OfferMode.FIRST_TO_PAY)
    assert await refusal_of(queue.join(4, offer=offer["id"])) == "still_available"
    for number in (4, 5):
        await queue.shop.top_up(queue.shop.buyers[number], PRICE)
        order = await queue.shop.place(queue.shop.buyers[number], offer=offer["id"])
        await queue.shop.pay(queue.shop.buyers[number], order)
    assert (await queue.join(6, offer=offer["id"]))["position"] == 1
    assert await refusal_of(queue.join(6, offer=offer["id"], quantity=3)) == "per_buyer_limit"
    await queue.shop.offers.close(MEI, None, OfferId(offer["id"]))
    assert await queue.tend() == 1
    assert await refusal_of(queue.join(7, offer=offer["id"])) == "offer_closed"
    assert 6 not in await queue.states()
    assert (await told(queue.shop))[-1].data["state"] == "closed"


async def test_the_end_of_the_show_closes_what_waits_in_it(queue: Queue) -> None:
    await queue.add(1)
    async with queue.shop.database.write() as connection:
        await connection.execute(text("UPDATE shows SET state = 'ended' WHERE id = 'show'"))
    assert await queue.tend() == 1
    assert await queue.states() == {}
    assert (await queue.shop.row()).invited == 0
    assert await refusal_of(queue.join(1)) == "show_ended"


async def test_goods_that_left_the_bag_wait_with_their_line(queue: Queue) -> None:
    await queue.join(5, offer=(await queue.shop.offer(1))["id"])
    async with queue.shop.database.write() as connection:
        await connection.execute(delete(show_products).where(show_products.c.show_id == SHOW))
    await queue.add(1)
    assert await queue.tend() == 0
    assert await queue.states() == {1: "waiting", 2: "waiting", 3: "waiting", 5: "waiting"}
    assert await refusal_of(queue.join(4)) == "not_in_bag"


async def test_leaving_is_for_oneself(queue: Queue) -> None:
    (mine,) = await queue.list.mine(queue.shop.buyers[1])
    assert await refusal_of(queue.list.leave(queue.shop.buyers[2], mine["id"])) == "not_found"
    await queue.add(1)
    assert (await queue.list.leave(queue.shop.buyers[1], mine["id"]))["state"] == "left"
    assert await queue.states() == {2: "invited", 3: "waiting"}
    assert await refusal_of(queue.list.leave(queue.shop.buyers[1], mine["id"])) == "not_found"
    assert (await queue.join(1))["position"] == 2, "who comes back stands behind the others"


async def test_a_line_has_an_end_and_things_must_be_there(queue: Queue) -> None:
    await queue.join(4)
    await queue.join(5)
    assert await refusal_of(queue.join(6)) == "waitlist_full"
    assert await refusal_of(queue.join(6, variant="nothing")) == "not_found"
    assert await refusal_of(queue.join(6, variant=None, offer="nothing")) == "not_found"
    assert await refusal_of(queue.join(6, show=ShowId("nothing"))) == "not_found"
    assert await refusal_of(queue.join(6, show=ENDED_SHOW)) == "show_ended"
    assert await refusal_of(queue.join(6, variant=OTHER_VARIANT)) == "not_in_bag"
    for wish in ({"quantity": 0}, {"quantity": 11}, {"offer": "x", "variant": "y"}, {"variant": None}):
        assert await refusal_of(queue.join(6, **wish)) == "invalid"


async def test_the_host_sees_how_many_wait_and_nobody_else_does(queue: Queue) -> None:
    await queue.add(1)
    assert await queue.list.of_show(MEI, SHOW) == [
        {
            "variant": VARIANT,
            "offer": None,
            "product": "lamp",
            "title": "Lamp",
            "waiting": 2,
            "invited_units": 1,
        }
    ]
    jun = Person(PersonId("jun"), "jun", "Jun", Role.CREATOR)
    assert await refusal_of(queue.list.of_show(jun, SHOW)) == "forbidden"
    assert await refusal_of(queue.list.of_show(queue.shop.buyers[0], SHOW)) == "forbidden"


async def test_nobody_who_waits_is_told_sold_out_from_memory(queue: Queue) -> None:
    """Another process has learned that all is gone, and hears no news at all."""
    async with branch(queue.shop.database, "b") as other:
        late = Queue(other, queue.list)
        assert [await late.order(6), await late.order(7)] == ["sold_out", "sold_out"], "now it knows"
        await queue.add(1)
        assert await late.order(7) == "sold_out"
        assert await late.order(1) == "reserved"


async def test_who_joined_elsewhere_after_it_was_learned_is_known_from_the_news(queue: Queue) -> None:
    async with branch(queue.shop.database, "b") as other:
        late = Queue(other, queue.list)
        assert [await late.order(6), await late.order(7)] == ["sold_out", "sold_out"]
        await queue.join(4)
        for event in await told(queue.shop):
            other.sold_out.heard(event)
        await queue.add(4)
        assert await late.order(4) == "reserved"


async def test_without_news_he_is_known_a_second_later_at_the_latest(queue: Queue) -> None:
    async with branch(queue.shop.database, "b") as other:
        late = Queue(other, queue.list)
        assert [await late.order(6), await late.order(7)] == ["sold_out", "sold_out"]
        await queue.join(4)
        await queue.add(4)
        other.clock.ms += BELIEVED_MS
        assert await late.order(7) == "sold_out", "this one went to the books"
        assert await late.order(4) == "reserved"


async def test_a_cart_may_hold_what_is_held_for_its_person(queue: Queue) -> None:
    carts = Carts(CartPorts(queue.shop.store, queue.shop.committer, CountedIds("c"), queue.shop.clock), OrderTerms())
    await queue.add(1)
    for number, problem in ((1, None), (2, "sold_out")):
        buyer = queue.shop.buyers[number]
        view = await carts.put(buyer, CartWish(VARIANT, 1, SHOW))
        assert view["lines"][0]["problem"] == problem
    assert len(await carts.check_out(queue.shop.buyers[1], "k")) == 1
    assert await refusal_of(carts.check_out(queue.shop.buyers[2], "k")) == "cart_refused"


async def test_the_database_itself_refuses_to_hold_what_is_not_there(queue: Queue) -> None:
    with pytest.raises(Exception, match=r"(?i)check"):
        async with queue.shop.database.write() as connection:
            await connection.execute(text("UPDATE variants SET invited = 1 WHERE id = 'lamp-red'"))


async def test_the_audit_finds_what_was_tampered_with(queue: Queue) -> None:
    await queue.add(1)
    async with queue.shop.database.write() as connection:
        await connection.execute(text("UPDATE waitlist_places SET units = 0, until_ms = NULL"))
    assert set(await queue.shop.faults()) == {"units held of variants equal open invitations"}
    async with queue.shop.database.write() as connection:
        await connection.execute(text("UPDATE variants SET invited = 0"))
    async with queue.shop.database.write() as connection:
        await connection.execute(text("UPDATE waitlist_places SET units = 1, until_ms = 1 WHERE number = 3"))
        await connection.execute(text("UPDATE variants SET invited = 1 WHERE id = 'lamp-red'"))
    assert set(await queue.shop.faults()) == {"a line is served from its front"}
    async with queue.shop.database.write() as connection:
        await connection.execute(delete(waitlist_places))
        await connection.execute(text("UPDATE variants SET invited = 0"))


async def test_crowds_at_two_committers_wait_order_and_give_back(database: Database) -> None:
    """Everybody joins, orders, cancels and tends at once and at random; nothing is promised or sold twice."""
    async with open_shop(database, stock=6, buyers=40) as shop, branch(database, "b") as other:
        queues = [queue_of(shop, "w", 100), queue_of(other, "x", 100)]
        offer = await shop.offer(3, per_buyer=3)
        chances = random.Random(11)
        for _ in range(4):
            await asyncio.gather(*(_act(chances, queues, number, offer["id"]) for number in range(40)))
            assert await shop.faults() == {}
            for each in (shop, other):
                each.clock.ms += HOLD_MS // 2
        async with database.read() as connection:
            rows = (await connection.execute(select(waitlist_places))).all()
            row = (await connection.execute(select(variants).where(variants.c.id == VARIANT))).one()
            ids = Counter((await connection.execute(select(outbox.c.event_id))).scalars())
        assert any(place.until_ms is not None for place in rows), "nobody was invited: the test shows nothing"
        if any(place.kind == "variant" and place.until_ms is None for place in rows):
            assert row.reserved + row.sold + row.invited == row.stock, "somebody waits while something is free"
        assert set(ids.values()) == {1}


async def _act(chances: random.Random, queues: list[Queue], number: int, offer: str) -> None:
    queue = chances.choice(queues)
    goods: dict[str, Any] = chances.choice([{}, {"offer": offer}])
    try:
        match chances.randrange(5):
            case 0 | 1:
                await queue.join(number, **goods)
            case 2:
                await queue.shop.place(queue.shop.buyers[number], **goods)
            case 3:
                await queue.tend()
            case 4:
                await _cancel_some(queue, number)
    except LivecartError as refusal:
        if refusal.code not in {"sold_out", "still_available", "order_state", "per_buyer_limit"}:
            raise


async def _cancel_some(queue: Queue, number: int) -> None:
    buyer = queue.shop.buyers[number]
    views, _ = await queue.shop.orders.mine(buyer, Page(5))
    for view in views:
        await queue.shop.cancel(buyer, view)
