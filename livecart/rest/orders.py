"""/api/v1/orders… and /api/v1/wallet…: everything here that moves money or stock needs an Idempotency-Key."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import OrderId, ShowId, VariantId
from livecart.rest.body import answer, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.orders import Orders
from livecart.services.wallets import Wallets

KEY_HEADER = "Idempotency-Key"


class OrderBody(msgspec.Struct, frozen=True):
    variant: str
    quantity: int
    show: str | None = None
    # None: the product's own.
    currency: str | None = None


class PayBody(msgspec.Struct, frozen=True):
    method: str


class TopUpBody(msgspec.Struct, frozen=True):
    amount_minor: int
    currency: str | None = None


class OrderRoutes:
    def __init__(self, identity: Identity, orders: Orders) -> None:
        self._identity = identity
        self._orders = orders

    def routes(self) -> list[Route]:
        one = f"{API}/orders/{{order}}"
        order = (200, "order")
        return [
            Route(
                "POST",
                f"{API}/orders",
                self.place,
                "Order: the goods are kept until the deadline",
                body=OrderBody,
                answers=(201, "order"),
                needs_key=True,
            ),
            Route(
                "GET",
                f"{API}/orders",
                self.mine,
                "Own orders, newest first",
                answers=(200, "orders"),
                query=("cursor", "limit"),
            ),
            Route("GET", one, self.get, "One order of one's own", answers=order),
            Route("POST", f"{one}/pay", self.pay, "Pay", body=PayBody, answers=order, needs_key=True),
            Route("POST", f"{one}/cancel", self.cancel, "Give the goods back", answers=order, needs_key=True),
        ]

    async def place(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, OrderBody)
        order = await self._orders.place(
            person,
            _key_of(request),
            show=None if body.show is None else ShowId(body.show),
            variant=VariantId(body.variant),
            quantity=body.quantity,
            currency=body.currency,
        )
        return answer("order", order, status=201)

    async def mine(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._orders.mine(person, page_of(request))
        return answer("orders", found, next=following)

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("order", await self._orders.get(person, _order_of(request)))

    async def pay(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, PayBody)
        return answer("order", await self._orders.pay(person, _key_of(request), _order_of(request), body.method))

    async def cancel(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("order", await self._orders.cancel(person, _key_of(request), _order_of(request)))


class WalletRoutes:
    def __init__(self, identity: Identity, wallets: Wallets) -> None:
        self._identity = identity
        self._wallets = wallets

    def routes(self) -> list[Route]:
        return [
            Route("GET", f"{API}/wallet", self.get, "Own balances", answers=(200, "wallet")),
            Route(
                "POST",
                f"{API}/wallet/topups",
                self.top_up,
                "Fill the demo wallet (no card is charged)",
                body=TopUpBody,
                answers=(201, "wallet"),
                needs_key=True,
            ),
        ]

    async def get(self, request: web.Request) -> web.Response:
        return answer("wallet", await self._wallets.get(await self._identity.person(request)))

    async def top_up(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, TopUpBody)
        wallet = await self._wallets.top_up(
            person, _key_of(request), amount_minor=body.amount_minor, currency=body.currency
        )
        return answer("wallet", wallet, status=201)


def _key_of(request: web.Request) -> str | None:
    return request.headers.get(KEY_HEADER)


def _order_of(request: web.Request) -> OrderId:
    return OrderId(request.match_info["order"])
