from __future__ import annotations

from itertools import permutations, product

import pytest

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import OrderId, PaymentId, PersonId, RefundId
from livecart.domain.money import Money
from livecart.domain.payment import TRANSITIONS, Payment, PaymentState, ProviderEvent
from livecart.domain.refund import LONGEST_WAIT_MS, Refund, RefundState, check_reason, wait_ms

YEN = Money(500, "JPY")
PAYMENT = Payment(PaymentId("p"), "sandbox", PersonId("ana"), OrderId("o"), YEN, PaymentState.CREATED, 0, 0)


def test_every_state_has_its_row_and_nothing_leads_back() -> None:
    assert set(TRANSITIONS) == set(PaymentState)
    order = list(PaymentState)
    for state, later in TRANSITIONS.items():
        assert all(order.index(after) > order.index(state) for after in later)


@pytest.mark.parametrize(("state", "to"), list(product(PaymentState, PaymentState)))
def test_only_a_later_state_can_be_reached(state: PaymentState, to: PaymentState) -> None:
    payment = Payment(PaymentId("p"), "sandbox", PersonId("ana"), None, YEN, state, 0, 0)
    if to in TRANSITIONS[state]:
        assert payment.advance(to, 9).state is to
    else:
        with pytest.raises(ConflictError) as refusal:
            payment.advance(to, 9)
        assert refusal.value.code == "payment_state"


def test_whatever_the_order_of_arrival_the_state_is_the_same() -> None:
    ends = set()
    for arrival in permutations([PaymentState.PROCESSING, PaymentState.FAILED, PaymentState.CAPTURED]):
        payment = PAYMENT
        for state in arrival:
            payment = payment.advance(state, 1) if payment.may_become(state) else payment
        ends.add(payment.state)
    assert ends == {PaymentState.CAPTURED}


def test_a_payment_is_given_back_in_parts_and_never_beyond() -> None:
    part = PAYMENT.advance(PaymentState.CAPTURED, 1).give_back(200, "broken", 2)
    assert (part.state, part.refunded_minor, part.reason) == (PaymentState.CAPTURED, 200, "broken")
    with pytest.raises(ConflictError):
        part.give_back(301, "broken", 3)
    assert part.give_back(300, "broken", 3).state is PaymentState.REFUNDED


def test_what_was_not_captured_cannot_be_given_back_whole() -> None:
    with pytest.raises(ConflictError):
        PAYMENT.give_back(500, "broken", 1)


@pytest.mark.parametrize(("state", "refunded_minor"), [("created", 0), ("refunded", 501), ("refunded", -1)])
def test_news_that_cannot_be_are_none(state: str, refunded_minor: int) -> None:
    with pytest.raises(InvalidError):
        ProviderEvent("e", "sandbox", PaymentId("p"), PaymentState(state), YEN, refunded_minor)


def test_a_refund_is_sent_under_one_key_and_done_once() -> None:
    refund = Refund(RefundId("r"), None, PaymentId("p"), "sandbox", YEN, "broken", None, RefundState.PENDING, 0)
    assert refund.send_key == "refund:r"
    done = refund.done(5)
    assert (done.state, done.done_at_ms, done.send_key) == (RefundState.DONE, 5, "refund:r")
    with pytest.raises(ConflictError):
        done.done(6)


def test_the_next_try_waits_longer_each_time_up_to_an_hour() -> None:
    waits = [wait_ms(tries) for tries in range(40)]
    assert waits[:3] == [1_000, 2_000, 4_000]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_MS


def test_a_reason_is_a_short_text() -> None:
    assert check_reason("  too\u202e late ") == "too late"
    for wrong in ("", " \n ", "x" * 201):
        with pytest.raises(InvalidError):
            check_reason(wrong)
