"""The commands of an order's life: place, pay from the wallet, cancel, expire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import OrderId, PersonId, ShowId, VariantId
from livecart.domain.ledger import (
    Account,
    Journal,
    JournalKind,
    fees_account,
    proceeds_account,
    transfer,
    wallet_account,
)
from livecart.domain.news import Bought, News, OrderChanged, WalletChanged
from livecart.domain.order import Order, OrderLine, OrderState, OrderStep
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, MovementKind, StockItem

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command[Order]):
    """Reserves goods at the shop's price until `now + reservation_ms`."""

    order: OrderId
    buyer: PersonId
    show: ShowId | None
    variant: VariantId
    quantity: int
    reservation_ms: int

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield StockItem, self.variant
        if self.show is not None:
            yield Venue, self.show

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        item = books.find(StockItem, self.variant)
        if item is None:
            raise NotFoundError("no such product variant")
        self._check_show(books, item)
        reserved = item.move(MovementKind.RESERVED, self.quantity)
        order = Order(
            id=self.order,
            buyer=self.buyer,
            show=self.show,
            state=OrderState.RESERVED,
            lines=(_line(item, self.quantity),),
            total=item.price.times(self.quantity),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder(Command[Order]):
    """Moves the total from the buyer's wallet to the sellers, less the shop's fee in basis points."""

    order: OrderId
    buyer: PersonId
    buyer_name: str
    fee_bp: int

    @property
    def answer_type(self) -> type[Order]:
        return Order

    def needs(self) -> Iterable[Need]:
        yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        return _goods_of(books, self.order)

    def accounts(self, books: Books) -> Iterable[Account]:
        order = books.find(Order, self.order)
        if order is None or order.buyer != self.buyer:
            return ()
        currency = order.total.currency
        sellers = {books.get(StockItem, line.variant).seller for line in order.lines}
        proceeds = (proceeds_account(seller, currency) for seller in sellers)
        return (wallet_account(self.buyer, currency), fees_account(currency), *proceeds)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = _own_order(books, self.order, self.buyer)
        paid = order.advance(OrderStep.PAY, now_ms)
        items, movements = _move_lines(books, order, MovementKind.SOLD, now_ms)
        journal = Journal(JournalKind.PAYMENT, order.id, now_ms, transfer(*self._parts(books, order)))
        accounts = books.post(journal)
        news: list[News] = [OrderChanged(paid), WalletChanged(books.wallet(self.buyer, accounts), journal.id)]
        if order.show is not None and books.get(Venue, order.show).is_open:
            news.append(Bought(order.show, paid, self.buyer_name))
        return Change(paid, (paid, *items, *accounts), (*movements, journal), tuple(news))

    def _parts(self, books: Books, order: Order) -> tuple[Account, *tuple[tuple[Account, int], ...]]:
        currency = order.total.currency
        parts: list[tuple[Account, int]] = []
        fees = 0
        for line in order.lines:
            amount = line.quantity * line.unit_price_minor
            fee = amount * self.fee_bp // BASIS_POINTS
            fees += fee
            parts.append((proceeds_account(books.get(StockItem, line.variant).seller, currency), amount - fee))
        if fees:
            parts.append((fees_account(currency), fees))
        return (wallet_account(self.buyer, currency), *parts)


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
        return _goods_of(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        return _release(books, _own_order(books, self.order, self.buyer), OrderStep.CANCEL, now_ms)


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
        return _goods_of(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = books.find(Order, self.order)
        if order is None:
            raise NotFoundError("no such order")
        return _release(books, order, OrderStep.EXPIRE, now_ms)


def _line(item: StockItem, quantity: int) -> OrderLine:
    return OrderLine(item.variant, item.product, item.title, item.variant_title, quantity, item.price.amount_minor)


def _goods_of(books: Books, order_id: OrderId) -> Iterable[Need]:
    order = books.find(Order, order_id)
    if order is not None:
        yield from ((StockItem, line.variant) for line in order.lines)
        if order.show is not None:
            yield Venue, order.show


def _own_order(books: Books, order_id: OrderId, buyer: PersonId) -> Order:
    order = books.find(Order, order_id)
    if order is None or order.buyer != buyer:
        # Whether another person has such an order is nobody's business.
        raise NotFoundError("no such order")
    return order


def _release(books: Books, order: Order, step: OrderStep, now_ms: int) -> Change[Order]:
    released = order.advance(step, now_ms)
    items, movements = _move_lines(books, order, MovementKind.RELEASED, now_ms)
    return Change(released, (released, *items), movements, (OrderChanged(released),))


def _move_lines(
    books: Books, order: Order, kind: MovementKind, now_ms: int
) -> tuple[tuple[StockItem, ...], tuple[Movement, ...]]:
    items = tuple(books.get(StockItem, line.variant).move(kind, line.quantity) for line in order.lines)
    movements = tuple(Movement(line.variant, kind, line.quantity, order.id, now_ms) for line in order.lines)
    return items, movements
