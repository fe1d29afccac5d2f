"""The commands that begin a payment at a provider: of an order, or into a wallet. What comes of it: capturing.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.goods import own_order
from livecart.domain.ids import OrderId, PaymentId, PersonId
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderStep
from livecart.domain.payment import Payment, PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPayment(Command[Order]):
    """Notes that the buyer goes to `provider` with the order. One that is open there already is gone on with."""

    payment: PaymentId
    provider: str
    order: OrderId
    buyer: PersonId

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        order = books.find(Order, self.order)
        if order is not None and order.payment is not None:
            yield Payment, order.payment

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = own_order(books, self.order, self.buyer)
        # Nothing is paid yet, but only what could be paid may be sent to be paid.
        order.advance(OrderStep.PAY, now_ms)
        if order.total.amount_minor == 0:
            raise ConflictError("there is nothing to pay; the wallet takes it", code="nothing_to_pay")
        open_ = books.find(Payment, order.payment)
        if open_ is not None and open_.is_open and open_.provider == self.provider:
            return Change(order)
        payment = new_payment(self.payment, self.provider, self.buyer, order.total, now_ms)
        begun = replace(order, payment=payment.id)
        return Change(begun, rows=(begun, replace(payment, order=order.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTopUp(Command[Payment]):
    """Notes that the person goes to `provider` to fill the wallet."""

    payment: PaymentId
    provider: str
    person: PersonId
    amount: Money

    @property
    def answer_type(self) -> type[Payment]:
        return Payment

    def decide(self, books: Books, now_ms: int) -> Change[Payment]:  # noqa: ARG002 -- depends on no row
        payment = new_payment(self.payment, self.provider, self.person, self.amount, now_ms)
        return Change(payment, rows=(payment,))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePage(Command[Payment]):
    """Keeps the provider's name for the payment, and the page where the payer goes on. The first one noted stays."""

    payment: PaymentId
    ref: str
    url: str

    @property
    def answer_type(self) -> type[Payment]:
        return Payment

    def needs(self) -> Iterable[Need]:
        yield Payment, self.payment

    def decide(self, books: Books, now_ms: int) -> Change[Payment]:
        payment = books.find(Payment, self.payment)
        if payment is None:
            raise NotFoundError("no such payment")
        if payment.ref is not None:
            return Change(payment)
        noted = replace(payment, ref=self.ref, url=self.url, updated_at_ms=now_ms)
        return Change(noted, rows=(noted,))


def new_payment(payment: PaymentId, provider: str, person: PersonId, amount: Money, now_ms: int) -> Payment:
    return Payment(payment, provider, person, None, amount, PaymentState.CREATED, now_ms, now_ms)
