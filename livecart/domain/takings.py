"""What is left of an order's payment with those who got shares of it, and how a refund takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from livecart.domain.ids import AccountId, OrderId
from livecart.domain.ledger import Account
from livecart.domain.money import apportion


@dataclass(frozen=True, slots=True)
class Takings:
    """By account: what the order's payment brought it, less what its refunds took. Recomputed from the entries."""

    order: OrderId
    parts: tuple[tuple[Account, int], ...]

    @classmethod
    def of(cls, order: OrderId, shares: Iterable[tuple[Account, int]]) -> Takings:
        """Several shares of one account are one part."""
        sums: dict[AccountId, tuple[Account, int]] = {}
        for account, amount in shares:
            sums[account.id] = (account, sums.get(account.id, (account, 0))[1] + amount)
        return cls(order, tuple(sums[account] for account in sorted(sums)))

    @property
    def key(self) -> OrderId:
        return self.order

    def take(self, amount_minor: int) -> tuple[Takings, Sequence[tuple[Account, int]]]:
        """What remains, and what each gives, in proportion to what each has."""
        given = apportion(amount_minor, [part for _, part in self.parts])
        rest = tuple((account, part - less) for (account, part), less in zip(self.parts, given, strict=True))
        taken = [(account, less) for (account, _), less in zip(self.parts, given, strict=True) if less]
        return replace(self, parts=rest), taken
