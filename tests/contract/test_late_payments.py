"""Money that comes too late for its order, races with its expiry, and refunds on their way, on both engines."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import journals
from livecart.adapters.sql.tables_payments import refunds
from livecart.domain.books import Command
from livecart.domain.capturing import ReceiveEvent
from livecart.domain.errors import ConflictError
from livecart.domain.ids import OrderId, PaymentId, PersonId
from livecart.domain.money import Money
from livecart.domain.order import RESERVATION_MS
from livecart.domain.payment import PaymentState, ProviderEvent
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import AskedVariant
from livecart.domain.releasing import ExpireOrder
from livecart.domain.settling import SaleTerms
from tests.support.shop import PRICE, VARIANT, branch, open_shop
from tests.support.till import Till, begun, released, till_of

RACES = 1_000 if os.environ.get("LIVECART_TEST_FULL") == "1" else 100
AT_ONCE = 50


@pytest.fixture
async def till(database: Database) -> AsyncIterator[Till]:
    async with open_shop(database) as shop:
        till = till_of(shop, fee_bp=250)
        yield till
        assert await shop.faults() == {}


async def test_paid_after_the_deadline_gets_the_goods_if_they_are_left(till: Till) -> None:
    order, payment = await begun(till, quantity=3)
    await released(till.shop)
    await till.tell(payment, "captured")
    after = await till.order(till.shop.buyers[0], order)
    assert (after["state"], after["payment"]["state"]) == ("paid", "captured")
    row = await till.shop.row()
    assert (row.reserved, row.sold) == (0, 3)


async def test_paid_after_the_deadline_but_before_the_sweeper_is_paid(till: Till) -> None:
    order, payment = await begun(till)
    till.shop.clock.ms += RESERVATION_MS
    await till.tell(payment, "captured")
    assert await till.shop.orders.expire_due(till.shop.clock.ms) == 0
    assert (await till.order(till.shop.buyers[0], order))["state"] == "paid"


async def test_paid_after_it_was_cancelled_gets_the_goods_if_they_are_left(till: Till) -> None:
    order, payment = await begun(till)
    await till.shop.cancel(till.shop.buyers[0], order)
    await till.tell(payment, "captured")
    assert (await till.order(till.shop.buyers[0], order))["state"] == "paid"


async def test_paid_late_and_sold_out_goes_back_once_with_a_reason(database: Database) -> None:
    async with open_shop(database, stock=1) as shop:
        till = till_of(shop)
        order, payment = await begun(till)
        await released(shop)
        await shop.place(shop.buyers[1])
        for event in ("evt-1", "evt-1", "evt-2"):
            await till.tell(payment, "captured", event)
        after = await till.order(shop.buyers[0], order)
        assert (after["state"], after["payment"]["state"], after["payment"]["reason"]) == (
            "expired",
            "refunded",
            "sold_out",
        )
        assert await till.balances() == {"clearing:sandbox:CNY": -PRICE, "owed:sandbox:CNY": PRICE}
        assert await shop.faults() == {}
        assert [await till.refunds.send_due(shop.clock.ms) for _ in range(3)] == [1, 0, 0]
        assert till.sandbox.refunds == [(f"refund:{payment}", PRICE)]
        assert await till.balances() == {}
        assert await shop.faults() == {}


async def test_a_provider_that_is_away_gets_the_refund_later(database: Database) -> None:
    async with open_shop(database, stock=1) as shop:
        till = till_of(shop)
        order, payment = await begun(till)
        await till.tell(payment, "captured")
        await till.refund(order)
        till.sandbox.away = True
        assert await till.refunds.send_due(shop.clock.ms) == 0
        (row,) = await shop.rows(refunds)
        assert (row.state, row.tries, row.fault) == ("pending", 1, "the provider does not answer")
        assert await till.refunds.send_due(shop.clock.ms) == 0
        assert (await shop.rows(refunds))[0].tries == 1, "it waits before the next try"
        till.sandbox.away = False
        shop.clock.ms += 2_000
        assert await till.refunds.send_due(shop.clock.ms) == 1
        assert (await shop.rows(refunds))[0].state == "done"
        assert await shop.faults() == {}


async def test_two_jobs_that_send_the_same_refund_settle_it_once(database: Database) -> None:
    async with open_shop(database) as shop, branch(database, "b") as other:
        till, beside = till_of(shop), till_of(other)
        order, payment = await begun(till)
        await till.tell(payment, "captured")
        await till.refund(order)
        await asyncio.gather(*(each.refunds.send_due(shop.clock.ms) for each in (till, beside, till)))
        assert {key for key, _ in [*till.sandbox.refunds, *beside.sandbox.refunds]} == {"refund:pay-2"}
        assert len([row for row in await shop.rows(journals) if row.kind == "refund_sent"]) == 1
        assert await shop.faults() == {}


async def test_expiry_and_payment_that_race_have_exactly_one_outcome(database: Database) -> None:
    """Row 34. Everything is reserved, and others take what expires: a late payment gets goods, or its money back."""
    rounds = RACES // AT_ONCE
    async with (
        open_shop(database, stock=AT_ONCE, buyers=AT_ONCE, max_batch=8) as shop,
        branch(database, "b", max_batch=8) as other,
    ):
        till, chances, outcomes = till_of(shop), random.Random(34), Counter[str]()
        for round_ in range(rounds):
            racing = await asyncio.gather(*(begun(till, n) for n in range(AT_ONCE)))
            shop.clock.ms += RESERVATION_MS
            other.clock.ms = shop.clock.ms
            steps: list[Command[Any]] = []
            for n, (order, payment) in enumerate(racing):
                expire = ExpireOrder(request=None, order=OrderId(order["id"]))
                steps += [expire, rival(round_, n), captured(payment, order, n), captured(payment, order, -n - 1)]
            chances.shuffle(steps)
            await asyncio.gather(
                *(chances.choice((shop, other)).committer.submit(step) for step in steps), return_exceptions=True
            )
            await until_all_is_settled(till)
            for n, (order, _) in enumerate(racing):
                outcomes[await outcome(till, n, order)] += 1
            assert await shop.faults() == {}
            await make_room(till, racing)
        assert set(outcomes) == {"paid, captured", "expired, refunded"}, outcomes
        assert outcomes.total() == rounds * AT_ONCE
        assert await till.balances() == {}


def rival(round_: int, n: int) -> PlaceOrder:
    return PlaceOrder(
        request=None,
        order=OrderId(f"rival-{round_}-{n}"),
        buyer=PersonId("mei"),
        show=None,
        asked=(AskedVariant(VARIANT, 1),),
        reservation_ms=RESERVATION_MS,
    )


def captured(payment: str, order: dict[str, Any], event: int) -> ReceiveEvent:
    return ReceiveEvent(
        request=None,
        event=ProviderEvent(
            f"{payment}-{event}", "sandbox", PaymentId(payment), PaymentState.CAPTURED, Money(PRICE, "CNY")
        ),
        order=OrderId(order["id"]),
        payer=PersonId(f"p{abs(event):05d}"),
        terms=SaleTerms(0, "Ana"),
    )


async def until_all_is_settled(till: Till) -> None:
    """The sweeper and the refunds' job come by again."""
    await till.refunds.send_due(till.shop.clock.ms)
    await till.shop.orders.expire_due(till.shop.clock.ms)


async def outcome(till: Till, buyer: int, order: dict[str, Any]) -> str:
    after = await till.order(till.shop.buyers[buyer], order)
    return f"{after['state']}, {after['payment']['state']}"


async def make_room(till: Till, racing: list[tuple[dict[str, Any], str]]) -> None:
    """Everything goes back, so that the next round begins like the first."""
    for order, _ in racing:
        with suppress(ConflictError):
            await till.refund(order, return_goods=True)
    till.shop.clock.ms += 2 * RESERVATION_MS
    await until_all_is_settled(till)
    row = await till.shop.row()
    assert (row.reserved, row.sold) == (0, 0)
