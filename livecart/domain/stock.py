"""How many units of one variant are on hand, reserved and sold, and the movements that say why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money


class MovementKind(StrEnum):
    RECEIVED = "received"
    RESERVED = "reserved"
    RELEASED = "released"
    SOLD = "sold"
    RETURNED = "returned"
    REMOVED = "removed"


# What each unit of a movement adds to the stock, to what is reserved and to what is sold.
_AFTER = {
    MovementKind.RECEIVED: (1, 0, 0),
    MovementKind.RESERVED: (0, 1, 0),
    MovementKind.REMOVED: (-1, 0, 0),
    MovementKind.RELEASED: (0, -1, 0),
    MovementKind.SOLD: (0, -1, 1),
    MovementKind.RETURNED: (0, 0, -1),
}


@dataclass(frozen=True, slots=True)
class Movement:
    """`quantity` is always positive; `cause` is the order, or what the seller said of a `received` or `removed`."""

    variant: VariantId
    kind: MovementKind
    quantity: int
    cause: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class StockItem:
    """One variant as a buyer meets it: what it is, whose, what it costs, and how many are left.

    `shows` are the open shows that have its product in their bags. No offer may sell it below `floor_minor`.
    """

    variant: VariantId
    product: ProductId
    seller: PersonId
    title: str
    variant_title: str
    price: Money
    stock: int
    reserved: int
    sold: int
    version: int
    shows: frozenset[ShowId] = frozenset()
    floor_minor: int | None = None
    on_sale: bool = True
    # Held for those whom a waitlist invited.
    invited: int = 0

    @property
    def key(self) -> VariantId:
        return self.variant

    @property
    def available(self) -> int:
        return self.stock - self.reserved - self.sold - self.invited

    def hold(self, units: int) -> StockItem:
        """The item with so many units more, or fewer, held for invitations."""
        held = replace(self, invited=self.invited + units, version=self.version + 1)
        if held.invited < 0 or held.available < 0:
            raise ValueError(f"{units} units to hold of variant {self.variant}, of which {self.available} are free")
        return held

    def require_on_sale(self) -> None:
        if not self.on_sale:
            raise ConflictError("the product is not on sale", code="not_on_sale")

    def move(self, kind: MovementKind, quantity: int) -> StockItem:
        """The item after the movement; raises ConflictError `sold_out` when too few are left to go."""
        if quantity < 1:
            raise ValueError(f"a movement of {quantity} units")
        if kind in (MovementKind.RESERVED, MovementKind.REMOVED) and quantity > self.available:
            raise ConflictError(f"only {self.available} are left", code="sold_out")
        stock, reserved, sold = _AFTER[kind]
        # One copy and not one for each number: a sale makes thousands a second.
        moved = replace(
            self,
            stock=self.stock + stock * quantity,
            reserved=self.reserved + reserved * quantity,
            sold=self.sold + sold * quantity,
            version=self.version + 1,
        )
        if min(moved.reserved, moved.sold) < 0:
            raise ValueError(f"{kind} of {quantity} units that nobody holds of variant {self.variant}")
        return moved
