"""Coupons: a seller makes them for his goods, an admin for the whole shop; whoever made one may take it back."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from livecart.domain.coupon import CouponTerms, check_code, check_terms
from livecart.domain.couponing import DisableCoupon, MakeCoupon
from livecart.domain.idempotency import request_key
from livecart.domain.people import Permission, Person
from livecart.services.ports import Committer
from livecart.services.store import Page, Store
from livecart.services.views_offers import coupon_view


class Coupons:
    def __init__(self, store: Store, committer: Committer) -> None:
        self._store = store
        self._committer = committer

    async def make(self, person: Person, key: str | None, code: str, terms: CouponTerms) -> dict[str, Any]:
        """Raises ConflictError `code_taken`. With a key the same request again is the same coupon."""
        person.require(Permission.SELL if terms.seller == person.id else Permission.RUN_SHOP)
        kept = check_code(code)
        body = {"code": kept, **asdict(terms)}
        request = None if key is None else request_key(person.id, "coupon.make", key, body)
        command = MakeCoupon(request=request, code=kept, owner=person.id, terms=check_terms(terms))
        return coupon_view(await self._committer.submit(command))

    async def disable(self, person: Person, code: str) -> dict[str, Any]:
        """Another's coupon is not there. Disabling it twice is no error."""
        person.require(Permission.SELL)
        command = DisableCoupon(request=None, code=check_code(code), owner=person.id)
        return coupon_view(await self._committer.submit(command))

    async def mine(self, person: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """The person's own coupons, from the last code to the first, with the next cursor."""
        person.require(Permission.SELL)
        after = None if page.after is None else _code_of(page.after)
        async with self._store.read() as tx:
            found = await tx.coupons.of(person.id, replace(page, after=after, limit=page.limit + 1))
        shown = found[: page.limit]
        following = shown[-1].code.encode().hex() if len(found) > len(shown) else None
        return [coupon_view(coupon) for coupon in shown], following


def _code_of(cursor: str) -> str | None:
    """A cursor is the code in hexadecimal, since codes have signs that cursors may not; nonsense begins anew."""
    try:
        return bytes.fromhex(cursor).decode("ascii")
    except ValueError:
        return None
