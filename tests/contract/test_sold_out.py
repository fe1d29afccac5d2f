"""Too late: answered from memory, without SQL, and never instead of a first answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from livecart.adapters.sql.database import Database
from livecart.domain.errors import LivecartError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, OfferId
from livecart.domain.offer import OfferMode
from livecart.services.sold_out import BELIEVED_MS, READ_EVERY_MS
from livecart.services.stocking import Stocking
from tests.support.shop import MEI, VARIANT, Shop, branch, open_shop


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    """Two lamps, ten buyers."""
    async with open_shop(database, stock=2, buyers=10) as shop:
        yield shop
        assert await shop.faults() == {}


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """Everything that is sent to SQL in the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engines = [engine.sync_engine for engine in (database._reader, database._writer)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def _code(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


async def _sell_out(shop: Shop, **goods: Any) -> list[dict[str, Any]]:
    """The first two buyers have it all, and the third was the first to be told."""
    orders = [await shop.place(buyer, key=f"of-{buyer.id}", **goods) for buyer in shop.buyers[:2]]
    assert await _code(shop.place(shop.buyers[2], **goods)) == "sold_out"
    return orders


async def test_a_crowd_that_comes_too_late_costs_no_sql(shop: Shop) -> None:
    await _sell_out(shop)
    with _statements(shop.database) as seen:
        for buyer in shop.buyers[3:]:
            assert await _code(shop.place(buyer)) == "sold_out"
    assert seen == []


async def test_of_an_offer_too(shop: Shop) -> None:
    offer = await shop.offer(2)
    async with branch(shop.database, "b") as other:
        await Stocking(other.store, other.committer).adjust(MEI, "more", VARIANT, "enough for all", delta=50)
    await _sell_out(shop, offer=offer["id"])
    with _statements(shop.database) as seen:
        for buyer in shop.buyers[3:]:
            assert await _code(shop.place(buyer, offer=offer["id"])) == "sold_out"
    assert seen == []
    assert (await shop.place(shop.buyers[3]))["state"] == "reserved"


async def test_a_closed_offer_too(shop: Shop) -> None:
    offer = await shop.offer(2)
    await shop.offers.close(MEI, None, OfferId(offer["id"]))
    assert await _code(shop.place(shop.buyers[2], offer=offer["id"])) == "offer_closed"
    with _statements(shop.database) as seen:
        assert await _code(shop.place(shop.buyers[3], offer=offer["id"])) == "offer_closed"
    assert seen == []


async def test_whoever_bought_gets_his_first_answer_again_although_all_is_gone(shop: Shop) -> None:
    orders = await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3])) == "sold_out"
    for buyer, order in zip(shop.buyers, orders, strict=False):
        assert await shop.place(buyer, key=f"of-{buyer.id}") == order
    assert await _code(shop.place(shop.buyers[0], 2, key=f"of-{shop.buyers[0].id}")) == "key_reused"


async def test_whoever_ordered_without_anything_being_held_gets_his_first_answer_again_too(shop: Shop) -> None:
    ana = shop.buyers[9]
    offer = await shop.offer(2, mode=OfferMode.FIRST_TO_PAY)
    order = await shop.place(ana, offer=offer["id"], key="k")
    await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3], offer=offer["id"])) == "sold_out"
    with _statements(shop.database) as seen:
        assert await _code(shop.place(shop.buyers[4], offer=offer["id"])) == "sold_out"
    assert seen == []
    assert await shop.place(ana, offer=offer["id"], key="k") == order


async def test_another_process_gives_the_first_answer_too(shop: Shop) -> None:
    async with branch(shop.database, "b") as other:
        orders = await _sell_out(shop)
        assert await _code(other.place(other.buyers[4])) == "sold_out"
        assert await _code(other.place(other.buyers[5])) == "sold_out"
        for buyer, order in zip(shop.buyers, orders, strict=False):
            assert await other.place(buyer, key=f"of-{buyer.id}") == order
        with _statements(shop.database) as seen:
            assert await _code(other.place(other.buyers[6])) == "sold_out"
        assert seen == []


