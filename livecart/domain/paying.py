"""The command that pays an order from its buyer's wallet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.goods import goods_of, move_lines, own_order
from livecart.domain.ids import OrderId, PersonId
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
from livecart.domain.order import Order, OrderStep
from livecart.domain.show import Venue
from livecart.domain.stock import MovementKind, StockItem

BASIS_POINTS = 10_000


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
        return goods_of(books, self.order)

    def accounts(self, books: Books) -> Iterable[Account]:
        order = books.find(Order, self.order)
        if order is None or order.buyer != self.buyer:
            return ()
        currency = order.total.currency
        sellers = {books.get(StockItem, line.variant).seller for line in order.lines}
        proceeds = (proceeds_account(seller, currency) for seller in sellers)
        return (wallet_account(self.buyer, currency), fees_account(currency), *proceeds)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = own_order(books, self.order, self.buyer)
        paid = order.advance(OrderStep.PAY, now_ms)
        rows, movements = move_lines(books, order, MovementKind.SOLD, now_ms)
        journal = Journal(JournalKind.PAYMENT, order.id, now_ms, transfer(*self._parts(books, order)))
        accounts = books.post(journal)
        news: list[News] = [OrderChanged(paid), WalletChanged(books.wallet(self.buyer, accounts), journal.id)]
        if order.show is not None and books.get(Venue, order.show).is_open:
            news.append(Bought(order.show, paid, self.buyer_name))
        return Change(paid, (paid, *rows, *accounts), (*movements, journal), tuple(news))

    def _parts(self, books: Books, order: Order) -> tuple[Account, *tuple[tuple[Account, int], ...]]:
        currency = order.total.currency
        parts: list[tuple[Account, int]] = []
        fees = 0
        for line in order.lines:
            amount = line.amount_minor
            fee = amount * self.fee_bp // BASIS_POINTS
            fees += fee
            parts.append((proceeds_account(books.get(StockItem, line.variant).seller, currency), amount - fee))
        if fees:
            parts.append((fees_account(currency), fees))
        return (wallet_account(self.buyer, currency), *parts)
