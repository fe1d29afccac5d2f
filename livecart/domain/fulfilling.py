"""The command that says that the goods of a paid order are on their way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.goods import goods_of
from livecart.domain.ids import OrderId, PersonId
from livecart.domain.news import OrderChanged
from livecart.domain.order import Order, OrderStep
from livecart.domain.refunding import seller_order


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilOrder(Command[Order]):
    """By its only seller, or for the shop."""

    order: OrderId
    by: PersonId
    for_shop: bool

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        return goods_of(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = seller_order(books, self.order, self.by, for_shop=self.for_shop)
        fulfilled = order.advance(OrderStep.FULFIL, now_ms)
        return Change(fulfilled, rows=(fulfilled,), news=(OrderChanged(fulfilled),))
