"""The operations of selling: order goods, open and close an offer. The same use cases as HTTP's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.errors import InvalidError
from livecart.domain.ids import OfferId, ShowId
from livecart.domain.people import Person
from livecart.services.offers import OfferWish
from livecart.services.wishes import Wish, WishedLine, single_or_lines
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases
from signaling.sale_requests import OfferClose, OfferOpen, OrderPlace

Answer = dict[str, Any]


class SellingOps:
    def __init__(self, use_cases: UseCases, orderer: Asked, host: Callable[[Member], tuple[Person, ShowId]]) -> None:
        self._use_cases = use_cases
        self._orderer = orderer
        self._host = host

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {OrderPlace: self._place, OfferOpen: self._open, OfferClose: self._close}

    async def _place(self, member: Member, d: OrderPlace) -> Answer:
        person, show = await self._orderer(member)
        if d.quantity is None and (d.variant is not None or d.offer is not None):
            raise InvalidError("the quantity is missing", fields={"quantity": "required"})
        single = WishedLine(d.quantity, d.variant, d.offer) if d.quantity is not None else None
        many = (
            None if d.lines is None else tuple(WishedLine(each.quantity, each.variant, each.offer) for each in d.lines)
        )
        wish = Wish(single_or_lines(single, many), show, d.coupon)
        async with self._use_cases.coupon_guesses.watched(person, d.coupon, address=member.address):
            return {"order": await self._use_cases.place_order(person, d.key, wish)}

    async def _open(self, member: Member, d: OfferOpen) -> Answer:
        person, show = self._host(member)
        wish = OfferWish(
            price_minor=d.price_minor,
            quantity=d.quantity,
            variant=d.variant,
            lines=tuple((part.variant, part.quantity) for part in d.lines),
            per_buyer=d.per_buyer,
            mode=d.mode,
            title=d.title,
            starts_at_ms=d.starts_at_ms,
            ends_at_ms=d.ends_at_ms,
            confirm=d.confirm,
        )
        return {"offer": await self._use_cases.offers.open(person, d.key, show, wish)}

    async def _close(self, member: Member, d: OfferClose) -> Answer:
        person, _ = self._host(member)
        return {"offer": await self._use_cases.offers.close(person, d.key, OfferId(d.offer))}
