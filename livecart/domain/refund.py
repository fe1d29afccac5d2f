"""Money on its way back to a buyer: booked at once, and sent through its provider until the provider has taken it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError
from livecart.domain.ids import OrderId, PaymentId, PersonId, RefundId
from livecart.domain.money import Money
from livecart.domain.text import check_text

REASON_MAX = 200
# Between two tries to send a refund: doubled each time.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 3_600_000


class RefundState(StrEnum):
    PENDING = "pending"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Refund:
    """`payment` is None when the wallet was paid from, and gets it back. `by` is None when the shop itself did it."""

    id: RefundId
    order: OrderId | None
    payment: PaymentId | None
    provider: str
    amount: Money
    reason: str
    by: PersonId | None
    state: RefundState
    created_at_ms: int
    done_at_ms: int | None = None
    tries: int = 0

    @property
    def key(self) -> RefundId:
        return self.id

    @property
    def send_key(self) -> str:
        """What the provider knows it by, however often it is sent."""
        return f"refund:{self.id}"

    def done(self, now_ms: int) -> Refund:
        if self.state is RefundState.DONE:
            raise ConflictError("the refund was sent", code="refund_state")
        return replace(self, state=RefundState.DONE, done_at_ms=now_ms)


def wait_ms(tries: int) -> int:
    """How long after `tries` failures the next one comes."""
    return int(min(FIRST_WAIT_MS * 2 ** min(tries, 30), LONGEST_WAIT_MS))


def check_reason(reason: str) -> str:
    """Returns the reason, cleaned; raises InvalidError unless it has 1 to REASON_MAX characters."""
    return check_text("reason", reason, 1, REASON_MAX)
