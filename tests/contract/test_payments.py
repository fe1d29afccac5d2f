"""Paying through a provider, whatever its webhooks do, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import journals, outbox
from livecart.adapters.sql.tables_payments import payments, provider_events, refunds
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import OrderId, PaymentId
from livecart.domain.order import RESERVATION_MS
from livecart.domain.payment import PaymentState
from livecart.services.sandbox import event_body
from tests.support.shop import PRICE, branch, open_shop
from tests.support.till import Till, begun, changed, till_of


@pytest.fixture
async def till(database: Database) -> AsyncIterator[Till]:
    async with open_shop(database) as shop:
        till = till_of(shop, fee_bp=250)
        yield till
        assert await shop.faults() == {}


async def test_paying_begins_with_a_page_and_ends_with_a_webhook(till: Till) -> None:
    ana = till.shop.buyers[0]
    order = await till.shop.place(ana, 2)
    began = await till.begin(ana, order)
    payment = began.pop("payment")
    assert began == order
    assert payment == {
        "id": payment["id"],
        "provider": "sandbox",
        "state": "created",
        "amount": {"amount_minor": 2 * PRICE, "currency": "CNY"},
        "refunded_minor": 0,
        "reason": None,
        "url": f"/sandbox/pay/{payment['id']}",
    }
    await till.tell(payment["id"], "processing")
    assert (await till.order(ana, order))["payment"]["state"] == "processing"
    await till.tell(payment["id"], "captured")
    paid = await till.order(ana, order)
    assert (paid["state"], paid["payment"]["state"]) == ("paid", "captured")
    assert await till.balances() == {
        "clearing:sandbox:CNY": -2 * PRICE,
        "proceeds:mei:CNY": 2 * PRICE - 99,
        "fees:CNY": 99,
    }
    assert (await till.shop.row()).sold == 2


async def test_the_buyer_hears_every_turn_and_the_room_the_sale(till: Till) -> None:
    _, payment = await begun(till)
    for state in ("processing", "failed", "captured", "captured"):
        await till.tell(payment, state)
    told = [(row.type, row.person_id) for row in await till.shop.rows(outbox) if row.type != "stock"]
    buyer = till.shop.buyers[0].id
    assert told == [("order", buyer)] * 4 + [("order.toast", None)]


async def test_the_same_key_or_a_second_press_is_the_same_payment(till: Till) -> None:
    ana = till.shop.buyers[0]
    order = await till.shop.place(ana)
    first = await till.begin(ana, order, "k")
    assert await till.begin(ana, order, "k") == first
    assert (await till.begin(ana, order, "another"))["payment"] == first["payment"]
    with pytest.raises(ConflictError) as refusal:
        await till.shop.pay(ana, order, "k")
    assert refusal.value.code == "key_reused"
    assert len(await till.shop.rows(payments)) == 1


async def test_after_a_decline_another_payment_may_be_begun(till: Till) -> None:
    ana = till.shop.buyers[0]
    order, first = await begun(till)
    await till.tell(first, "failed", reason="declined")
    failed = await till.order(ana, order)
    assert (failed["state"], failed["payment"]["state"], failed["payment"]["reason"]) == (
        "reserved",
        "failed",
        "declined",
    )
    second = (await till.begin(ana, order))["payment"]["id"]
    assert second != first
    await till.tell(second, "captured")
    assert (await till.order(ana, order))["payment"]["id"] == second


async def test_two_payments_of_one_order_pay_it_once_and_the_other_goes_back(till: Till) -> None:
    ana = till.shop.buyers[0]
    order, first = await begun(till)
    await till.tell(first, "failed")
    second = (await till.begin(ana, order))["payment"]["id"]
    await till.tell(second, "captured")
    late = await till.tell(first, "captured")
    assert late is not None
    assert (late.state, late.reason) == (PaymentState.REFUNDED, "already_paid")
    assert await till.refunds.send_due(till.shop.clock.ms) == 1
    assert till.sandbox.refunds == [(f"refund:{first}", PRICE)]
    assert (await till.order(ana, order))["payment"]["id"] == second


async def test_the_wallet_may_pay_while_the_page_is_open_and_the_page_pays_nothing_then(till: Till) -> None:
    ana = till.shop.buyers[0]
    order, payment = await begun(till)
    await till.shop.top_up(ana, PRICE)
    paid = await till.shop.pay(ana, order)
    assert "payment" not in paid
    await till.tell(payment, "captured")
    assert (await till.shop.rows(refunds))[0].reason == "already_paid"
    assert (await till.order(ana, order))["refunded_minor"] == 0


async def test_an_event_has_its_effect_once_however_often_it_comes(till: Till) -> None:
    _, payment = await begun(till)
    for _ in range(10):
        await till.tell(payment, "captured", "evt-1")
    for n in range(10):
        await till.tell(payment, "captured", f"other-{n}")
    assert len(await till.shop.rows(provider_events)) == 11
    assert [row.id for row in await till.shop.rows(journals)] == [
        f"payment:{(await till.shop.rows(payments))[0].order_id}"
    ]


async def test_the_same_event_in_one_batch_and_in_two_processes_is_one_effect(database: Database) -> None:
    async with open_shop(database) as shop, branch(database, "b") as other:
        till, beside = till_of(shop), till_of(other)
        _, payment = await begun(till)
        await asyncio.gather(*((till, beside)[n % 2].tell(payment, "captured", "evt-1") for n in range(20)))
        assert len(await shop.rows(provider_events)) == len(await shop.rows(journals)) == 1
        assert await shop.faults() == {}


async def test_all_orders_of_arrival_end_the_same(database: Database) -> None:
    async with open_shop(database, stock=24, buyers=24) as shop:
        till = till_of(shop, fee_bp=250)
        ends = set()
        for n, order_of_arrival in enumerate(permutations(["processing", "failed", "captured", "refunded"])):
            order, payment = await begun(till, n)
            for state in order_of_arrival:
                more = {"refunded_minor": PRICE} if state == "refunded" else {}
                await till.tell(payment, state, f"{n}-{state}", **more)
            after = await till.order(shop.buyers[n], order)
            ends.add(
                (after["state"], after["refunded_minor"], after["payment"]["state"], after["payment"]["refunded_minor"])
            )
        assert ends == {("refunded", PRICE, "refunded", PRICE)}
        # The provider did it by itself, so nobody sends it there again, and nothing is held or owed.
        assert await till.refunds.send_due(shop.clock.ms) == 0
        assert await till.balances() == {}
        assert await shop.faults() == {}


async def test_a_part_refunded_at_the_provider_is_booked_by_its_sum(till: Till) -> None:
    ana = till.shop.buyers[0]
    order, payment = await begun(till)
    for sum_minor in (300, 100, 990, 990):
        await till.tell(payment, "refunded", refunded_minor=sum_minor)
    after = await till.order(ana, order)
    assert (after["state"], after["refunded_minor"], after["payment"]["state"]) == ("paid", 990, "captured")
    assert (await till.balances())["clearing:sandbox:CNY"] == 990 - PRICE


async def test_what_we_refund_and_the_provider_then_tells_us_is_one_refund(till: Till) -> None:
    order, payment = await begun(till)
    await till.tell(payment, "captured")
    await till.refund(order, amount_minor=500)
    await till.tell(payment, "refunded", refunded_minor=500)
    assert await till.refunds.send_due(till.shop.clock.ms) == 1
    await till.tell(payment, "refunded", refunded_minor=500)
    assert len(await till.shop.rows(refunds)) == 1


async def forged(till: Till, payment: str) -> list[Any]:
    async with till.shop.store.read() as tx:
        found = await tx.payments.get(PaymentId(payment))
    body = event_body("evt-1", found, PaymentState.CAPTURED)
    now_ms = till.shop.clock.ms
    signed = [
        till.post(body, key=b"another"),
        till.post(body, at_ms=now_ms - 301_000),
        till.post(body, at_ms=now_ms + 301_000),
    ]
    return [
        *signed,
        till.payments.receive("sandbox", body, {}),
        till.payments.receive("sandbox", body, {"livecart-signature": "t=1,v1="}),
    ]


async def test_forged_old_and_unsigned_webhooks_have_no_effect(till: Till) -> None:
    _, payment = await begun(till)
    for call in await forged(till, payment):
        with pytest.raises(InvalidError) as refusal:
            await call
        assert refusal.value.code == "bad_signature"
    assert await till.shop.rows(provider_events) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": PRICE - 1},
        {"currency": "JPY"},
        {"payment": "nothing"},
        {"payment": "\0"},
        {"type": "payment.created"},
        {"type": "gift"},
        {"amount_minor": -5},
        {"amount_minor": "5"},
        {"amount_minor": 10**13},
        {"refunded_minor": PRICE + 1},
        {"currency": "yen"},
        {"id": ""},
        {"id": 5},
        {"reason": "<script>"},
    ],
)
async def test_signed_news_that_cannot_be_have_no_effect(till: Till, wrong: dict[str, object]) -> None:
    _, payment = await begun(till)
    async with till.shop.store.read() as tx:
        found = await tx.payments.get(PaymentId(payment))
    body = changed(event_body("evt-1", found, PaymentState.CAPTURED), **wrong)
    with pytest.raises((InvalidError, ConflictError, NotFoundError)):
        await till.post(body)
    assert await till.shop.rows(provider_events) == []


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 60_000])
async def test_signed_noise_is_refused(till: Till, body: bytes) -> None:
    with pytest.raises(InvalidError) as refusal:
        await till.post(body)
    assert refusal.value.code == "bad_event"


async def test_a_top_up_by_card_fills_the_wallet_when_it_is_captured(till: Till) -> None:
    ana = till.shop.buyers[0]
    given: dict[str, Any] = {"method": "sandbox", "amount_minor": 700, "currency": "JPY"}
    wallet, payment = await till.payments.top_up(ana, "k", **given)
    assert await till.payments.top_up(ana, "k", **given) == (wallet, payment)
    assert wallet == {"balances": []}
    assert await till.payments.get(ana, PaymentId(payment["id"])) == payment
    await till.tell(payment["id"], "captured")
    assert (await till.shop.wallets.get(ana))["balances"] == [{"amount_minor": 700, "currency": "JPY"}]
    assert await till.balances() == {"clearing:sandbox:JPY": -700, f"wallet:{ana.id}:JPY": 700}
    with pytest.raises(NotFoundError):
        await till.payments.get(till.shop.buyers[1], PaymentId(payment["id"]))
    with pytest.raises(ConflictError) as refusal:
        await till.shop.wallets.top_up(ana, "k", amount_minor=700, currency="JPY")
    assert refusal.value.code == "key_reused"


async def test_a_wallet_that_is_full_sends_the_top_up_back(till: Till) -> None:
    ana = till.shop.buyers[0]
    for _ in range(3):
        _, payment = await till.payments.top_up(
            ana, till.shop.key(), method="sandbox", amount_minor=100_000_000, currency="KWD"
        )
        await till.tell(payment["id"], "captured")
    async with till.shop.database.write() as connection:
        full = 10**12 - 1 - 3 * 10**8
        entry = (
            "INSERT INTO entries (journal_id, account_id, currency, amount_minor) VALUES ('j', :account, 'KWD', :more)"
        )
        await connection.execute(text("INSERT INTO journals (id, kind, cause, at_ms) VALUES ('j', 'topup', 'j', 0)"))
        await connection.execute(
            text(
                "INSERT INTO accounts (id, kind, currency, balance_minor) VALUES ('external:KWD', 'external', 'KWD', 0)"
            )
        )
        for account, more in ((f"wallet:{ana.id}:KWD", full), ("external:KWD", -full)):
            await connection.execute(text(entry), {"account": account, "more": more})
            change = text("UPDATE accounts SET balance_minor = balance_minor + :more WHERE id = :account")
            await connection.execute(change, {"account": account, "more": more})
    _, payment = await till.payments.top_up(ana, "k", method="sandbox", amount_minor=2, currency="KWD")
    back = await till.tell(payment["id"], "captured")
    assert back is not None
    assert (back.state, back.reason) == (PaymentState.REFUNDED, "wallet_full")
    assert await till.refunds.send_due(till.shop.clock.ms) == 1


async def test_only_what_can_be_paid_is_sent_to_be_paid(till: Till) -> None:
    ana, lin = till.shop.buyers[:2]
    order = await till.shop.place(ana)
    with pytest.raises(NotFoundError):
        await till.begin(lin, order)
    for method in ("gold", "wallet", ""):
        with pytest.raises(InvalidError):
            await till.payments.pay(ana, "k", OrderId(order["id"]), method)
    with pytest.raises(InvalidError) as refusal:
        await till.payments.pay(ana, None, OrderId(order["id"]), "sandbox")
    assert refusal.value.code == "key_required"
    till.shop.clock.ms += RESERVATION_MS
    with pytest.raises(ConflictError, match="run out"):
        await till.begin(ana, order)
    assert await till.shop.rows(payments) == []
    with pytest.raises(NotFoundError):
        await till.payments.receive("stripe", b"{}", {})
