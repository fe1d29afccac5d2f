"""The Stripe adapter offline: against a server of ours that answers like Stripe's, with webhooks signed as it does."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from livecart.adapters.payments.stripe import SIGNATURE_HEADER, StripeProvider
from livecart.domain.errors import ConflictError, InvalidError, UnavailableError
from livecart.domain.ids import OrderId, PaymentId, PersonId, RefundId
from livecart.domain.money import Money
from livecart.domain.payment import Payment, PaymentState
from livecart.domain.refund import Refund, RefundState

SECRET = "whsec_test"
CNY = Money(1_990, "CNY")
PAYMENT = Payment(PaymentId("p1"), "stripe", PersonId("ana"), OrderId("o"), CNY, PaymentState.CREATED, 0, 0, ref="cs_1")
REFUND = Refund(RefundId("r1"), None, PaymentId("p1"), "stripe", Money(500, "CNY"), "x", None, RefundState.PENDING, 0)


class FakeStripe:
    """What was asked, with the idempotency keys; `fault` is answered instead, when set."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, dict[str, str]]] = []
        self.fault: tuple[int, dict[str, Any]] | None = None

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((f"{request.method} {request.path}", request.headers.get("Idempotency-Key"), form))
        if self.fault is not None:
            return web.json_response(self.fault[1], status=self.fault[0])
        if request.path == "/v1/refunds":
            return web.json_response({"id": "re_1", "object": "refund"})
        session = {"id": "cs_1", "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/cs_1"}
        return web.json_response({**session, "payment_intent": "pi_1"})


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeStripe, StripeProvider]]:
    stripe = FakeStripe()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stripe.answer)
    async with TestServer(app) as server:
        provider = StripeProvider("sk_test", SECRET, "https://shop.example", str(server.make_url("")).rstrip("/"))
        yield stripe, provider
        await provider.close()


async def test_a_payment_gets_a_page_under_its_own_key(fake: tuple[FakeStripe, StripeProvider]) -> None:
    stripe, provider = fake
    opened = await provider.open(PAYMENT, "Tea", "/s/tea?order=o")
    assert (opened.ref, opened.url) == ("cs_1", "https://checkout.stripe.com/c/pay/cs_1")
    ((where, key, form),) = stripe.asked
    assert (where, key) == ("POST /v1/checkout/sessions", "open:p1")
    assert form["line_items[0][price_data][unit_amount]"] == "1990"
    assert form["line_items[0][price_data][currency]"] == "cny"
    assert form["payment_intent_data[metadata][livecart_payment]"] == "p1"
    assert form["success_url"] == "https://shop.example/s/tea?order=o"


async def test_a_refund_is_asked_for_under_its_key(fake: tuple[FakeStripe, StripeProvider]) -> None:
    stripe, provider = fake
    await provider.refund(REFUND, PAYMENT)
    where, key, form = stripe.asked[-1]
    assert (where, key) == ("POST /v1/refunds", "refund:r1")
    assert (form["payment_intent"], form["amount"]) == ("pi_1", "500")


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [(400, "invalid_request_error", ConflictError), (500, "api_error", UnavailableError), (429, "x", UnavailableError)],
)
async def test_a_no_is_told_from_no_answer(
    fake: tuple[FakeStripe, StripeProvider], status: int, kind: str, expected: type[Exception]
) -> None:
    stripe, provider = fake
    stripe.fault = (status, {"error": {"type": kind, "message": "no", "code": "bad"}})
    with pytest.raises(expected):
        await provider.open(PAYMENT, "Tea", "/")
    with pytest.raises(expected):
        await provider.refund(REFUND, PAYMENT)


async def test_nobody_there_is_no_answer() -> None:
    provider = StripeProvider("sk_test", SECRET, "https://shop.example", "http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        await provider.open(PAYMENT, "Tea", "/")
    await provider.close()


def signed(body: bytes, *, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    at = int(time.time()) - age_s
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {SIGNATURE_HEADER: f"t={at},v1={mac}"}


def event(kind: str, **told: Any) -> bytes:
    what = {"id": "pi_1", "amount": 1_990, "currency": "cny", "metadata": {"livecart_payment": "p1"}, **told}
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": what}}).encode()


def provider() -> StripeProvider:
    return StripeProvider("sk_test", SECRET, "https://shop.example")


@pytest.mark.parametrize(
    ("kind", "told", "state", "refunded_minor"),
    [
        ("payment_intent.processing", {}, "processing", 0),
        ("payment_intent.payment_failed", {"last_payment_error": {"code": "card_declined"}}, "failed", 0),
        ("payment_intent.succeeded", {}, "captured", 0),
        ("charge.refunded", {"amount_refunded": 500}, "refunded", 500),
    ],
)
async def test_news_become_ours(kind: str, told: dict[str, Any], state: str, refunded_minor: int) -> None:
    body = event(kind, **told)
    read = provider().read(body, signed(body), 0)
    assert read is not None
    assert (read.id, read.payment, read.state, read.amount) == ("evt_1", "p1", state, CNY)
    assert read.refunded_minor == refunded_minor
    assert read.reason == ("declined" if state == "failed" else None)


async def test_what_does_not_concern_us_is_nothing() -> None:
    for body in (event("customer.created"), event("payment_intent.succeeded", metadata={})):
        assert provider().read(body, signed(body), 0) is None


async def test_forged_old_and_changed_news_are_refused() -> None:
    body = event("payment_intent.succeeded")
    for sent, headers in (
        (body, {}),
        (body, signed(body, secret="other")),
        (body, signed(body, age_s=301)),
        (body.replace(b"1990", b"1991"), signed(body)),
    ):
        with pytest.raises(InvalidError) as refusal:
            provider().read(sent, headers, 0)
        assert refusal.value.code == "bad_signature"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"object":"event"}', event("charge.refunded", amount=None)]
)
async def test_signed_noise_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError):
        provider().read(body, signed(body), 0)
