"""What the commands of an order's life share: finding the order, and moving its goods."""

from __future__ import annotations

from collections.abc import Iterable

from livecart.domain.books import Books, Change, Need
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import OrderId, PersonId
from livecart.domain.news import OrderChanged
from livecart.domain.order import Order, OrderStep
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, MovementKind, StockItem


def goods_of(books: Books, order_id: OrderId) -> Iterable[Need]:
    order = books.find(Order, order_id)
    if order is not None:
        yield from ((StockItem, line.variant) for line in order.lines)
        if order.show is not None:
            yield Venue, order.show


def own_order(books: Books, order_id: OrderId, buyer: PersonId) -> Order:
    order = books.find(Order, order_id)
    if order is None or order.buyer != buyer:
        # Whether another person has such an order is nobody's business.
        raise NotFoundError("no such order")
    return order


def move_lines(
    books: Books, order: Order, kind: MovementKind, now_ms: int
) -> tuple[tuple[StockItem, ...], tuple[Movement, ...]]:
    items = tuple(books.get(StockItem, line.variant).move(kind, line.quantity) for line in order.lines)
    movements = tuple(Movement(line.variant, kind, line.quantity, order.id, now_ms) for line in order.lines)
    return items, movements


def sell_released(books: Books, order: Order, now_ms: int) -> tuple[tuple[StockItem, ...], tuple[Movement, ...]]:
    """Takes the goods of an order that had given them back, and sells them. Raises ConflictError `sold_out`."""
    reserved, again = move_lines(books, order, MovementKind.RESERVED, now_ms)
    sold, movements = move_lines(books.after(Change(None, reserved)), order, MovementKind.SOLD, now_ms)
    return sold, (*again, *movements)


def release(books: Books, order: Order, step: OrderStep, now_ms: int) -> Change[Order]:
    released = order.advance(step, now_ms)
    items, movements = move_lines(books, order, MovementKind.RELEASED, now_ms)
    return Change(released, (released, *items), movements, (OrderChanged(released),))
