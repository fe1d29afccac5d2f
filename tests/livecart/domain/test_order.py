from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from livecart.domain.errors import ConflictError
from livecart.domain.ids import OrderId, PersonId
from livecart.domain.money import Money
from livecart.domain.order import TRANSITIONS, Order, OrderState, OrderStep

DEADLINE_MS = 1_000
ORDER = Order(OrderId("o"), PersonId("p"), None, OrderState.RESERVED, (), Money(5, "CNY"), 0, DEADLINE_MS)

LEGAL = {
    ("reserved", "pay", "paid"),
    ("reserved", "cancel", "cancelled"),
    ("reserved", "expire", "expired"),
    ("paid", "fulfil", "fulfilled"),
    ("paid", "refund", "refunded"),
    ("fulfilled", "refund", "refunded"),
    ("reserved", "settle", "paid"),
    ("expired", "settle", "paid"),
    ("cancelled", "settle", "paid"),
}


@pytest.mark.parametrize(("state", "step"), list(product(OrderState, OrderStep)))
def test_only_the_steps_of_the_table_can_be_taken(state: OrderState, step: OrderStep) -> None:
    order = replace(ORDER, state=state)
    now_ms = DEADLINE_MS if step is OrderStep.EXPIRE else DEADLINE_MS - 1
    reached = {after for before, taken, after in LEGAL if (before, taken) == (state, step)}
    if reached:
        assert {order.advance(step, now_ms).state.value} == reached
    else:
        with pytest.raises(ConflictError) as refusal:
            order.advance(step, now_ms)
        assert refusal.value.code == "order_state"


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(OrderState)


@pytest.mark.parametrize("now_ms", [DEADLINE_MS - 1, DEADLINE_MS, DEADLINE_MS + 1])
def test_at_every_moment_an_order_can_be_paid_or_expire_but_not_both(now_ms: int) -> None:
    possible = []
    for step in (OrderStep.PAY, OrderStep.EXPIRE):
        try:
            possible.append(ORDER.advance(step, now_ms).state)
        except ConflictError:
            continue
    assert possible == [OrderState.PAID if now_ms < DEADLINE_MS else OrderState.EXPIRED]


def test_only_payment_sets_the_time_of_payment() -> None:
    paid = ORDER.advance(OrderStep.PAY, 7)
    assert paid.paid_at_ms == 7
    assert paid.advance(OrderStep.REFUND, 9).paid_at_ms == 7
    assert ORDER.advance(OrderStep.CANCEL, 7).paid_at_ms is None
