"""What the use cases need of those who carry payments. adapters/payments/ implements it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.payment import Payment, ProviderEvent
from livecart.domain.refund import Refund


@dataclass(frozen=True, slots=True)
class Opened:
    """The provider's name for a payment, and the page where the payer goes on: a path of ours, or an https address."""

    ref: str
    url: str


class PaymentProvider(Protocol):
    """Someone who takes money from people for the shop. No row is locked while one is asked.

    `open` and `refund` raise UnavailableError when nobody knows whether it was done: asked again with the same payment
    or refund, the provider does it once. ConflictError `provider_refused` is the provider's own no.
    """

    async def open(self, payment: Payment, title: str, return_to: str) -> Opened:
        """Makes the page where `payment` is paid; afterwards it sends the payer to `return_to`, a path of ours."""
        ...

    async def close(self) -> None: ...

    async def refund(self, refund: Refund, payment: Payment) -> None:
        """Gives money back; `refund.send_key` is what makes it once."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str], now_ms: int) -> ProviderEvent | None:
        """What a webhook tells, its signature checked; None for news that does not concern us.

        Raises InvalidError: `bad_signature`, `bad_event`. The names of `headers` are in lower case.
        """
        ...


class SandboxSender(Protocol):
    """How the sandbox's webhooks reach the shop: real HTTP requests, signed when they are sent."""

    async def send(self, body: bytes, *, forged: bool = False) -> int:
        """The status that the shop answered; 0 when it did not. Tried again while the shop is away."""
        ...

    def send_later(self, body: bytes, after_s: float) -> None: ...
