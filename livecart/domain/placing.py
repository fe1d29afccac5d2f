"""The command that reserves goods for a buyer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import OrderId, PersonId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.news import OrderChanged
from livecart.domain.order import Order, OrderLine, OrderState
from livecart.domain.prices import price_needs, price_of
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, MovementKind, StockItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command[Order]):
    """Reserves goods at the shop's price until `now + reservation_ms`. `currency` None: the product's own."""

    order: OrderId
    buyer: PersonId
    show: ShowId | None
    variant: VariantId
    quantity: int
    reservation_ms: int
    currency: str | None = None

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield StockItem, self.variant
        yield from price_needs(self.variant, self.currency)
        if self.show is not None:
            yield Venue, self.show

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        item = books.find(StockItem, self.variant)
        if item is None:
            raise NotFoundError("no such product variant")
        self._check_show(books, item)
        item.require_on_sale()
        price = price_of(books, item, self.currency)
        reserved = item.move(MovementKind.RESERVED, self.quantity)
        order = Order(
            id=self.order,
            buyer=self.buyer,
            show=self.show,
            state=OrderState.RESERVED,
            lines=(_line(item, self.quantity, price),),
            total=price.times(self.quantity),
            created_at_ms=now_ms,
            expires_at_ms=now_ms + self.reservation_ms,
        )
        movement = Movement(item.variant, MovementKind.RESERVED, self.quantity, order.id, now_ms)
        return Change(order, rows=(order, reserved), records=(movement,), news=(OrderChanged(order),))

    def _check_show(self, books: Books, item: StockItem) -> None:
        if self.show is None:
            return
        venue = books.find(Venue, self.show)
        if venue is None:
            raise NotFoundError("no such show")
        if not venue.is_open:
            raise ConflictError("the show has ended", code="show_ended")
        if self.show not in item.shows:
            raise ConflictError("the product is not in this show's bag", code="not_in_bag")


def _line(item: StockItem, quantity: int, price: Money) -> OrderLine:
    return OrderLine(item.variant, item.product, item.title, item.variant_title, quantity, price.amount_minor)
