"""An order: what was bought at which price, and the states that it passes through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import CouponCode, OfferId, OrderId, PaymentId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money

QUANTITY_MAX = 100
LINES_MAX = 50
# How long the goods of an unpaid order are kept for its buyer; those of an offer, for a shorter time.
RESERVATION_MS = 15 * 60 * 1000
FLASH_RESERVATION_MS = 5 * 60 * 1000


class OrderState(StrEnum):
    RESERVED = "reserved"
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class OrderStep(StrEnum):
    PAY = "pay"
    # The money is there already: a provider captured it, in time or late.
    SETTLE = "settle"
    CANCEL = "cancel"
    EXPIRE = "expire"
    FULFIL = "fulfil"
    REFUND = "refund"


TRANSITIONS: dict[OrderState, dict[OrderStep, OrderState]] = {
    OrderState.RESERVED: {
        OrderStep.PAY: OrderState.PAID,
        OrderStep.SETTLE: OrderState.PAID,
        OrderStep.CANCEL: OrderState.CANCELLED,
        OrderStep.EXPIRE: OrderState.EXPIRED,
    },
    OrderState.PAID: {OrderStep.FULFIL: OrderState.FULFILLED, OrderStep.REFUND: OrderState.REFUNDED},
    OrderState.FULFILLED: {OrderStep.REFUND: OrderState.REFUNDED},
    OrderState.CANCELLED: {OrderStep.SETTLE: OrderState.PAID},
    OrderState.EXPIRED: {OrderStep.SETTLE: OrderState.PAID},
    OrderState.REFUNDED: {},
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Titles and price are those of the moment of buying; a later edit of the product does not rewrite them.

    `discount_minor` is off the whole line: what a bundle is cheaper than its parts, and the line's share of a coupon.
    `offer_units` counts the offer, not the variant; each line of the same bundle says the same.
    """

    variant: VariantId
    product: ProductId
    title: str
    variant_title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    offer: OfferId | None = None
    offer_units: int = 0

    @property
    def amount_minor(self) -> int:
        """What the line costs: `quantity` units, less the discount."""
        return self.quantity * self.unit_price_minor - self.discount_minor


@dataclass(frozen=True, slots=True)
class Order:
    """Each variant is on one line at most.

    `held`: its goods are reserved while it is unpaid. Otherwise nothing is kept for the buyer, and paying decides.
    `payment` is the provider's payment under way, or the one that paid it; None: the wallet. `returned`: the goods are
    back in the stock.
    """

    id: OrderId
    buyer: PersonId
    show: ShowId | None
    state: OrderState
    lines: tuple[OrderLine, ...]
    total: Money
    created_at_ms: int
    expires_at_ms: int
    paid_at_ms: int | None = None
    payment: PaymentId | None = None
    refunded_minor: int = 0
    returned: bool = False
    fulfilled_at_ms: int | None = None
    coupon: CouponCode | None = None
    held: bool = True

    @property
    def key(self) -> OrderId:
        return self.id

    @property
    def offers(self) -> dict[OfferId, int]:
        """How many units it takes of each offer."""
        return {line.offer: line.offer_units for line in self.lines if line.offer is not None}

    @property
    def discount_minor(self) -> int:
        return sum(line.discount_minor for line in self.lines)

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
        fulfilled_at_ms = now_ms if state is OrderState.FULFILLED else self.fulfilled_at_ms
        return replace(self, state=state, paid_at_ms=paid_at_ms, fulfilled_at_ms=fulfilled_at_ms)

    def refund(self, amount_minor: int, now_ms: int) -> Order:
        """The order with so much of what was paid given back: it is `refunded` once that is all of it.

        Raises ConflictError `order_state`, or `refund_too_large` beyond what is left.
        """
        refunded = self.advance(OrderStep.REFUND, now_ms)
        after_minor = self.refunded_minor + amount_minor
        if after_minor > self.total.amount_minor:
            raise ConflictError("more than what is left of the payment", code="refund_too_large")
        state = refunded.state if after_minor == self.total.amount_minor else self.state
        return replace(self, state=state, refunded_minor=after_minor)


def check_quantity(quantity: int) -> int:
    """Returns the quantity; raises InvalidError unless it is a whole number from 1 to QUANTITY_MAX."""
    if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
        raise InvalidError("the quantity is not valid", fields={"quantity": f"1 to {QUANTITY_MAX}"})
    return quantity
