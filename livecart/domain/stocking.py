"""The command by which a seller says that he has more of a variant, or less, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.catalog import STOCK_MAX
from livecart.domain.errors import InvalidError, NotFoundError
from livecart.domain.ids import PersonId, VariantId
from livecart.domain.stock import Movement, MovementKind, StockItem
from livecart.domain.waitlist import ThingKind, WaitLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock(Command[StockItem]):
    """Adds `delta` units, or brings the stock to `stock`. What is reserved or sold cannot be taken away."""

    seller: PersonId
    variant: VariantId
    cause: str
    delta: int | None = None
    stock: int | None = None

    @property
    def answer_type(self) -> type[StockItem]:
        return StockItem

    def needs(self) -> Iterable[Need]:
        yield StockItem, self.variant
        yield WaitLine, (ThingKind.VARIANT, self.variant)

    def decide(self, books: Books, now_ms: int) -> Change[StockItem]:
        """Raises ConflictError `sold_out` when fewer units are free than would go."""
        item = books.find(StockItem, self.variant)
        if item is None or item.seller != self.seller:
            raise NotFoundError("no such product variant")
        change = self.delta if self.stock is None else self.stock - item.stock
        if not change:
            return Change(item)
        if item.stock + change > STOCK_MAX:
            raise InvalidError("the stock is not valid", fields={"stock": f"at most {STOCK_MAX}"})
        kind = MovementKind.RECEIVED if change > 0 else MovementKind.REMOVED
        moved = item.move(kind, abs(change))
        movement = Movement(item.variant, kind, abs(change), self.cause, now_ms)
        return Change(moved, rows=(moved,), records=(movement,))


def check_adjustment(delta: int | None, stock: int | None) -> None:
    """Raises InvalidError unless exactly one of the two is given, in its range."""
    if (delta is None) == (stock is None):
        raise InvalidError("say how many, one way", fields={"stock": "either delta or stock"})
    given = delta if stock is None else stock
    least = -STOCK_MAX if stock is None else 0
    if type(given) is not int or not least <= given <= STOCK_MAX:
        raise InvalidError("the stock is not valid", fields={"delta" if stock is None else "stock": "out of range"})
