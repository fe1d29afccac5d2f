"""/api/v1/orders/{id}/refund and /fulfil: what a seller does with an order that was paid."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.ids import OrderId
from livecart.rest.body import answer, key_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.refunds import Refunds


class RefundBody(msgspec.Struct, frozen=True):
    """Without `amount_minor` all that is left of the payment; `return_goods` puts the goods back into the stock."""

    reason: str
    amount_minor: int | None = None
    return_goods: bool = False


class SellerOrderRoutes:
    def __init__(self, identity: Identity, refunds: Refunds) -> None:
        self._identity = identity
        self._refunds = refunds

    def routes(self) -> list[Route]:
        one = f"{API}/orders/{{order}}"
        order = (200, "order")
        return [
            Route(
                "POST",
                f"{one}/refund",
                self.refund,
                "Give money back (the seller, or the shop)",
                body=RefundBody,
                answers=order,
                needs_key=True,
            ),
            Route(
                "POST",
                f"{one}/fulfil",
                self.fulfil,
                "The goods are on their way (the seller, or the shop)",
                answers=order,
                needs_key=True,
            ),
        ]

    async def refund(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="money")
        body = await read_json(request, RefundBody)
        order = await self._refunds.refund(
            person,
            key_of(request),
            OrderId(request.match_info["order"]),
            amount_minor=body.amount_minor,
            reason=body.reason,
            return_goods=body.return_goods,
        )
        return answer("order", order)

    async def fulfil(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        key, order = key_of(request), OrderId(request.match_info["order"])
        return answer("order", await self._refunds.fulfil(person, key, order))
