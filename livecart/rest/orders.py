"""/api/v1/orders… and /api/v1/wallet…: everything here that moves money or stock needs an Idempotency-Key."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import OrderId
from livecart.domain.payment import WALLET
from livecart.rest.body import answer, key_of, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.guesses import CouponGuesses
from livecart.services.orders import Orders
from livecart.services.payments import Payments
from livecart.services.wallets import Wallets
from livecart.services.wishes import Wish, WishedLine, single_or_lines


class OrderLineBody(msgspec.Struct, frozen=True):
    """Either a variant or an offer."""

    quantity: int
    variant: str | None = None
    offer: str | None = None


class OrderBody(msgspec.Struct, frozen=True):
    """One line in the body itself, or several as `lines`."""

    show: str | None = None
    # Of the variants; None: each product's own. An offer has its own.
    currency: str | None = None
    variant: str | None = None
    offer: str | None = None
    quantity: int | None = None
    lines: list[OrderLineBody] | None = None
    coupon: str | None = None

    def wish(self) -> Wish:
        """Raises InvalidError."""
        named = self.variant is not None or self.offer is not None or self.quantity is not None
        if named and self.quantity is None:
            raise InvalidError("the quantity is missing", fields={"quantity": "required"})
        single = WishedLine(self.quantity, self.variant, self.offer) if self.quantity is not None else None
        lines = self.lines
        many = None if lines is None else tuple(WishedLine(line.quantity, line.variant, line.offer) for line in lines)
        return Wish(single_or_lines(single, many), self.show, self.coupon, self.currency)


class PayBody(msgspec.Struct, frozen=True):
    method: str


class TopUpBody(msgspec.Struct, frozen=True):
    """Without `method` it is the only one of the shop; in the demo nobody is charged then."""

    amount_minor: int
    currency: str | None = None
    method: str | None = None


class OrderRoutes:
    def __init__(self, identity: Identity, orders: Orders, payments: Payments, guesses: CouponGuesses) -> None:
        self._identity = identity
        self._guesses = guesses
        self._orders = orders
        self._payments = payments

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
        person = await self._identity.person(request, within="orders")
        body = await read_json(request, OrderBody)
        async with self._guesses.watched(person, body.coupon, address=self._identity.address(request)):
            order = await self._orders.place(person, key_of(request), body.wish())
        return answer("order", order, status=201)

    async def mine(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._orders.mine(person, page_of(request))
        return answer("orders", found, next=following, now_ms=self._payments.now_ms())

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("order", await self._orders.get(person, _order_of(request)))

    async def pay(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="money")
        body = await read_json(request, PayBody)
        key, order = key_of(request), _order_of(request)
        self._payments.require_method(body.method)
        pay = self._orders.pay if body.method == WALLET else self._payments.pay
        return answer("order", await pay(person, key, order, body.method))

    async def cancel(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="money")
        return answer("order", await self._orders.cancel(person, key_of(request), _order_of(request)))


class WalletRoutes:
    def __init__(self, identity: Identity, wallets: Wallets, payments: Payments) -> None:
        self._identity = identity
        self._wallets = wallets
        self._payments = payments

    def routes(self) -> list[Route]:
        return [
            Route("GET", f"{API}/wallet", self.get, "Own balances", answers=(200, "wallet")),
            Route(
                "POST",
                f"{API}/wallet/topups",
                self.top_up,
                "Fill the wallet: by paying, or in the demo for nothing",
                body=TopUpBody,
                answers=(201, "wallet"),
                needs_key=True,
            ),
        ]

    async def get(self, request: web.Request) -> web.Response:
        return answer("wallet", await self._wallets.get(await self._identity.person(request)))

    async def top_up(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="money")
        body = await read_json(request, TopUpBody)
        method = self._only_method() if body.method is None else body.method
        if method is not None:
            wallet, payment = await self._payments.top_up(
                person, key_of(request), method=method, amount_minor=body.amount_minor, currency=body.currency
            )
            return answer("wallet", wallet, status=201, payment=payment)
        wallet = await self._wallets.top_up(
            person, key_of(request), amount_minor=body.amount_minor, currency=body.currency
        )
        return answer("wallet", wallet, status=201)

    def _only_method(self) -> str | None:
        """How a top-up is paid that names no way; None: not at all, if that is free here."""
        if self._wallets.free:
            return None
        known = self._payments.topup_methods
        if len(known) > 1:
            raise InvalidError("say how it is paid", fields={"method": ", ".join(known)})
        return known[0] if known else None


def _order_of(request: web.Request) -> OrderId:
    return OrderId(request.match_info["order"])
