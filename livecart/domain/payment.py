"""A payment that a provider carries, and what the provider tells of it.

News of a payment comes late, twice and in any order. So its state only ever moves forward (TRANSITIONS), and whatever
the order of arrival, the same news lead to the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import OrderId, PaymentId, PersonId
from livecart.domain.money import Money

WALLET = "wallet"


class PaymentState(StrEnum):
    CREATED = "created"
    PROCESSING = "processing"
    FAILED = "failed"
    CAPTURED = "captured"
    REFUNDED = "refunded"


# What may still come. A buyer whose card was declined may try another one on the provider's page, so failed is no end.
TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.CREATED: frozenset({PaymentState.PROCESSING, PaymentState.FAILED, PaymentState.CAPTURED}),
    PaymentState.PROCESSING: frozenset({PaymentState.FAILED, PaymentState.CAPTURED}),
    PaymentState.FAILED: frozenset({PaymentState.CAPTURED}),
    PaymentState.CAPTURED: frozenset({PaymentState.REFUNDED}),
    PaymentState.REFUNDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """`order` is None for a top-up. `ref` is the provider's own name for it, `url` its page for the payer.

    `reason` says why it failed or was given back: `declined`, `sold_out`, `already_paid` …
    """

    id: PaymentId
    provider: str
    person: PersonId
    order: OrderId | None
    amount: Money
    state: PaymentState
    created_at_ms: int
    updated_at_ms: int
    ref: str | None = None
    url: str | None = None
    refunded_minor: int = 0
    reason: str | None = None

    @property
    def key(self) -> PaymentId:
        return self.id

    @property
    def is_open(self) -> bool:
        """Whether its page still waits for the payer, or the provider still works on it."""
        return self.state in {PaymentState.CREATED, PaymentState.PROCESSING}

    def may_become(self, state: PaymentState) -> bool:
        return state in TRANSITIONS[self.state]

    def advance(self, state: PaymentState, now_ms: int, reason: str | None = None) -> Payment:
        """The payment in its later state; raises ConflictError `payment_state` for one that is not later."""
        if not self.may_become(state):
            raise ConflictError(f"a payment that is {self.state} does not become {state}", code="payment_state")
        return replace(self, state=state, updated_at_ms=now_ms, reason=reason)

    def give_back(self, amount_minor: int, reason: str, now_ms: int) -> Payment:
        """The payment with so much more of it given back; `refunded` once that is all of it."""
        after_minor = self.refunded_minor + amount_minor
        if after_minor > self.amount.amount_minor:
            raise ConflictError("more than what is left of the payment", code="refund_too_large")
        whole = after_minor == self.amount.amount_minor
        moved = self.advance(PaymentState.REFUNDED, now_ms) if whole else self
        return replace(moved, refunded_minor=after_minor, updated_at_ms=now_ms, reason=reason)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One piece of news from a provider, its signature checked.

    `refunded_minor` is all that was ever given back of the payment, not what this event adds.
    """

    id: str
    provider: str
    payment: PaymentId
    state: PaymentState
    amount: Money
    refunded_minor: int = 0
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state is PaymentState.CREATED or not 0 <= self.refunded_minor <= self.amount.amount_minor:
            raise InvalidError("no such news of a payment", code="bad_event")


@dataclass(frozen=True, slots=True)
class Heard:
    """That an event has had its effect; kept in the same transaction."""

    provider: str
    event: str
    payment: PaymentId
    state: PaymentState
    at_ms: int

    @property
    def key(self) -> tuple[str, str]:
        return (self.provider, self.event)
