"""/api/v1/shows/{show}/offers…, /api/v1/offers… and how a show sells."""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from livecart.domain.ids import OfferId, ShowId
from livecart.domain.offer import OfferMode
from livecart.rest.body import answer, key_of, page_of, read_json, unix_ms
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.offers import Offers, OfferWish


class OfferLineBody(msgspec.Struct, frozen=True):
    variant: str
    quantity: int = 1


class OfferBody(msgspec.Struct, frozen=True):
    """Either `variant`, or the `lines` of a bundle."""

    price_minor: int
    quantity: int
    variant: str | None = None
    lines: list[OfferLineBody] = []
    per_buyer: int | None = None
    mode: OfferMode | None = None
    title: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    # The host means it: the price is far below the usual one.
    confirm: bool = False

    def wish(self) -> OfferWish:
        return OfferWish(
            price_minor=self.price_minor,
            quantity=self.quantity,
            variant=self.variant,
            lines=tuple((line.variant, line.quantity) for line in self.lines),
            per_buyer=self.per_buyer,
            mode=self.mode,
            title=self.title,
            starts_at_ms=unix_ms(self.starts_at, "starts_at"),
            ends_at_ms=unix_ms(self.ends_at, "ends_at"),
            confirm=self.confirm,
        )


class SaleBody(msgspec.Struct, frozen=True):
    mode: OfferMode


class OfferRoutes:
    def __init__(self, identity: Identity, offers: Offers) -> None:
        self._identity = identity
        self._offers = offers

    def routes(self) -> list[Route]:
        of_show = f"{API}/shows/{{show}}/offers"
        return [
            Route(
                "POST",
                of_show,
                self.open,
                "Offer goods of the bag at a price, or several as a bundle",
                body=OfferBody,
                answers=(201, "offer"),
            ),
            Route(
                "GET",
                of_show,
                self.of_show,
                "Offers of a show, newest first",
                answers=(200, "offers"),
                query=("cursor", "limit"),
                public=True,
            ),
            Route("POST", f"{API}/offers/{{offer}}/close", self.close, "End an offer", answers=(200, "offer")),
            Route(
                "PATCH",
                f"{API}/shows/{{show}}/sale",
                self.set_mode,
                "What offers do that name no mode: hold goods at the order, or the first to pay has them",
                body=SaleBody,
                answers=(200, "sale"),
            ),
        ]

    async def open(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, OfferBody)
        offer = await self._offers.open(person, key_of(request), _show_of(request), body.wish())
        return answer("offer", offer, status=201)

    async def of_show(self, request: web.Request) -> web.Response:
        found, following = await self._offers.of_show(_show_of(request), page_of(request))
        return answer("offers", found, next=following, now_ms=self._offers.now_ms())

    async def close(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        offer = OfferId(request.match_info["offer"])
        return answer("offer", await self._offers.close(person, key_of(request), offer))

    async def set_mode(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, SaleBody)
        return answer("sale", await self._offers.set_mode(person, _show_of(request), body.mode))


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
