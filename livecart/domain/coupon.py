"""A coupon: so much off an order, for whom, how often and when.

A percentage is taken of all goods that the coupon is for, together, and rounded down to a whole minor unit; the
discount is then split over their lines by largest remainder. No line falls below its floor price.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import CouponCode, PersonId
from livecart.domain.money import MAX_MINOR

USES_MAX = 10**9
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9_-]{1,30})[A-Z0-9]")


class CouponKind(StrEnum):
    FIXED = "fixed"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """`value` counts minor units or percent. Without `seller` it is for all goods of the shop.

    `minimum_minor` is what those goods must cost before the discount.
    """

    seller: PersonId | None
    kind: CouponKind
    value: int
    currency: str
    minimum_minor: int = 0
    per_person: int = 1
    total: int | None = None
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """`used` counts orders that are neither cancelled nor expired, paid or not."""

    code: CouponCode
    owner: PersonId
    terms: CouponTerms
    created_at_ms: int
    disabled_at_ms: int | None = None
    used: int = 0

    @property
    def key(self) -> CouponCode:
        return self.code

    def require_usable(self, now_ms: int) -> None:
        """Raises ConflictError `coupon_disabled`, `coupon_not_started` or `coupon_ended`."""
        terms = self.terms
        if self.disabled_at_ms is not None:
            raise ConflictError("the coupon is not valid any more", code="coupon_disabled")
        if terms.starts_at_ms is not None and now_ms < terms.starts_at_ms:
            raise ConflictError("the coupon is not valid yet", code="coupon_not_started")
        if terms.ends_at_ms is not None and now_ms >= terms.ends_at_ms:
            raise ConflictError("the coupon has run out", code="coupon_ended")

    def discount_minor(self, goods_minor: int) -> int:
        """What is off goods of that price; raises ConflictError `coupon_minimum`."""
        if goods_minor < self.terms.minimum_minor:
            raise ConflictError(f"the coupon needs goods for {self.terms.minimum_minor}", code="coupon_minimum")
        if self.terms.kind is CouponKind.FIXED:
            return min(self.terms.value, goods_minor)
        return goods_minor * self.terms.value // 100

    def take(self) -> Coupon:
        """Raises ConflictError `coupon_used_up`."""
        if self.terms.total is not None and self.used >= self.terms.total:
            raise ConflictError("the coupon was used as often as it may be", code="coupon_used_up")
        return replace(self, used=self.used + 1)

    def give_back(self) -> Coupon:
        if self.used < 1:
            raise ValueError(f"a use of coupon {self.code} comes back that nobody made")
        return replace(self, used=self.used - 1)


@dataclass(frozen=True, slots=True)
class CouponTally:
    """How often one person used a coupon. Whoever changes it has locked the coupon."""

    code: CouponCode
    buyer: PersonId
    uses: int = 0

    @property
    def key(self) -> tuple[CouponCode, PersonId]:
        return (self.code, self.buyer)

    def take(self, limit: int) -> CouponTally:
        """Raises ConflictError `coupon_per_person`."""
        if self.uses >= limit:
            raise ConflictError(f"the coupon is for {limit} orders of a person", code="coupon_per_person")
        return replace(self, uses=self.uses + 1)

    def give_back(self) -> CouponTally:
        if self.uses < 1:
            raise ValueError(f"{self.buyer} gives back a use of coupon {self.code} that he never made")
        return replace(self, uses=self.uses - 1)


def check_code(code: str) -> CouponCode:
    """The code as it is kept, in capitals; raises InvalidError unless it has 3 to 32 letters, digits, '-' and '_'."""
    kept = code.strip().upper()
    if not _CODE.fullmatch(kept):
        raise InvalidError("the code is not valid", fields={"code": "3 to 32 of A-Z, 0-9, '-' and '_'"})
    return CouponCode(kept)


def check_terms(terms: CouponTerms) -> CouponTerms:
    """Raises InvalidError naming the field at fault."""
    most = 100 if terms.kind is CouponKind.PERCENT else MAX_MINOR
    _between("value", terms.value, 1, most)
    _between("minimum_minor", terms.minimum_minor, 0, MAX_MINOR)
    _between("per_person", terms.per_person, 1, USES_MAX)
    if terms.total is not None:
        _between("total", terms.total, 1, USES_MAX)
    begin, end = terms.starts_at_ms, terms.ends_at_ms
    if begin is not None and end is not None and end <= begin:
        raise InvalidError("the coupon ends before it begins", fields={"ends_at": "later than starts_at"})
    return terms


def _between(field: str, value: int, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise InvalidError("the coupon is not valid", fields={field: f"{least} to {most}"})
