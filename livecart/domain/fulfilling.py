"""The command that says that the goods of a paid order are on their way."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.books import Books, Change
from livecart.domain.goods import OrderCommand
from livecart.domain.ids import PersonId
from livecart.domain.news import OrderChanged
from livecart.domain.order import Order, OrderStep
from livecart.domain.refunding import seller_order


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilOrder(OrderCommand):
    """By its only seller, or for the shop."""

    by: PersonId
    for_shop: bool

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = seller_order(books, self.order, self.by, for_shop=self.for_shop)
        fulfilled = order.advance(OrderStep.FULFIL, now_ms)
        return Change(fulfilled, rows=(fulfilled,), news=(OrderChanged(fulfilled),))
