"""Payments, refunds and ledger together, walked at random in batches and compared with plain counting.

Providers' news come in any order, twice and late; refunds come in parts.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from livecart.domain.books import Command
from livecart.domain.capturing import ReceiveEvent
from livecart.domain.charging import NotePage, StartPayment, StartTopUp
from livecart.domain.errors import LivecartError
from livecart.domain.fulfilling import FulfilOrder
from livecart.domain.idempotency import KeyScope, request_key
from livecart.domain.ids import OrderId, PaymentId, PersonId, RefundId
from livecart.domain.ledger import MAY_OWE, Account, AccountKind
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderState
from livecart.domain.payment import TRANSITIONS, Payment, PaymentState, ProviderEvent
from livecart.domain.refund import Refund, RefundState
from livecart.domain.refunding import RefundOrder, SettleRefund
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.domain.settling import SaleTerms
from livecart.domain.stock import MovementKind, StockItem
from livecart.domain.takings import Takings
from tests.livecart.domain.test_buying import (
    CURRENCIES,
    FEE_BP,
    OPEN,
    PEOPLE,
    RESERVATION_MS,
    STOCK,
    VARIANTS,
    new_shop,
    pay,
    place,
    top_up,
)
from tests.support.full import FULL

MEI = PersonId("mei")
PROVIDERS = ("sandbox", "stripe")
WAS_PAID = (OrderState.PAID, OrderState.FULFILLED, OrderState.REFUNDED)
WAS_CAPTURED = (PaymentState.CAPTURED, PaymentState.REFUNDED)
PICK = st.integers(0, 99)


class Till(RuleBasedStateMachine):
    """Each rule adds a command to the batch; `commit` decides the batch at once."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = new_shop()
        self.batch: list[Command[Any]] = []
        self.answers: dict[KeyScope, Any] = {}
        self.was: dict[PaymentId, PaymentState] = {}
        self.number = 0
        self.room = 1

    def _next(self) -> int:
        self.number += 1
        return self.number

    @initialize(room=st.integers(1, 6))
    def open(self, room: int) -> None:
        """A batch is decided when so many commands wait; there are orders and payments from the start."""
        self.room = room
        for person, variant in zip(PEOPLE, VARIANTS, strict=True):
            self.shop.run([top_up(self._next(), person, Money(1_000, CURRENCIES[variant]))])
            show = OPEN if variant == VARIANTS[0] else None
            (order,) = self.shop.run([place(self._next(), person, variant=variant, quantity=STOCK, show=show)])
            self.shop.run([_start(order, self._next(), "sandbox")])

    def _add(self, command: Command[Any]) -> None:
        self.batch.append(command)
        if len(self.batch) >= self.room:
            self.commit()

    def _some(self, kind: type[Any], pick: int) -> Any:
        known = sorted((row.id for row in self.shop.all(kind)), key=str)
        return self.shop.books.get(kind, known[pick % len(known)]) if known else None

    @rule(person=st.sampled_from(PEOPLE), variant=st.sampled_from(VARIANTS), quantity=st.sampled_from([1, 3, STOCK]))
    def place(self, person: PersonId, variant: Any, quantity: int) -> None:
        show = OPEN if variant == VARIANTS[0] else None
        self._add(place(self._next(), person, variant=variant, quantity=quantity, show=show))

    @rule(pick=PICK, provider=st.sampled_from(PROVIDERS))
    def start(self, pick: int, provider: str) -> None:
        if order := self._some(Order, pick):
            self._add(_start(order, self._next(), provider))

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 2_000), variant=st.sampled_from(VARIANTS))
    def top_up(self, person: PersonId, amount: int, variant: Any) -> None:
        self._add(top_up(self._next(), person, Money(amount, CURRENCIES[variant])))

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 2_000), provider=st.sampled_from(PROVIDERS))
    def start_top_up(self, person: PersonId, amount: int, provider: str) -> None:
        number = self._next()
        request = request_key(person, "wallet.topup", str(number), {})
        payment, money = PaymentId(f"pay{number}"), Money(amount, "JPY")
        self._add(StartTopUp(request=request, payment=payment, provider=provider, person=person, amount=money))

    @rule(pick=PICK)
    def pay_from_wallet(self, pick: int) -> None:
        if order := self._some(Order, pick):
            self._add(pay(order.id, order.buyer, str(self._next())))

    @rule(pick=PICK, waited_ms=st.sampled_from([0, 1, RESERVATION_MS]))
    def expire(self, pick: int, waited_ms: int) -> None:
        self.shop.now_ms += waited_ms
        if order := self._some(Order, pick):
            self._add(ExpireOrder(request=None, order=order.id))

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        if order := self._some(Order, pick):
            request = request_key(order.buyer, "order.cancel", str(self._next()), {"order": order.id})
            self._add(CancelOrder(request=request, order=order.id, buyer=order.buyer))

    @rule(
        pick=PICK,
        state=st.sampled_from([state for state in PaymentState if state is not PaymentState.CREATED]),
        event=st.integers(0, 3),
        share=st.integers(0, 4),
    )
    def hear(self, pick: int, state: PaymentState, event: int, share: int) -> None:
        payment = self._some(Payment, pick)
        if payment is None:
            return
        refunded_minor = payment.amount.amount_minor * share // 4 if state is PaymentState.REFUNDED else 0
        news = ProviderEvent(
            f"{payment.id}-{state}-{event}", payment.provider, payment.id, state, payment.amount, refunded_minor
        )
        terms = SaleTerms(FEE_BP, "Ana")
        self._add(ReceiveEvent(request=None, event=news, order=payment.order, payer=payment.person, terms=terms))

    @rule(pick=PICK, event=st.integers(0, 1))
    def capture(self, pick: int, event: int) -> None:
        self.hear(pick, PaymentState.CAPTURED, event, 0)

    @rule(pick=PICK)
    def note_page(self, pick: int) -> None:
        if payment := self._some(Payment, pick):
            self._add(NotePage(request=None, payment=payment.id, ref=f"ref-{payment.id}", url="/"))

    @rule(pick=PICK, amount=st.none() | st.integers(1, 700), back=st.booleans(), shop=st.booleans())
    def refund(self, pick: int, amount: int | None, back: bool, shop: bool) -> None:
        order, number = self._some(Order, pick) or OrderId("none"), self._next()
        order_id = order.id if isinstance(order, Order) else order
        by = PEOPLE[2] if shop else MEI
        request = request_key(by, "order.refund", str(number), {"order": order_id})
        refund = RefundId(f"refund{number}")
        self._add(
            RefundOrder(
                request=request,
                refund=refund,
                order=order_id,
                by=by,
                for_shop=shop,
                amount_minor=amount,
                reason="r",
                return_goods=back,
            )
        )

    @rule(pick=PICK)
    def send_refund(self, pick: int) -> None:
        refund = self._some(Refund, pick)
        if refund is not None and refund.payment is not None:
            self._add(
                SettleRefund(request=None, refund=refund.id, provider=refund.provider, currency=refund.amount.currency)
            )

    @rule(pick=PICK)
    def fulfil(self, pick: int) -> None:
        if order := self._some(Order, pick):
            request = request_key(MEI, "order.fulfil", str(self._next()), {"order": order.id})
            self._add(FulfilOrder(request=request, order=order.id, by=MEI, for_shop=False))

    @rule(pick=PICK)
    def repeat(self, pick: int) -> None:
        if self.batch:
            self._add(self.batch[pick % len(self.batch)])

    @rule()
    def commit(self) -> None:
        for command, answer in zip(self.batch, self.shop.run(self.batch), strict=True):
            if command.request is None or isinstance(answer, LivecartError):
                continue
            assert self.answers.setdefault(command.request.scope, answer) == answer, "a repeat got another answer"
        # Some of it comes once more in the next batch, as from those who heard no answer.
        self.batch = self.batch[: len(self.batch) // 3]

    @invariant()
    def no_payment_goes_back(self) -> None:
        for payment in self.shop.all(Payment):
            before = self.was.get(payment.id, PaymentState.CREATED)
            assert payment.state is before or payment.state in _later(before)
            self.was[payment.id] = payment.state

    @invariant()
    def captured_money_pays_something_or_goes_back(self) -> None:
        for payment in self.shop.all(Payment):
            order = None if payment.order is None else self.shop.books.get(Order, payment.order)
            pays = order is None or (order.payment == payment.id and order.state in WAS_PAID)
            assert payment.state not in WAS_CAPTURED or pays or payment.state is PaymentState.REFUNDED
            assert payment.state in WAS_CAPTURED or not payment.refunded_minor
            whole = payment.refunded_minor == payment.amount.amount_minor
            assert (payment.state is PaymentState.REFUNDED) == whole

    @invariant()
    def refunds_explain_what_was_given_back(self) -> None:
        of_payment, of_order = Counter[Any](), Counter[Any]()
        for refund in self.shop.all(Refund):
            of_payment[refund.payment] += refund.amount.amount_minor
            # Money that came too late never was the order's.
            of_order[None if str(refund.id) == refund.payment else refund.order] += refund.amount.amount_minor
        for payment in self.shop.all(Payment):
            assert payment.refunded_minor == of_payment[payment.id] <= payment.amount.amount_minor
        for order in self.shop.all(Order):
            assert order.refunded_minor == of_order[order.id] <= order.total.amount_minor
            assert (order.state is OrderState.REFUNDED) == (order.refunded_minor == order.total.amount_minor)

    @invariant()
    def providers_hold_and_are_owed_what_they_must(self) -> None:
        expected = Counter[str]()
        for payment in self.shop.all(Payment):
            if payment.state in WAS_CAPTURED:
                expected[f"clearing:{payment.provider}:{payment.amount.currency}"] -= payment.amount.amount_minor
        for refund in self.shop.all(Refund):
            if refund.payment is not None:
                side = "clearing" if refund.state is RefundState.DONE else "owed"
                expected[f"{side}:{refund.provider}:{refund.amount.currency}"] += refund.amount.amount_minor
        kinds = (AccountKind.CLEARING, AccountKind.OWED)
        real = {a.id: a.balance_minor for a in self.shop.all(Account) if a.kind in kinds and a.balance_minor}
        assert real == {name: amount for name, amount in expected.items() if amount}

    @invariant()
    def every_cent_is_explained(self) -> None:
        accounts = self.shop.all(Account)
        assert {a.id: a.balance_minor for a in accounts if a.balance_minor} == {
            name: balance for name, balance in self.shop.entries.items() if balance
        }
        assert all(account.balance_minor >= 0 for account in accounts if account.kind not in MAY_OWE)
        shares = (AccountKind.PROCEEDS, AccountKind.FEES)
        for currency in CURRENCIES.values():
            assert sum(account.balance_minor for account in accounts if account.currency == currency) == 0
            kept = sum(a.balance_minor for a in accounts if a.kind in shares and a.currency == currency)
            orders = [order for order in self.shop.all(Order) if order.state in WAS_PAID]
            paid = [order for order in orders if order.total.currency == currency]
            assert kept == sum(order.total.amount_minor - order.refunded_minor for order in paid)

    @invariant()
    def what_is_left_of_an_order_is_with_those_who_got_it(self) -> None:
        for takings in self.shop.all(Takings):
            order = self.shop.books.get(Order, takings.order)
            assert sum(part for _, part in takings.parts) == order.total.amount_minor - order.refunded_minor
            assert all(part >= 0 for _, part in takings.parts)

    @invariant()
    def goods_are_where_the_orders_say(self) -> None:
        for item in self.shop.all(StockItem):
            lines = [
                (order, line.quantity)
                for order in self.shop.all(Order)
                for line in order.lines
                if line.variant == item.variant
            ]
            assert item.reserved == sum(count for order, count in lines if order.state is OrderState.RESERVED)
            assert item.sold == sum(c for order, c in lines if order.state in WAS_PAID and not order.returned)
            moves = [(move.kind, move.quantity) for move in self.shop.movements if move.variant == item.variant]
            moved = {kind: sum(amount for its, amount in moves if its is kind) for kind in MovementKind}
            assert item.sold == moved[MovementKind.SOLD] - moved[MovementKind.RETURNED]
            let_go = moved[MovementKind.RELEASED] + moved[MovementKind.SOLD]
            assert item.reserved == moved[MovementKind.RESERVED] - let_go
            assert item.reserved + item.sold <= item.stock


def _start(order: Order, number: int, provider: str) -> StartPayment:
    request = request_key(order.buyer, "order.pay", str(number), {"order": order.id})
    payment = PaymentId(f"pay{number}")
    return StartPayment(request=request, payment=payment, provider=provider, order=order.id, buyer=order.buyer)


def _later(state: PaymentState) -> set[PaymentState]:
    """Everything that may be reached."""
    found = set(TRANSITIONS[state])
    for after in TRANSITIONS[state]:
        found |= _later(after)
    return found


TestTill = Till.TestCase
TestTill.settings = settings(max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None)
