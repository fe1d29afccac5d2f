"""/api/v1/webhooks/{provider}: what payment providers tell, and /api/v1/payments/{id} for the payer."""

from __future__ import annotations

import structlog
from aiohttp import web

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PaymentId
from livecart.rest.body import answer, read_limited
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.payments import Payments

_log = structlog.get_logger(__name__)


class PaymentRoutes:
    """`free_topups`: a wallet is filled without paying, as in the demo."""

    def __init__(self, identity: Identity, payments: Payments, *, free_topups: bool) -> None:
        self._identity = identity
        self._payments = payments
        self._free_topups = free_topups

    def routes(self) -> list[Route]:
        return [
            Route(
                "POST",
                f"{API}/webhooks/{{provider}}",
                self.receive,
                "A provider's news of a payment, signed",
                answers=(200, "received"),
                public=True,
            ),
            Route(
                "GET",
                f"{API}/payment-methods",
                self.methods,
                "Ways to pay, and to fill a wallet",
                answers=(200, "methods"),
                public=True,
            ),
            Route("GET", f"{API}/payments/{{payment}}", self.get, "A payment of one's own", answers=(200, "payment")),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        """The signature covers the body's bytes, so they are taken before anybody parses them."""
        provider = request.match_info["provider"]
        body = await read_limited(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            payment = await self._payments.receive(provider, body, headers)
        except ConflictError as error:
            # Signed, and yet it does not fit our books: somebody has to look.
            _log.error("webhook refused", provider=provider, code=error.code, fault=error.message)
            raise
        told = None if payment is None else {"payment": payment.id, "state": payment.state.value}
        return answer("received", told)

    async def methods(self, _request: web.Request) -> web.Response:
        return answer(
            "methods", self._payments.methods, topups=self._payments.topup_methods, free_topups=self._free_topups
        )

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("payment", await self._payments.get(person, PaymentId(request.match_info["payment"])))
