"""The audit finds every kind of tampering and says which row it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.evidence import QUESTIONS
from livecart.adapters.sql.store import SqlStore
from livecart.services.audit import Audit, in_order
from tests.support.shop import PRICE, Shop, open_shop
from tests.support.short_audit import short_audit
from tests.support.till import till_of

TAMPERING = [
    ("UPDATE entries SET amount_minor = amount_minor + 1 WHERE account_id LIKE 'proceeds%'", "every journal sums to"),
    ("DELETE FROM entries WHERE journal_id LIKE 'topup%'", "every journal sums to"),
    ("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id LIKE 'wallet%'", "balances equal entries"),
    ("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id LIKE 'wallet%'", "all accounts together"),
    ("UPDATE entries SET currency = 'JPY'", "entries are in their account's currency"),
    ("UPDATE accounts SET balance_minor = -1 WHERE id LIKE 'wallet%'", "no account but external"),
    ("UPDATE variants SET stock = 1 WHERE id = 'lamp-red'", "reserved and sold stay within"),
    ("UPDATE variants SET reserved = reserved + 1 WHERE id = 'lamp-red'", "reserved equals reserved orders"),
    ("UPDATE variants SET sold = sold - 1 WHERE id = 'lamp-red'", "sold equals paid orders"),
    ("UPDATE orders SET state = 'cancelled' WHERE state = 'reserved'", "reserved equals reserved orders"),
    ("DELETE FROM stock_movements WHERE kind = 'sold'", "stock equals movements"),
    ("UPDATE variants SET stock = stock + 5 WHERE id = 'vase-blue'", "stock equals movements"),
    ("UPDATE order_lines SET unit_price_minor = 1", "orders equal their lines"),
    ("UPDATE orders SET total_minor = 1 WHERE state = 'paid'", "paid orders are booked"),
    ("UPDATE journals SET cause = 'not ' || cause WHERE kind = 'payment'", "paid orders are booked"),
    ("UPDATE orders SET state = 'paid' WHERE state = 'reserved'", "paid orders are booked"),
    ("UPDATE orders SET state = 'expired' WHERE state = 'paid'", "payments belong to paid orders"),
    ("UPDATE payments SET state = 'failed' WHERE state = 'captured'", "captured payments are booked"),
    ("UPDATE payments SET amount_minor = amount_minor + 1 WHERE state = 'captured'", "captured payments are booked"),
    ("UPDATE payments SET amount_minor = amount_minor + 1 WHERE state = 'captured'", "clearing equals"),
    ("UPDATE refunds SET state = 'done' WHERE state = 'pending'", "clearing equals"),
    ("UPDATE refunds SET state = 'done' WHERE state = 'pending'", "what is owed equals"),
    ("UPDATE refunds SET state = 'done' WHERE state = 'pending'", "refunds that a provider took"),
    ("UPDATE refunds SET amount_minor = amount_minor + 1 WHERE payment_id IS NULL", "every refund is booked"),
    ("UPDATE payments SET refunded_minor = 0", "payments' refunds add up"),
    ("UPDATE payments SET state = 'refunded' WHERE state = 'captured'", "payments' refunds add up"),
    ("UPDATE orders SET refunded_minor = 1 WHERE state = 'paid'", "orders' refunds are booked"),
    ("UPDATE orders SET refunded_minor = total_minor WHERE state = 'paid'", "orders' refunds are booked"),
    ("UPDATE orders SET state = 'refunded' WHERE state = 'paid'", "orders' refunds are booked"),
    ("UPDATE orders SET returned = NOT returned WHERE state = 'paid'", "sold equals paid orders"),
    ("UPDATE orders SET payment_id = NULL", "captured payments are booked"),
    ("UPDATE journals SET cause = 'not ' || cause WHERE kind = 'refund'", "refund journals belong"),
]


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    """One paid order, one reserved, one cancelled, money left over; by card one paid and one in part refunded."""
    async with open_shop(database) as shop:
        ana = shop.buyers[0]
        await shop.top_up(ana, 5 * PRICE)
        await shop.pay(ana, await shop.place(ana, 2))
        await shop.place(ana)
        await shop.cancel(ana, await shop.place(ana))
        till = till_of(shop)
        for part in (0, 100, PRICE):
            order = await till.begin(ana, await shop.place(ana))
            await till.tell(order["payment"]["id"], "captured")
            if part:
                await till.refund(order, amount_minor=part)
        await till.refund(await shop.pay(ana, await shop.place(ana)), amount_minor=7, return_goods=True)
        yield shop


async def test_all_questions_are_asked_and_an_empty_database_answers_none(database: Database) -> None:
    findings = await Audit(SqlStore(database)).run()
    assert (len(findings), in_order(findings)) == (len(QUESTIONS), True)
    assert await short_audit(database) == {}


async def test_a_short_audit_finds_what_the_whole_one_does(shop: Shop) -> None:
    async with shop.database.write() as connection:
        await connection.execute(text("UPDATE variants SET reserved = reserved + 1, stock = stock + 1"))
    whole = {each.invariant: each.faults for each in await Audit(shop.store).run() if each.faults}
    assert len(whole) == 2
    assert await short_audit(shop.database) == whole


async def test_books_that_nobody_touched_are_in_order(shop: Shop) -> None:
    assert await shop.faults() == {}


@pytest.mark.once
@pytest.mark.parametrize(("tampering", "invariant"), TAMPERING)
async def test_tampering_is_found_and_named(shop: Shop, tampering: str, invariant: str) -> None:
    async with shop.database.write() as connection:
        if shop.database.is_sqlite:
            await connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        else:
            await connection.execute(text("ALTER TABLE variants DROP CONSTRAINT ck_variants_stock"))
            await connection.execute(text("ALTER TABLE variants DROP CONSTRAINT ck_variants_invited"))
            await connection.execute(text("ALTER TABLE orders DROP CONSTRAINT ck_orders_refunded"))
            await connection.execute(text("ALTER TABLE accounts DROP CONSTRAINT ck_accounts_balance"))
        await connection.execute(text(tampering))
    found = [name for name in await shop.faults() if name.startswith(invariant)]
    assert len(found) == 1
    assert all((await shop.faults())[found[0]])


async def test_the_constraints_refuse_what_the_code_would_have_missed(shop: Shop) -> None:
    for statement in (
        "UPDATE variants SET reserved = stock + 1",
        "UPDATE accounts SET balance_minor = -1 WHERE kind = 'wallet'",
    ):
        with pytest.raises(Exception, match=r"(?i)check constraint"):
            async with shop.database.write() as connection:
                await connection.execute(text(statement))
