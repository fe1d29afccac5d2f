"""Stripe, with its official SDK: a Checkout page for each payment, signed webhooks, refunds with idempotency keys.

A payment's id goes with everything that Stripe makes for it, as metadata, so that news find it in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stripe

from livecart.domain.errors import ConflictError, InvalidError, UnavailableError
from livecart.domain.ids import PaymentId
from livecart.domain.money import Money
from livecart.domain.payment import Payment, PaymentState, ProviderEvent
from livecart.domain.refund import Refund
from livecart.services.ports_payments import Opened

PROVIDER = "stripe"
SIGNATURE_HEADER = "stripe-signature"
_META = "livecart_payment"
_TIMEOUT_S = 10
_STATES = {
    "payment_intent.processing": PaymentState.PROCESSING,
    "payment_intent.payment_failed": PaymentState.FAILED,
    "payment_intent.succeeded": PaymentState.CAPTURED,
    "charge.refunded": PaymentState.REFUNDED,
}


class StripeProvider:
    """`origin` is the shop's own, where payers come back to; `api_base` another address of the API, for tests."""

    def __init__(self, key: str, webhook_secret: str, origin: str, api_base: str = "") -> None:
        self._secret = webhook_secret
        self._origin = origin
        self._http = stripe.AIOHTTPClient(timeout=_TIMEOUT_S)
        self._client = stripe.StripeClient(
            key,
            http_client=self._http,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=0,
        )

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def open(self, payment: Payment, title: str, return_to: str) -> Opened:
        back = f"{self._origin}{return_to}"
        price = {
            "currency": payment.amount.currency.lower(),
            "unit_amount": payment.amount.amount_minor,
            "product_data": {"name": title},
        }
        meta = {_META: payment.id}
        params: Any = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "client_reference_id": payment.id,
            "metadata": meta,
            # Charges and their refunds get the metadata of the intent.
            "payment_intent_data": {"metadata": meta},
            "success_url": back,
            "cancel_url": back,
        }
        with _translated():
            made = await self._client.v1.checkout.sessions.create_async(
                params, {"idempotency_key": f"open:{payment.id}"}
            )
        if not made.url:
            raise ConflictError("Stripe made no page for this payment", code="provider_refused")
        return Opened(made.id, made.url)

    async def refund(self, refund: Refund, payment: Payment) -> None:
        if payment.ref is None:
            raise ConflictError("the payment has no page at Stripe", code="provider_refused")
        with _translated():
            session = await self._client.v1.checkout.sessions.retrieve_async(payment.ref)
            intent = session.payment_intent
            if intent is None:
                raise ConflictError("Stripe has taken nothing for this payment", code="provider_refused")
            params: Any = {
                "payment_intent": intent if isinstance(intent, str) else intent.id,
                "amount": refund.amount.amount_minor,
                "metadata": {"livecart_refund": refund.id},
            }
            await self._client.v1.refunds.create_async(params, {"idempotency_key": refund.send_key})

    def read(self, body: bytes, headers: Mapping[str, str], now_ms: int) -> ProviderEvent | None:  # noqa: ARG002 -- the SDK's clock
        try:
            event = stripe.Webhook.construct_event(body, headers.get(SIGNATURE_HEADER, ""), self._secret)
            name, kind, told = str(event.id), event.type, event.data.object.to_dict()
            payment = (told.get("metadata") or {}).get(_META)
        except stripe.SignatureVerificationError as error:
            raise InvalidError("the signature is not Stripe's", code="bad_signature") from error
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise InvalidError("no news of a payment", code="bad_event") from error
        state = _STATES.get(kind)
        # The account may carry other things than this shop's.
        return None if state is None or not payment else _event(name, state, str(payment), told)


def _event(event: str, state: PaymentState, payment: str, told: Mapping[str, Any]) -> ProviderEvent:
    declined = bool(told.get("last_payment_error"))
    try:
        return ProviderEvent(
            id=event,
            provider=PROVIDER,
            payment=PaymentId(payment),
            state=state,
            amount=Money(int(told["amount"]), str(told["currency"]).upper()),
            refunded_minor=int(told.get("amount_refunded") or 0),
            reason="declined" if declined else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidError("no news of a payment", code="bad_event") from error


class _translated:  # noqa: N801 -- reads as a word: `with _translated():`
    """Turns the SDK's errors into ours: a definite no, or nobody knows."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
            raise ConflictError(
                f"Stripe refused: {error.user_message or error.code}", code="provider_refused"
            ) from error
        if isinstance(error, stripe.StripeError | TimeoutError | OSError):
            raise UnavailableError("Stripe does not answer", retry_after_ms=2_000) from error
