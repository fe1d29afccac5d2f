"""Refunds by the seller or the shop, and sending the goods off, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.known_offers import KnownOffers
from livecart.adapters.sql.tables_payments import refunds
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.ids import OrderId
from livecart.services.orders import Orders, OrderTerms
from tests.support.shop import PRICE, CountedIds, branch, open_shop
from tests.support.till import MEI, ROOT, STRANGER, Till, till_of

FEE_BP = 333


@pytest.fixture
async def till(database: Database) -> AsyncIterator[Till]:
    async with open_shop(database) as shop:
        shop.orders = Orders(
            shop.store, shop.committer, CountedIds(), OrderTerms(fee_bp=FEE_BP), KnownOffers(shop.store)
        )
        yield till_of(shop, fee_bp=FEE_BP)
        assert await shop.faults() == {}


@pytest.fixture(params=["wallet", "sandbox"])
async def paid(request: pytest.FixtureRequest, till: Till) -> dict[str, Any]:
    """An order of three lamps, paid in each way."""
    ana = till.shop.buyers[0]
    order = await till.shop.place(ana, 3)
    if request.param == "wallet":
        await till.shop.top_up(ana, 3 * PRICE)
        return await till.shop.pay(ana, order)
    await till.tell((await till.begin(ana, order))["payment"]["id"], "captured")
    return await till.order(ana, order)


async def settled(till: Till) -> dict[str, int]:
    await till.refunds.send_due(till.shop.clock.ms)
    return {name: amount for name, amount in (await till.balances()).items() if not name.startswith("external")}


async def test_a_full_refund_takes_everything_back_where_it_came_from(till: Till, paid: dict[str, Any]) -> None:
    after = await till.refund(paid)
    assert (after["state"], after["refunded_minor"]) == ("refunded", 3 * PRICE)
    left = await settled(till)
    assert left == ({} if "payment" in paid else {"wallet:p00000:CNY": 3 * PRICE})
    assert (await till.shop.row()).sold == 3, "the goods stay sold unless they come back"


async def test_parts_keep_the_order_paid_until_they_are_all_of_it(till: Till, paid: dict[str, Any]) -> None:
    total = 3 * PRICE
    for sum_minor, part in ((1, 1), (2, 1), (1_000, 998), (total - 1, total - 1_001), (total, 1)):
        after = await till.refund(paid, amount_minor=part)
        assert after["refunded_minor"] == sum_minor
        assert after["state"] == ("refunded" if sum_minor == total else "paid")
        assert await till.shop.faults() == {}
    assert [row.amount_minor for row in await till.shop.rows(refunds)] == [1, 1, 998, total - 1_001, 1]
    with pytest.raises(ConflictError) as refusal:
        await till.refund(paid, amount_minor=1)
    assert refusal.value.code == "order_state"


async def test_seller_and_shop_give_back_in_proportion(till: Till, paid: dict[str, Any]) -> None:
    await till.refund(paid, amount_minor=PRICE)
    left = await settled(till)
    fee = 3 * PRICE * FEE_BP // 10_000
    # A third of 198 is 66 and of 5772 is 1924: nothing to round.
    assert (left["fees:CNY"], left["proceeds:mei:CNY"]) == (fee - fee // 3, 3 * PRICE - fee - (PRICE - fee // 3))


async def test_never_more_than_was_paid(till: Till, paid: dict[str, Any]) -> None:
    await till.refund(paid, amount_minor=3 * PRICE - 1)
    with pytest.raises(ConflictError) as refusal:
        await till.refund(paid, amount_minor=2)
    assert refusal.value.code == "refund_too_large"
    assert (await till.refund(paid))["state"] == "refunded"


async def test_many_refunds_at_once_stay_within_the_payment(database: Database) -> None:
    async with open_shop(database) as shop, branch(database, "b") as other:
        till, beside = till_of(shop, prefix="a"), till_of(other, prefix="b")
        ana = shop.buyers[0]
        await shop.top_up(ana, PRICE)
        order = await shop.pay(ana, await shop.place(ana))
        answers = await asyncio.gather(
            *((till, beside)[n % 2].refund(order, amount_minor=100, key=f"k{n}") for n in range(40)),
            return_exceptions=True,
        )
        refused = [answer for answer in answers if isinstance(answer, LivecartError)]
        assert {refusal.code for refusal in refused} == {"refund_too_large"}
        assert len(answers) - len(refused) == PRICE // 100
        assert await shop.faults() == {}


async def test_goods_come_back_once_and_only_when_wished(till: Till, paid: dict[str, Any]) -> None:
    await till.refund(paid, amount_minor=5)
    assert (await till.shop.row()).sold == 3
    await till.refund(paid, amount_minor=5, return_goods=True)
    row = await till.shop.row()
    assert (row.sold, row.reserved) == (0, 0)
    with pytest.raises(ConflictError) as refusal:
        await till.refund(paid, return_goods=True)
    assert refusal.value.code == "goods_returned"
    assert (await till.refund(paid))["state"] == "refunded"


async def test_the_same_key_is_one_refund(till: Till, paid: dict[str, Any]) -> None:
    first = await till.refund(paid, amount_minor=7, key="k")
    again = await asyncio.gather(*(till.refund(paid, amount_minor=7, key="k") for _ in range(5)))
    assert all(answer["refunded_minor"] == first["refunded_minor"] == 7 for answer in again)
    with pytest.raises(ConflictError) as refusal:
        await till.refund(paid, amount_minor=8, key="k")
    assert refusal.value.code == "key_reused"


async def test_seller_and_shop_may_and_nobody_else(till: Till, paid: dict[str, Any]) -> None:
    order, ana = OrderId(paid["id"]), till.shop.buyers[0]
    for person, refusal in ((ana, ForbiddenError), (STRANGER, NotFoundError)):
        with pytest.raises(refusal):
            await till.refund(paid, person)
        with pytest.raises(refusal):
            await till.refunds.fulfil(person, till.shop.key(), order)
    assert (await till.refund(paid, ROOT, amount_minor=1))["refunded_minor"] == 1
    # The shop's decision about another's sale is logged, the seller's own is not.
    async with till.shop.store.read() as tx:
        (link,) = await tx.log.links(0, 9)
    assert (link.entry.kind, link.entry.by, link.entry.person) == ("order.refunded", ROOT.id, till.shop.buyers[0].id)
    assert (await till.refunds.fulfil(MEI, till.shop.key(), order))["state"] == "fulfilled"


async def test_permission_comes_before_state(till: Till) -> None:
    ana = till.shop.buyers[0]
    order = await till.shop.place(ana)
    with pytest.raises(NotFoundError):
        await till.refund(order, STRANGER)
    with pytest.raises(ForbiddenError):
        await till.refund(order, ana)
    with pytest.raises(ConflictError) as refusal:
        await till.refund(order)
    assert refusal.value.code == "order_state"


async def test_what_was_sent_off_can_still_be_refunded_and_not_sent_twice(till: Till, paid: dict[str, Any]) -> None:
    order = OrderId(paid["id"])
    sent = await till.refunds.fulfil(MEI, "k", order)
    assert (sent["state"], sent["fulfilled_at"]) == ("fulfilled", "2027-01-15T08:00:00.000Z")
    assert await till.refunds.fulfil(MEI, "k", order) == sent
    with pytest.raises(ConflictError):
        await till.refunds.fulfil(MEI, "j", order)
    assert (await till.refund(paid, amount_minor=1))["state"] == "fulfilled"
    assert (await till.refund(paid))["state"] == "refunded"


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": True},
        {"amount_minor": 1.5},
        {"reason": ""},
        {"reason": " \u202e"},
        {"reason": "x" * 201},
    ],
)
async def test_what_is_no_refund_is_refused(till: Till, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        await till.refund({"id": "x"}, **wrong)
    with pytest.raises(InvalidError) as refusal:
        await till.refunds.refund(MEI, None, OrderId("x"), amount_minor=1, reason="r", return_goods=False)
    assert refusal.value.code == "key_required"
    for unknown in ("nothing", "\0", "x" * 200):
        with pytest.raises(NotFoundError):
            await till.refund({"id": unknown})
