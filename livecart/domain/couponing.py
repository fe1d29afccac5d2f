"""The commands that make a coupon and take it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.coupon import Coupon, CouponTerms
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import CouponCode, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCoupon(Command[Coupon]):
    code: CouponCode
    owner: PersonId
    terms: CouponTerms

    @property
    def answer_type(self) -> type[Coupon]:
        return Coupon

    def needs(self) -> Iterable[Need]:
        yield Coupon, self.code

    def decide(self, books: Books, now_ms: int) -> Change[Coupon]:
        """Raises ConflictError `code_taken`: a code names one coupon of the whole shop."""
        if books.find(Coupon, self.code) is not None:
            raise ConflictError("this code is taken", code="code_taken")
        coupon = Coupon(self.code, self.owner, self.terms, now_ms)
        return Change(coupon, rows=(coupon,))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableCoupon(Command[Coupon]):
    """No new order may use it; those that did keep it. Disabling it twice is no error."""

    code: CouponCode
    owner: PersonId

    @property
    def answer_type(self) -> type[Coupon]:
        return Coupon

    def needs(self) -> Iterable[Need]:
        yield Coupon, self.code

    def decide(self, books: Books, now_ms: int) -> Change[Coupon]:
        coupon = books.find(Coupon, self.code)
        if coupon is None or coupon.owner != self.owner:
            raise NotFoundError("no such coupon")
        if coupon.disabled_at_ms is not None:
            return Change(coupon)
        disabled = replace(coupon, disabled_at_ms=now_ms)
        return Change(disabled, rows=(disabled,))
