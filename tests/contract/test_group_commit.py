"""The group committer under crowds, races and faults, on both engines."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.group_commit import GroupCommitter
from livecart.adapters.sql.outbox import SqlOutbox
from livecart.adapters.sql.tables import accounts, idempotency_keys, orders, outbox
from livecart.domain.books import Books, Change
from livecart.domain.errors import ConflictError, LivecartError, UnavailableError
from livecart.domain.idempotency import request_key
from livecart.domain.ids import OrderId, PersonId
from livecart.domain.order import RESERVATION_MS, Order, OrderState
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import AskedVariant
from tests.support.shop import OTHER_VARIANT, PRICE, SHOW, VARIANT, branch, open_shop


def _codes(answers: Sequence[Any]) -> list[str]:
    return [answer.code for answer in answers if isinstance(answer, LivecartError)]


def _won(answers: Sequence[Any]) -> list[dict[str, Any]]:
    assert all(isinstance(answer, dict | LivecartError) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, dict)]


async def test_two_hundred_buyers_who_ask_three_times_get_exactly_fifty_units(database: Database) -> None:
    async with open_shop(database, stock=50, buyers=200, max_batch=64) as shop, branch(database, "b") as other:
        asked = [(each, buyer) for buyer in shop.buyers for each in (shop, other, shop)]
        random.Random(7).shuffle(asked)
        answers = await asyncio.gather(
            *(each.place(buyer, key=f"of-{buyer.id}") for each, buyer in asked), return_exceptions=True
        )
        winners = {answer["id"]: answer for answer in _won(answers)}
        assert len(winners) == 50
        assert len(_won(answers)) == 150
        assert set(_codes(answers)) == {"sold_out"}
        row = await shop.row()
        assert (row.reserved, row.sold) == (50, 0)
        assert len(await shop.rows(orders)) == len(await shop.rows(idempotency_keys)) == 50
        assert await shop.faults() == {}


async def test_the_same_key_in_two_processes_at_once_is_one_order(database: Database) -> None:
    async with open_shop(database) as shop, branch(database, "b") as other:
        for round_ in range(10):
            answers = await asyncio.gather(
                *(each.place(shop.buyers[0], key=f"k{round_}") for each in (shop, other, shop, other))
            )
            assert all(answer == answers[0] for answer in answers)
        assert (await shop.row()).reserved == 10
        assert await shop.faults() == {}


async def test_of_paying_cancelling_and_expiring_at_once_exactly_one_happens(database: Database) -> None:
    async with open_shop(database, stock=40, buyers=20) as shop, branch(database, "b") as other:
        placed = [(buyer, await shop.place(buyer)) for buyer in shop.buyers]
        for buyer in shop.buyers:
            await shop.top_up(buyer, PRICE)
        # To one process the deadline has passed, to the other it has not.
        other.clock.ms += RESERVATION_MS
        chances = random.Random(3)
        steps = [
            step
            for buyer, order in placed
            for step in chances.sample([shop.pay(buyer, order), shop.cancel(buyer, order)], 2)
        ]
        results = await asyncio.gather(*steps, other.orders.expire_due(other.clock.ms), return_exceptions=True)
        happened = len(_won(results[:-1]))
        assert set(_codes(results[:-1])) <= {"order_state"}
        assert happened + int(results[-1]) == 20  # type: ignore[call-overload]
        states = [row.state for row in await shop.rows(orders)]
        row = await shop.row()
        assert row.sold == states.count(OrderState.PAID)
        assert row.reserved == 0
        assert await shop.faults() == {}


async def test_two_sweepers_release_each_order_once(database: Database) -> None:
    async with open_shop(database, stock=30, buyers=30) as shop, branch(database, "b") as other:
        await asyncio.gather(*(shop.place(buyer) for buyer in shop.buyers))
        for each in (shop, other):
            each.clock.ms += RESERVATION_MS
        released = await asyncio.gather(*(each.orders.expire_due(each.clock.ms) for each in (shop, other, shop)))
        assert sum(released) == 30
        assert (await shop.row()).reserved == 0
        assert await shop.faults() == {}


async def test_of_two_hundred_spends_a_wallet_for_ten_pays_ten(database: Database) -> None:
    async with open_shop(database, stock=200, buyers=1) as shop, branch(database, "b") as other:
        ana = shop.buyers[0]
        await shop.top_up(ana, 10 * PRICE)
        placed = await asyncio.gather(*(shop.place(ana) for _ in range(200)))
        answers = await asyncio.gather(
            *((shop, other)[n % 2].pay(ana, order, f"pay-{n}") for n, order in enumerate(placed)),
            return_exceptions=True,
        )
        assert len(_won(answers)) == 10
        assert set(_codes(answers)) == {"insufficient_funds"}
        assert (await shop.wallets.get(ana))["balances"] == [{"amount_minor": 0, "currency": "CNY"}]
        assert await shop.faults() == {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Defective(PlaceOrder):
    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        raise ZeroDivisionError


def _command(kind: type[PlaceOrder], number: int, buyer: str) -> PlaceOrder:
    return kind(
        request=request_key(PersonId("p00000"), "order.place", f"k{number}", {}),
        order=OrderId(f"o{number}"),
        buyer=PersonId(buyer),
        show=SHOW,
        asked=(AskedVariant(VARIANT, 1),),
        reservation_ms=1,
    )


@pytest.mark.parametrize(("kind", "fault"), [(PlaceOrder, ConflictError), (_Defective, ZeroDivisionError)])
async def test_a_command_that_cannot_be_written_fails_alone(
    database: Database, kind: type[PlaceOrder], fault: type[Exception]
) -> None:
    async with open_shop(database, stock=100) as shop:
        commands = [_command(PlaceOrder, n, "p00000") for n in range(20)]
        # Nobody of that name exists, so the database refuses the row.
        commands[13] = _command(kind, 13, "nobody")
        answers = await shop.committer.submit_all(commands)
        assert [n for n, answer in enumerate(answers) if not isinstance(answer, Order)] == [13]
        assert isinstance(answers[13], fault)
        assert (await shop.row()).reserved == 19
        assert await shop.faults() == {}


async def test_whoever_comes_when_the_queue_is_full_is_told_when_to_try_again(database: Database) -> None:
    async with open_shop(database, buyers=6, max_waiting=5) as shop:
        answers = await asyncio.gather(*(shop.place(buyer) for buyer in shop.buyers), return_exceptions=True)
        (refused,) = [answer for answer in answers if isinstance(answer, BaseException)]
        assert isinstance(refused, UnavailableError)
        assert refused.code == "busy"
        assert refused.retry_after_ms
        assert (await shop.row()).reserved == 5


async def test_a_batch_of_refusals_leaves_no_trace_and_its_keys_stay_good(database: Database) -> None:
    async with open_shop(database, stock=2) as shop:
        ana = shop.buyers[0]
        database.committed.clear()
        for _ in range(2):
            with pytest.raises(ConflictError) as refusal:
                await shop.place(ana, 3, key="k")
            assert refusal.value.code == "sold_out"
        assert not database.committed.is_set()
        assert await shop.rows(idempotency_keys) == []
        assert (await shop.place(ana, 2, key="k")) == await shop.place(ana, 2, key="k")
        assert await shop.faults() == {}


async def test_closing_commits_what_was_accepted(database: Database) -> None:
    async with open_shop(database, stock=20, buyers=20, max_batch=4, max_wait_s=5) as shop:
        accepted = [asyncio.ensure_future(shop.place(buyer)) for buyer in shop.buyers]
        await asyncio.sleep(0)
        await shop.committer.close()
        assert len(_won(await asyncio.gather(*accepted))) == 20
        assert (await shop.row()).reserved == 20
        with pytest.raises(UnavailableError):
            await shop.place(shop.buyers[0])


async def test_a_fault_between_deciding_and_committing_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(database) as shop:
        ana = shop.buyers[0]
        await shop.top_up(ana, 9 * PRICE)
        order = await shop.place(ana)
        before = [await shop.rows(table) for table in (orders, accounts, idempotency_keys, outbox)]

        async def killed(self: SqlOutbox, rows: Any) -> None:
            raise ConnectionError("killed here")

        with monkeypatch.context() as patch:
            patch.setattr(SqlOutbox, "add_rows", killed)
            for call in (shop.place(ana, key="k"), shop.pay(ana, order, "j")):
                with pytest.raises(UnavailableError):
                    await call
        assert [await shop.rows(table) for table in (orders, accounts, idempotency_keys, outbox)] == before
        assert await shop.faults() == {}
        assert (await shop.place(ana, key="k"))["state"] == "reserved"
        assert (await shop.pay(ana, order, "j"))["state"] == "paid"


async def test_an_answer_lost_after_the_commit_is_given_again_for_the_same_key(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(database) as shop:
        commit = GroupCommitter._commit

        async def silenced(self: GroupCommitter, commands: Sequence[Any]) -> Sequence[Any]:
            await commit(self, commands)
            raise UnavailableError("gone before the answer")

        with monkeypatch.context() as patch:
            patch.setattr(GroupCommitter, "_commit", silenced)
            with pytest.raises(UnavailableError):
                await shop.place(shop.buyers[0], key="k")
        (row,) = await shop.rows(orders)
        assert (await shop.place(shop.buyers[0], key="k"))["id"] == row.id
        assert (await shop.row()).reserved == 1


async def test_the_room_hears_the_stock_and_the_sale_and_the_buyer_his_own_news(database: Database) -> None:
    async with open_shop(database) as shop:
        ana = shop.buyers[0]
        await shop.top_up(ana, PRICE)
        paid = await shop.pay(ana, await shop.place(ana))
        async with shop.store.read() as tx:
            events = [event for _, event in await tx.outbox.unpublished(100)]
        balance = {"balances": [{"amount_minor": PRICE, "currency": "CNY"}]}
        empty = {"balances": [{"amount_minor": 0, "currency": "CNY"}]}
        assert [(event.type, event.show, event.person) for event in events] == [
            ("wallet", None, ana.id),
            ("order", None, ana.id),
            ("stock", SHOW, None),
            ("order", None, ana.id),
            ("wallet", None, ana.id),
            ("order.toast", SHOW, None),
        ]
        assert [event.data for event in events] == [
            balance,
            {**paid, "state": "reserved", "paid_at": None},
            {"product": "lamp", "variant": VARIANT, "available": 9, "version": 2},
            paid,
            empty,
            {"buyer": "An***", "title": "Lamp", "quantity": 1},
        ]


async def test_a_batch_tells_the_stock_once(database: Database) -> None:
    async with open_shop(database, stock=30, buyers=20) as shop:
        await asyncio.gather(*(shop.place(buyer) for buyer in shop.buyers))
        told = [row for row in await shop.rows(outbox) if row.type == "stock"]
        assert [row.data for row in told] == ['{"product":"lamp","variant":"lamp-red","available":10,"version":21}']


@pytest.mark.real
async def test_two_batches_that_wait_for_each_other_are_both_served(postgres: Database) -> None:
    """A deadlock is broken by PostgreSQL, and the batch that lost is tried again."""
    async with open_shop(postgres, stock=10) as shop:
        ana = shop.buyers[0]
        await shop.top_up(ana, 2 * PRICE)
        order = await shop.place(ana)
        async with postgres.write() as other:
            await other.execute(text("SET LOCAL deadlock_timeout = '10s'"))
            await other.execute(text("SELECT 1 FROM variants WHERE id = 'lamp-red' FOR UPDATE"))
            paying = asyncio.ensure_future(shop.pay(ana, order))
            await _until_waiting(postgres, 1)
            # The batch holds the order and waits for the variant; this closes the circle.
            await other.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        assert (await paying)["state"] == "paid"
        assert await shop.faults() == {}


@pytest.mark.real
async def test_two_processes_that_meet_at_the_last_unit_sell_it_once(postgres: Database) -> None:
    async with open_shop(postgres, stock=1) as shop, branch(postgres, "b") as other:
        async with _held(postgres, "SELECT 1 FROM variants FOR UPDATE"):
            steps = [asyncio.ensure_future(each.place(shop.buyers[n])) for n, each in enumerate((shop, other))]
            await _until_waiting(postgres, 2)
        answers = await asyncio.gather(*steps, return_exceptions=True)
        assert _codes(answers) == ["sold_out"]
        assert await shop.faults() == {}


@pytest.mark.real
async def test_the_last_unit_is_not_sold_out_for_whoever_asks_for_it_twice(postgres: Database) -> None:
    """The second process finds nothing left, since the first sold it, to the same key."""
    async with open_shop(postgres, stock=1) as shop, branch(postgres, "b") as other:
        async with _held(postgres, "SELECT 1 FROM variants FOR UPDATE"):
            steps = [asyncio.ensure_future(each.place(shop.buyers[0], key="once")) for each in (shop, other)]
            await _until_waiting(postgres, 2)
        first, second = await asyncio.gather(*steps)
        assert first == second
        assert await shop.faults() == {}


@pytest.mark.real
async def test_one_key_for_two_things_in_two_processes_is_for_one_of_them(postgres: Database) -> None:
    """They lock nothing in common, so that both have decided before one of them finds the key taken."""
    async with open_shop(postgres) as shop, branch(postgres, "b") as other:
        ana = shop.buyers[0]
        async with _held(postgres, "SELECT 1 FROM variants FOR UPDATE"):
            steps = [
                asyncio.ensure_future(shop.place(ana, key="once")),
                asyncio.ensure_future(other.place(ana, key="once", variant=OTHER_VARIANT, show=None)),
            ]
            await _until_waiting(postgres, 2)
        answers = await asyncio.gather(*steps, return_exceptions=True)
        assert _codes(answers) == ["key_reused"]
        assert len(await shop.rows(orders)) == len(await shop.rows(idempotency_keys)) == 1
        assert await shop.faults() == {}


@pytest.mark.real
async def test_two_processes_that_meet_at_an_order_do_one_thing_with_it(postgres: Database) -> None:
    async with open_shop(postgres) as shop, branch(postgres, "b") as other:
        ana = shop.buyers[0]
        await shop.top_up(ana, PRICE)
        order = await shop.place(ana)
        async with _held(postgres, "SELECT 1 FROM variants FOR UPDATE"):
            steps = [asyncio.ensure_future(shop.pay(ana, order)), asyncio.ensure_future(other.cancel(ana, order))]
            await _until_waiting(postgres, 2)
        answers = await asyncio.gather(*steps, return_exceptions=True)
        assert _codes(answers) == ["order_state"]
        assert await shop.faults() == {}


@pytest.mark.real
async def test_two_processes_that_meet_at_a_wallet_spend_it_once(postgres: Database) -> None:
    async with open_shop(postgres) as shop, branch(postgres, "b") as other:
        ana = shop.buyers[0]
        await shop.top_up(ana, 2 * PRICE)
        # All accounts exist from here on: opening one would already make the other process wait.
        await shop.pay(ana, await shop.place(ana))
        placed = [await shop.place(ana), await shop.place(ana, variant=OTHER_VARIANT, show=None)]
        async with _held(postgres, "SELECT 1 FROM accounts WHERE kind = 'wallet' FOR UPDATE"):
            steps = [
                asyncio.ensure_future(each.pay(ana, order, order["id"]))
                for each, order in zip((shop, other), placed, strict=True)
            ]
            await _until_waiting(postgres, 2)
        answers = await asyncio.gather(*steps, return_exceptions=True)
        assert _codes(answers) == ["insufficient_funds"]
        assert await shop.faults() == {}


@asynccontextmanager
async def _held(database: Database, statement: str) -> AsyncIterator[None]:
    """Somebody else has the rows, so that whoever comes next waits until the block ends."""
    async with database.write() as connection:
        await connection.execute(text(statement))
        yield


async def _until_waiting(database: Database, count: int) -> None:
    async with asyncio.timeout(10):
        waiting = 0
        while waiting < count:
            async with database.read() as connection:
                found = await connection.execute(text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted"))
                waiting = found.scalar_one()
