"""The sandbox as the shop sees it, a payment provider; its webhooks come over HTTP like anybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PaymentId
from livecart.domain.money import Money
from livecart.domain.payment import Payment, PaymentState, ProviderEvent
from livecart.domain.refund import Refund
from livecart.domain.webhook_signature import verify
from livecart.services.ports_payments import Opened
from livecart.services.sandbox import PROVIDER

SIGNATURE_HEADER = "Livecart-Signature"
_PREFIX = "payment."


class _Told(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern="^[!-~]{1,128}$")]
    type: Literal["payment.processing", "payment.failed", "payment.captured", "payment.refunded"]
    payment: Annotated[str, msgspec.Meta(pattern="^[!-~]{1,128}$")]
    amount_minor: Annotated[int, msgspec.Meta(ge=1)]
    currency: str
    refunded_minor: Annotated[int, msgspec.Meta(ge=0)] = 0
    reason: Annotated[str, msgspec.Meta(max_length=64, pattern="^[a-z_]+$")] | None = None


class SandboxProvider:
    def __init__(self, secret: str) -> None:
        self._key = webhook_key(secret)

    async def close(self) -> None:
        """Holds nothing."""

    async def open(self, payment: Payment, title: str, return_to: str) -> Opened:  # noqa: ARG002 -- its page looks it up
        return Opened(f"sbx_{payment.id}", f"/sandbox/pay/{payment.id}")

    async def refund(self, refund: Refund, payment: Payment) -> None:
        """Takes every refund: there is no money to be short of."""

    def read(self, body: bytes, headers: Mapping[str, str], now_ms: int) -> ProviderEvent | None:
        verify(self._key, body, headers.get(SIGNATURE_HEADER.lower(), ""), now_ms)
        try:
            told = msgspec.json.decode(body, type=_Told)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise InvalidError("no news of a payment", code="bad_event") from error
        return ProviderEvent(
            id=told.id,
            provider=PROVIDER,
            payment=PaymentId(told.payment),
            state=PaymentState(told.type.removeprefix(_PREFIX)),
            amount=Money(told.amount_minor, told.currency),
            refunded_minor=told.refunded_minor,
            reason=told.reason,
        )


def webhook_key(secret: str) -> bytes:
    """The key that signs the sandbox's webhooks; another one than that of publish tokens, from the same secret."""
    return hashlib.sha256(b"livecart sandbox webhook\0" + secret.encode()).digest()
