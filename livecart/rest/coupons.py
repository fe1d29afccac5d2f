"""/api/v1/coupons…"""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from livecart.domain.coupon import CouponKind, CouponTerms
from livecart.domain.money import check_currency
from livecart.rest.body import answer, key_of, page_of, read_json, unix_ms
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.coupons import Coupons


class CouponBody(msgspec.Struct, frozen=True):
    """`value` counts minor units of a fixed coupon, percent of the other."""

    code: str
    kind: CouponKind
    value: int
    # Empty: the shop's currency.
    currency: str = ""
    minimum_minor: int = 0
    per_person: int = 1
    total: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    # For the goods of every seller; for admins.
    whole_shop: bool = False


class CouponRoutes:
    def __init__(self, identity: Identity, coupons: Coupons, *, currency: str) -> None:
        self._identity = identity
        self._coupons = coupons
        self._currency = currency

    def routes(self) -> list[Route]:
        every = f"{API}/coupons"
        return [
            Route("POST", every, self.make, "Make a coupon", body=CouponBody, answers=(201, "coupon")),
            Route("GET", every, self.mine, "Own coupons", answers=(200, "coupons"), query=("cursor", "limit")),
            Route("POST", f"{every}/{{code}}/disable", self.disable, "Take a coupon back", answers=(200, "coupon")),
        ]

    async def make(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, CouponBody)
        terms = CouponTerms(
            seller=None if body.whole_shop else person.id,
            kind=body.kind,
            value=body.value,
            currency=check_currency(body.currency or self._currency),
            minimum_minor=body.minimum_minor,
            per_person=body.per_person,
            total=body.total,
            starts_at_ms=unix_ms(body.starts_at, "starts_at"),
            ends_at_ms=unix_ms(body.ends_at, "ends_at"),
        )
        return answer("coupon", await self._coupons.make(person, key_of(request), body.code, terms), status=201)

    async def mine(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._coupons.mine(person, page_of(request))
        return answer("coupons", found, next=following)

    async def disable(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("coupon", await self._coupons.disable(person, request.match_info["code"]))
