"""The commands that give reserved goods back: at the buyer's wish, or when the deadline has passed."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.books import Books, Change
from livecart.domain.errors import NotFoundError
from livecart.domain.goods import OrderCommand, own_order, release
from livecart.domain.ids import PersonId
from livecart.domain.order import Order, OrderStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(OrderCommand):
    """Gives the reserved goods back at the buyer's wish."""

    buyer: PersonId

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        return release(books, own_order(books, self.order, self.buyer), OrderStep.CANCEL, now_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOrder(OrderCommand):
    """Gives the reserved goods back because the deadline has passed."""

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = books.find(Order, self.order)
        if order is None:
            raise NotFoundError("no such order")
        return release(books, order, OrderStep.EXPIRE, now_ms)
