"""Money: integer minor units of an ISO 4217 currency. No floats, no conversion; formatting is the front end's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from livecart.domain.errors import InvalidError

# msgpack and JavaScript must carry it exactly; 10^12 minor units is far above any wallet.
MAX_MINOR = 10**12
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of `currency`; may be negative in ledger entries."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if abs(self.amount_minor) > MAX_MINOR:
            raise InvalidError("the amount is too large", code="amount_too_large")
        check_currency(self.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def times(self, quantity: int) -> Money:
        return Money(self.amount_minor * quantity, self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InvalidError(f"{self.currency} and {other.currency} cannot be mixed", code="currency_mismatch")


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Splits `total` in proportion to `weights` by the largest remainder; of equal remainders the first wins.

    While `total` is at most the sum of the weights, no part is larger than its weight.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"nothing to split {total} by")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(total * weights[n] % whole))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts


def check_currency(currency: str) -> str:
    """Returns `currency` if it has the form of an ISO 4217 code; raises InvalidError otherwise."""
    if not _CURRENCY.fullmatch(currency):
        raise InvalidError(
            "a currency is three capital letters, such as CNY", fields={"currency": "not an ISO 4217 code"}
        )
    return currency
