"""Codes of coupons that nobody gave to who tries them: failures are counted, by person and by address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from livecart.domain.errors import NotFoundError
from livecart.domain.people import Person
from livecart.services.ports import Limits


class CouponGuesses:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def watched(self, person: Person, coupon: str | None, *, address: str) -> AbstractAsyncContextManager[None]:
        """Around an order: refuses it before it is tried when too many codes were unknown, and counts one that is.

        Raises LimitedError. Nearly all orders have no coupon, and are not to pay for this.
        """
        return nullcontext() if coupon is None else self._watched(person, address)

    @asynccontextmanager
    async def _watched(self, person: Person, address: str) -> AsyncIterator[None]:
        tried = (("coupon_person", person.id), ("coupon_address", address))
        for name, key in tried:
            await self._limits.check(name, key, address=address)
        try:
            yield
        except NotFoundError as error:
            if error.code == "coupon_unknown":
                for name, key in tried:
                    await self._limits.count(name, key, address=address)
            raise
