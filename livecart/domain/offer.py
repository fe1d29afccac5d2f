"""An offer: goods of a show at a price of their own, so many units, so many per buyer, for a time.

With an end it is a flash sale, without one a live-only price that closes with its show; with several variants a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError
from livecart.domain.ids import OfferId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.stock import MovementKind

UNITS_MAX = 10**6
BUNDLE_MAX = 10


class OfferMode(StrEnum):
    """What happens at the order: the goods are held for a short time, or nothing is and whoever pays first has them."""

    RESERVE = "reserve"
    FIRST_TO_PAY = "first_to_pay"


class OfferState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """What one unit of the offer contains; `list_minor` is the variant's own price when the offer was made."""

    variant: VariantId
    product: ProductId
    quantity: int
    list_minor: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything but `closed_at_ms` and the counts stays as it was made. The variants' stock is a limit besides."""

    id: OfferId
    show: ShowId
    title: str
    lines: tuple[OfferLine, ...]
    price: Money
    quantity: int
    per_buyer: int
    mode: OfferMode
    starts_at_ms: int
    ends_at_ms: int | None
    closed_at_ms: int | None = None
    reserved: int = 0
    sold: int = 0
    version: int = 1
    # Held for those whom its waitlist invited.
    invited: int = 0

    @property
    def key(self) -> OfferId:
        return self.id

    @property
    def available(self) -> int:
        return self.quantity - self.reserved - self.sold - self.invited

    @property
    def is_bundle(self) -> bool:
        return len(self.lines) > 1 or self.lines[0].quantity > 1

    @property
    def list_minor(self) -> int:
        """What one unit would cost without the offer."""
        return sum(line.quantity * line.list_minor for line in self.lines)

    def state(self, now_ms: int) -> OfferState:
        """Follows from the row and the clock; that the show has ended closes it too, which its show says."""
        if self.closed_at_ms is not None or (self.ends_at_ms is not None and now_ms >= self.ends_at_ms):
            return OfferState.CLOSED
        if now_ms < self.starts_at_ms:
            return OfferState.SCHEDULED
        return OfferState.OPEN if self.available > 0 else OfferState.SOLD_OUT

    def require_open(self, now_ms: int) -> None:
        """Raises ConflictError `offer_closed` or `offer_not_open`. Sold out is for `move` to say."""
        match self.state(now_ms):
            case OfferState.CLOSED:
                raise ConflictError("the offer is closed", code="offer_closed")
            case OfferState.SCHEDULED:
                raise ConflictError("the offer has not begun", code="offer_not_open")

    def close(self, now_ms: int) -> Offer:
        return replace(self, closed_at_ms=now_ms, version=self.version + 1)

    def hold(self, units: int) -> Offer:
        """The offer with so many units more, or fewer, held for invitations."""
        held = replace(self, invited=self.invited + units, version=self.version + 1)
        if held.invited < 0 or held.available < 0:
            raise ValueError(f"{units} units to hold of offer {self.id}, of which {self.available} are free")
        return held

    def move(self, kind: MovementKind, units: int) -> Offer:
        """The offer after units of it were reserved, released or sold.

        Raises ConflictError `sold_out`. What comes back after it was paid is not offered again.
        """
        match kind:
            case MovementKind.RESERVED:
                if units > self.available:
                    raise ConflictError(f"only {self.available} are left of the offer", code="sold_out")
                moved = replace(self, reserved=self.reserved + units)
            case MovementKind.RELEASED:
                moved = replace(self, reserved=self.reserved - units)
            case MovementKind.SOLD:
                moved = replace(self, reserved=self.reserved - units, sold=self.sold + units)
            case _:
                raise ValueError(f"an offer has no {kind}")
        if moved.reserved < 0:
            raise ValueError(f"{kind} of {units} units that nobody holds of offer {self.id}")
        return replace(moved, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class OfferTally:
    """How many units of an offer one buyer holds or has bought. Whoever changes it has locked the offer."""

    offer: OfferId
    buyer: PersonId
    units: int = 0

    @property
    def key(self) -> tuple[OfferId, PersonId]:
        return (self.offer, self.buyer)

    def add(self, units: int, limit: int) -> OfferTally:
        """Raises ConflictError `per_buyer_limit`."""
        if self.units + units > limit:
            raise ConflictError(f"at most {limit} for each buyer", code="per_buyer_limit")
        return replace(self, units=self.units + units)

    def give_back(self, units: int) -> OfferTally:
        if units > self.units:
            raise ValueError(f"{units} units come back of offer {self.offer}, of which {self.buyer} has {self.units}")
        return replace(self, units=self.units - units)
