from __future__ import annotations

import pytest

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.domain.money import Money
from livecart.domain.stock import MovementKind, StockItem

ITEM = StockItem(VariantId("v"), ProductId("p"), PersonId("s"), "Lamp", "Red", Money(5, "CNY"), 10, 4, 2, 7)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (MovementKind.RECEIVED, (12, 4, 2)),
        (MovementKind.RESERVED, (10, 6, 2)),
        (MovementKind.RELEASED, (10, 2, 2)),
        (MovementKind.SOLD, (10, 2, 4)),
        (MovementKind.RETURNED, (10, 4, 0)),
    ],
)
def test_each_movement_counts_in_its_own_way(kind: MovementKind, after: tuple[int, int, int]) -> None:
    moved = ITEM.move(kind, 2)
    assert (moved.stock, moved.reserved, moved.sold) == after
    assert moved.version == 8


def test_the_last_units_may_be_reserved_and_not_one_more() -> None:
    assert ITEM.move(MovementKind.RESERVED, 4).available == 0
    with pytest.raises(ConflictError) as refusal:
        ITEM.move(MovementKind.RESERVED, 5)
    assert refusal.value.code == "sold_out"


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [(MovementKind.RELEASED, 5), (MovementKind.SOLD, 5), (MovementKind.RETURNED, 3), (MovementKind.RESERVED, 0)],
)
def test_units_that_nobody_holds_cannot_move(kind: MovementKind, quantity: int) -> None:
    with pytest.raises(ValueError, match="units"):
        ITEM.move(kind, quantity)
