"""What a viewer means to buy, across shows; ordering all of it is in checking_out.py."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.ids import OfferId, PersonId, ShowId, VariantId
from livecart.domain.money import Money

LINES_MAX = 100


@dataclass(frozen=True, slots=True)
class CartLine:
    """`seen` is the most that one unit may cost: what the person agreed to, in the currency that was chosen.

    `offer` is the one that `seen` is the price of; None: it is the shop's.
    """

    variant: VariantId
    show: ShowId | None
    quantity: int
    seen: Money
    added_at_ms: int
    offer: OfferId | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """Each variant is on one line at most; the oldest comes first."""

    owner: PersonId
    lines: tuple[CartLine, ...] = ()

    @property
    def key(self) -> PersonId:
        return self.owner
