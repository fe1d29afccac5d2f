"""/api/v1/cart…: what a viewer means to buy."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId, VariantId
from livecart.domain.money import Money
from livecart.rest.body import answer, key_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.carts import Carts, CartWish
from livecart.services.guesses import CouponGuesses


class CartLineBody(msgspec.Struct, frozen=True):
    variant: str
    # 0 takes the line out.
    quantity: int
    show: str | None = None
    # None: the product's own.
    currency: str | None = None


class TotalBody(msgspec.Struct, frozen=True):
    amount_minor: int
    currency: str


class CheckOutBody(msgspec.Struct, frozen=True):
    coupon: str | None = None
    # What the whole was shown to cost, one sum a currency: it is ordered for that or less. None: each line for what it
    # was put in at.
    totals: list[TotalBody] | None = None


class CartRoutes:
    def __init__(self, identity: Identity, carts: Carts, guesses: CouponGuesses) -> None:
        self._identity = identity
        self._carts = carts
        self._guesses = guesses

    def routes(self) -> list[Route]:
        path, cart = f"{API}/cart", (200, "cart")
        return [
            Route("GET", path, self.get, "Own cart at the prices of now", answers=cart, query=("coupon",)),
            Route("PUT", f"{path}/lines", self.put, "Set how many units of a variant are wanted", CartLineBody, cart),
            Route("DELETE", path, self.clear, "Empty the cart", answers=(204, "")),
            Route(
                "POST",
                f"{path}/checkout",
                self.check_out,
                "Order all of the cart, or nothing; the body is optional",
                body=CheckOutBody,
                answers=(201, "orders"),
                needs_key=True,
            ),
        ]

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        coupon = request.query.get("coupon") or None
        async with self._guesses.watched(person, coupon, address=self._identity.address(request)):
            return answer("cart", await self._carts.get(person, coupon), now_ms=self._carts.now_ms())

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, CartLineBody)
        show = None if body.show is None else ShowId(body.show)
        wish = CartWish(VariantId(body.variant), body.quantity, show, body.currency)
        return answer("cart", await self._carts.put(person, wish), now_ms=self._carts.now_ms())

    async def clear(self, request: web.Request) -> web.Response:
        await self._carts.clear(await self._identity.person(request))
        return web.Response(status=204)

    async def check_out(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="orders")
        body = await read_json(request, CheckOutBody) if request.can_read_body else CheckOutBody()
        most = None if body.totals is None else tuple(map(_total, body.totals))
        async with self._guesses.watched(person, body.coupon, address=self._identity.address(request)):
            return answer("orders", await self._carts.check_out(person, key_of(request), body.coupon, most), status=201)


def _total(body: TotalBody) -> Money:
    if body.amount_minor < 0:
        raise InvalidError("the cart is not valid", fields={"totals": "not below 0"})
    return Money(body.amount_minor, body.currency)
