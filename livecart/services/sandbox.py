"""The sandbox: a payment provider of our own that takes no money, and misbehaves in every way that real ones do.

It stands on the provider's side: it knows a payment from the shop's books, and speaks to the shop by webhooks alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import InvalidError, NotFoundError
from livecart.domain.ids import PaymentId, may_be_id
from livecart.domain.order import Order
from livecart.domain.payment import Payment, PaymentState
from livecart.services.payments import return_path
from livecart.services.ports import Ids
from livecart.services.ports_payments import SandboxSender
from livecart.services.store import Store

PROVIDER = "sandbox"
DUPLICATES = 10
LATE_S, LATE_MAX_S = 20.0, 3_600.0


class Press(StrEnum):
    """What the page has a button for."""

    SUCCEED = "succeed"
    DECLINE = "decline"
    LATE = "late"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class SandboxPage:
    payment: Payment
    order: Order | None
    return_to: str


class Sandbox:
    def __init__(self, store: Store, ids: Ids, sender: SandboxSender) -> None:
        self._store = store
        self._ids = ids
        self._sender = sender

    async def page(self, payment: PaymentId) -> SandboxPage:
        """Raises NotFoundError, also for a payment that another provider carries."""
        if not may_be_id(payment):
            raise NotFoundError("no such payment")
        async with self._store.read() as tx:
            found = await tx.payments.get(payment)
            order = None if found.order is None else await tx.orders.get(found.order)
        if found.provider != PROVIDER:
            raise NotFoundError("no such payment")
        return SandboxPage(found, order, return_path(found, order))

    async def press(self, payment: PaymentId, press: Press, after_s: float = LATE_S) -> Sequence[int]:
        """Sends the webhooks that belong to the button; the shop's answers to those that are not late."""
        page = await self.page(payment)
        if not 0 <= after_s <= LATE_MAX_S:
            raise InvalidError("the delay is not valid", fields={"after_s": f"0 to {LATE_MAX_S:.0f}"})
        processing = self._body(page.payment, PaymentState.PROCESSING)
        captured = self._body(page.payment, PaymentState.CAPTURED)
        match press:
            case Press.SUCCEED:
                bodies = [processing, captured]
            case Press.DECLINE:
                bodies = [processing, self._body(page.payment, PaymentState.FAILED, "declined")]
            case Press.LATE:
                bodies = [processing]
                self._sender.send_later(captured, after_s)
            case Press.DUPLICATE:
                bodies = [processing, *[captured] * DUPLICATES]
            case Press.REORDER:
                bodies = [captured, processing]
            case Press.FORGED:
                bodies = [captured]
        forged = press is Press.FORGED
        return [await self._sender.send(body, forged=forged) for body in bodies]

    def _body(self, payment: Payment, state: PaymentState, reason: str | None = None) -> bytes:
        return event_body(f"evt_{self._ids.new()}", payment, state, reason=reason)


def event_body(
    event: str, payment: Payment, state: PaymentState, *, reason: str | None = None, refunded_minor: int = 0
) -> bytes:
    """A webhook of the sandbox as it goes over the wire."""
    told = {
        "id": event,
        "type": f"payment.{state}",
        "payment": payment.id,
        "amount_minor": payment.amount.amount_minor,
        "currency": payment.amount.currency,
        "refunded_minor": refunded_minor,
        "reason": reason,
    }
    return json.dumps(told).encode()
