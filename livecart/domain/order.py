"""An order: what was bought at which price, and the states that it passes through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money

QUANTITY_MAX = 100
# How long the goods of an unpaid order are kept for its buyer.
RESERVATION_MS = 15 * 60 * 1000


class OrderState(StrEnum):
    RESERVED = "reserved"
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class OrderStep(StrEnum):
    PAY = "pay"
    CANCEL = "cancel"
    EXPIRE = "expire"
    FULFIL = "fulfil"
    REFUND = "refund"


TRANSITIONS: dict[OrderState, dict[OrderStep, OrderState]] = {
    OrderState.RESERVED: {
        OrderStep.PAY: OrderState.PAID,
        OrderStep.CANCEL: OrderState.CANCELLED,
        OrderStep.EXPIRE: OrderState.EXPIRED,
    },
    OrderState.PAID: {OrderStep.FULFIL: OrderState.FULFILLED, OrderStep.REFUND: OrderState.REFUNDED},
    OrderState.FULFILLED: {OrderStep.REFUND: OrderState.REFUNDED},
    OrderState.CANCELLED: {},
    OrderState.EXPIRED: {},
    OrderState.REFUNDED: {},
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Titles and price are those of the moment of buying; a later edit of the product does not rewrite them."""

    variant: VariantId
    product: ProductId
    title: str
    variant_title: str
    quantity: int
    unit_price_minor: int

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class Order:
    """Each variant is on one line at most."""

    id: OrderId
    buyer: PersonId
    show: ShowId | None
    state: OrderState
    lines: tuple[OrderLine, ...]
    total: Money
    created_at_ms: int
    expires_at_ms: int
    paid_at_ms: int | None = None

    @property
    def key(self) -> OrderId:
        return self.id

    def advance(self, step: OrderStep, now_ms: int) -> Order:
        """The order after `step`; raises ConflictError `order_state` if its state, or the time, has no such step.

        At every moment a reserved order can either be paid or expire, never both.
        """
        state = TRANSITIONS[self.state].get(step)
        if state is None:
            raise ConflictError(f"an order that is {self.state} cannot take '{step}'", code="order_state")
        if step is OrderStep.PAY and now_ms >= self.expires_at_ms:
            raise ConflictError("the reservation has run out", code="order_state")
        if step is OrderStep.EXPIRE and now_ms < self.expires_at_ms:
            raise ConflictError("the reservation has not run out", code="order_state")
        paid_at_ms = now_ms if state is OrderState.PAID else self.paid_at_ms
        return replace(self, state=state, paid_at_ms=paid_at_ms)


def check_quantity(quantity: int) -> int:
    """Returns the quantity; raises InvalidError unless it is a whole number from 1 to QUANTITY_MAX."""
    if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
        raise InvalidError("the quantity is not valid", fields={"quantity": f"1 to {QUANTITY_MAX}"})
    return quantity
