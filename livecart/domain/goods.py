"""What the commands of an order's life share: finding the order, and moving its goods, offers and coupon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need, Row
from livecart.domain.coupon import Coupon, CouponTally
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import CouponCode, OrderId, PersonId
from livecart.domain.news import OrderChanged
from livecart.domain.offer import Offer, OfferTally
from livecart.domain.order import Order, OrderStep
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, MovementKind, StockItem
from livecart.domain.waitlist import ThingKind, WaitLine

_TAKEN_AND_SOLD = (MovementKind.RESERVED, MovementKind.SOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCommand(Command[Order]):
    """Moves one order on, with all that depends on it."""

    order: OrderId

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        return goods_of(books, self.order)


def goods_of(books: Books, order_id: OrderId) -> Iterable[Need]:
    order = books.find(Order, order_id)
    if order is not None:
        for line in order.lines:
            yield StockItem, line.variant
            yield WaitLine, (ThingKind.VARIANT, line.variant)
        for offer in order.offers:
            yield Offer, offer
            yield WaitLine, (ThingKind.OFFER, offer)
            yield OfferTally, (offer, order.buyer)
        if order.coupon is not None:
            yield Coupon, order.coupon
            yield CouponTally, (order.coupon, order.buyer)
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
) -> tuple[tuple[Row, ...], tuple[Movement, ...]]:
    """Every row that changes when the order's goods are reserved, released, sold or returned, and the movements.

    An order that holds nothing takes its goods when they are sold: that is RESERVED and SOLD in one, and may be refused
    as an order is: `sold_out`, `per_buyer_limit`, `offer_closed`. Its coupon is held all the same. What was returned
    comes back to the variants alone: neither offer nor coupon is used again.
    """
    kinds = _kinds(order, kind)
    offers = order.offers
    if not order.held and kind is MovementKind.SOLD:
        for offer in offers:
            books.get(Offer, offer).require_open(now_ms)
    rows: list[Row] = []
    for line in order.lines:
        item = books.get(StockItem, line.variant)
        for each in kinds:
            item = item.move(each, line.quantity)
        if kinds:
            rows.append(item)
    movements = tuple(
        Movement(line.variant, each, line.quantity, order.id, now_ms) for each in kinds for line in order.lines
    )
    if offers and kind is not MovementKind.RETURNED:
        rows += _offers(books, order, kinds)
    if order.coupon is not None:
        rows += _coupon(books, order, order.coupon, kind)
    return tuple(rows), movements


def check_goods(books: Books, order: Order) -> None:
    """Whether an order that holds nothing could be paid now; raises ConflictError as `move_lines` does."""
    for line in order.lines:
        books.get(StockItem, line.variant).move(MovementKind.RESERVED, line.quantity)
    for _ in _offers(books, order, _TAKEN_AND_SOLD):
        pass


def sell_released(books: Books, order: Order, now_ms: int) -> tuple[tuple[Row, ...], tuple[Movement, ...]]:
    """Takes the goods, offers and coupon of an order that had given them back, and sells them.

    Raises ConflictError as an order may be refused, such as `sold_out`.
    """
    reserved, again = move_lines(books, order, MovementKind.RESERVED, now_ms)
    sold, movements = move_lines(books.after(Change(None, reserved)), order, MovementKind.SOLD, now_ms)
    # Later rows replace the earlier ones; the coupon stands only among those.
    return (*reserved, *sold), (*again, *movements)


def release(books: Books, order: Order, step: OrderStep, now_ms: int) -> Change[Order]:
    released = order.advance(step, now_ms)
    rows, movements = move_lines(books, order, MovementKind.RELEASED, now_ms)
    return Change(released, (released, *rows), movements, (OrderChanged(released),))


def _kinds(order: Order, kind: MovementKind) -> tuple[MovementKind, ...]:
    """What happens to the goods when `kind` happens to their order."""
    if order.held or kind is MovementKind.RETURNED:
        return (kind,)
    return _TAKEN_AND_SOLD if kind is MovementKind.SOLD else ()


def _offers(books: Books, order: Order, kinds: tuple[MovementKind, ...]) -> Iterator[Row]:
    for offer_id, units in order.offers.items():
        offer = books.get(Offer, offer_id)
        tally = books.find(OfferTally, (offer_id, order.buyer)) or OfferTally(offer_id, order.buyer)
        for kind in kinds:
            offer = offer.move(kind, units)
            if kind is MovementKind.RESERVED:
                tally = tally.add(units, offer.per_buyer)
            elif kind is MovementKind.RELEASED:
                tally = tally.give_back(units)
        if kinds:
            yield offer
            yield tally


def _coupon(books: Books, order: Order, code: CouponCode, kind: MovementKind) -> Iterator[Row]:
    """Used from the order on, and given back when it is released."""
    if kind not in (MovementKind.RESERVED, MovementKind.RELEASED):
        return
    coupon = books.get(Coupon, code)
    tally = books.find(CouponTally, (code, order.buyer)) or CouponTally(code, order.buyer)
    if kind is MovementKind.RESERVED:
        yield tally.take(coupon.terms.per_person)
        yield coupon.take()
    else:
        yield tally.give_back()
        yield coupon.give_back()
