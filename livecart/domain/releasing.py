"""The commands that give reserved goods back: at the buyer's wish, or when the deadline has passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import NotFoundError
from livecart.domain.goods import goods_of, own_order, release
from livecart.domain.ids import OrderId, PersonId
from livecart.domain.order import Order, OrderStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Command[Order]):
    """Gives the reserved goods back at the buyer's wish."""

    order: OrderId
    buyer: PersonId

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        return goods_of(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        return release(books, own_order(books, self.order, self.buyer), OrderStep.CANCEL, now_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOrder(Command[Order]):
    """Gives the reserved goods back because the deadline has passed."""

    order: OrderId

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        return goods_of(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = books.find(Order, self.order)
        if order is None:
            raise NotFoundError("no such order")
        return release(books, order, OrderStep.EXPIRE, now_ms)
