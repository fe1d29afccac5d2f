"""The Store port's part for payments and refunds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from livecart.domain.ids import PaymentId, RefundId
from livecart.domain.payment import Payment
from livecart.domain.refund import Refund


class PaymentRows(Protocol):
    """Reading payments and refunds; they are changed through the Committer, but for the tries to send a refund."""

    async def get(self, payment: PaymentId) -> Payment:
        """Raises NotFoundError."""
        ...

    async def many(self, wanted: Sequence[PaymentId]) -> Mapping[PaymentId, Payment]: ...

    async def refunds_due(self, now_ms: int, limit: int) -> Sequence[Refund]:
        """Refunds that are to be sent to their providers now, the longest waiting first."""
        ...

    async def put_off(self, refund: RefundId, next_at_ms: int, fault: str) -> None:
        """Notes a try that failed; one that was sent meanwhile is left alone."""
        ...

    async def refunds_waiting(self) -> int: ...