async def test_goods_that_come_back_here_are_sold_at_once(shop: Shop) -> None:
    orders = await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3])) == "sold_out"
    await shop.cancel(shop.buyers[0], orders[0])
    assert (await shop.place(shop.buyers[3], key="k"))["state"] == "reserved"
    assert await _code(shop.place(shop.buyers[4])) == "sold_out"
    assert await _code(shop.place(shop.buyers[5])) == "sold_out"
    # The new buyer is known although nobody read again.
    assert (await shop.place(shop.buyers[3], key="k"))["state"] == "reserved"


async def test_goods_that_come_back_elsewhere_are_sold_once_the_room_heard_of_it(shop: Shop) -> None:
    async with branch(shop.database, "b") as other:
        orders = await _sell_out(shop)
        assert await _code(shop.place(shop.buyers[3])) == "sold_out"
        await other.cancel(other.buyers[0], orders[0])
        async with shop.store.read() as tx:
            told = [each for _, each in await tx.outbox.unpublished(100) if each.type == "stock"]
        for each in told:
            shop.sold_out.heard(each)
        assert (await shop.place(shop.buyers[3]))["state"] == "reserved"


async def test_without_news_a_no_is_asked_for_again_after_a_second(shop: Shop) -> None:
    async with branch(shop.database, "b") as other:
        orders = await _sell_out(shop)
        assert await _code(shop.place(shop.buyers[3])) == "sold_out"
        await other.cancel(other.buyers[0], orders[0])
        assert await _code(shop.place(shop.buyers[3])) == "sold_out"
        shop.clock.ms += BELIEVED_MS
        assert (await shop.place(shop.buyers[3]))["state"] == "reserved"


async def test_what_another_process_sold_is_read_for_before_anybody_is_refused(shop: Shop) -> None:
    async with branch(shop.database, "b") as other:
        orders = await _sell_out(shop)
        assert await _code(shop.place(shop.buyers[3])) == "sold_out"
        await other.cancel(other.buyers[0], orders[0])
        late = await other.place(other.buyers[5], key="late")
        row = await shop.row()
        shop.sold_out.heard(_stock(version=row.version, available=0))
        # It was read a moment ago: until it may be again, the books answer.
        assert await shop.place(shop.buyers[5], key="late") == late
        shop.clock.ms += READ_EVERY_MS
        assert await _code(shop.place(shop.buyers[6])) == "sold_out"
        assert await shop.place(shop.buyers[5], key="late") == late


async def test_an_order_heard_of_makes_its_buyer_known(shop: Shop) -> None:
    await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3])) == "sold_out"
    data = {"lines": [{"variant": VARIANT, "offer": None}]}
    shop.sold_out.heard(ShowEvent(EventId("o"), None, "order", data, 0, person=shop.buyers[7].id))
    with _statements(shop.database) as seen:
        assert await _code(shop.place(shop.buyers[7])) == "sold_out"
    assert seen != []


async def test_older_news_than_what_is_known_changes_nothing(shop: Shop) -> None:
    await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3])) == "sold_out"
    shop.sold_out.heard(_stock(version=1, available=2))
    with _statements(shop.database) as seen:
        assert await _code(shop.place(shop.buyers[4])) == "sold_out"
    assert seen == []


async def test_a_refusal_from_memory_is_not_kept_under_its_key(shop: Shop) -> None:
    orders = await _sell_out(shop)
    assert await _code(shop.place(shop.buyers[3], key="again")) == "sold_out"
    assert await _code(shop.place(shop.buyers[3], key="again")) == "sold_out"
    await shop.cancel(shop.buyers[0], orders[0])
    assert (await shop.place(shop.buyers[3], key="again"))["state"] == "reserved"


def _stock(*, version: int, available: int) -> ShowEvent:
    data = {"product": "lamp", "variant": VARIANT, "available": available, "version": version}
    return ShowEvent(EventId(f"s{version}"), None, "stock", data, 0)
