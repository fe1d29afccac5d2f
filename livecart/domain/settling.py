"""What a paid order does to the books, whoever pays it: goods are sold, sellers and the shop get their shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Row
from livecart.domain.ledger import (
    Account,
    AccountKind,
    Journal,
    JournalKind,
    fees_account,
    proceeds_account,
    transfer,
)
from livecart.domain.news import Bought, News, OrderChanged, WalletChanged
from livecart.domain.order import Order
from livecart.domain.payment import Payment
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, StockItem
from livecart.domain.takings import Takings

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """The shop's fee in basis points, and the buyer's name as the room may be told it, shortened."""

    fee_bp: int
    buyer_name: str


@dataclass(frozen=True, slots=True)
class Sold:
    """An order as it is once it is paid, with what its goods' rows are then. `payment`: the provider's, if any."""

    order: Order
    rows: tuple[Row, ...]
    movements: tuple[Movement, ...]
    payment: Payment | None = None


def share_accounts(books: Books, order: Order) -> Iterable[Account]:
    """Every account that may get a share of the order."""
    currency = order.total.currency
    sellers = {books.get(StockItem, line.variant).seller for line in order.lines}
    return (fees_account(currency), *(proceeds_account(seller, currency) for seller in sellers))


def settle(books: Books, sold: Sold, source: Account, terms: SaleTerms, now_ms: int) -> Change[Order]:
    """The total goes from `source`, a wallet or a provider's clearing, to the sellers, less the fee."""
    order = sold.order
    shares = tuple(_shares(books, order, terms.fee_bp))
    journal = Journal(JournalKind.PAYMENT, order.id, now_ms, transfer(source, *shares))
    accounts = books.post(journal)
    news: list[News] = [OrderChanged(order, sold.payment)]
    if source.kind is AccountKind.WALLET:
        news.append(WalletChanged(books.wallet(order.buyer, accounts), journal.id))
    if order.show is not None and books.get(Venue, order.show).is_open:
        news.append(Bought(order.show, order, terms.buyer_name))
    rows: tuple[Row, ...] = (order, *sold.rows, *accounts, Takings.of(order.id, shares))
    return Change(order, rows, (*sold.movements, journal), tuple(news))


def _shares(books: Books, order: Order, fee_bp: int) -> Iterable[tuple[Account, int]]:
    currency = order.total.currency
    fees = 0
    for line in order.lines:
        amount = line.amount_minor
        fee = amount * fee_bp // BASIS_POINTS
        fees += fee
        yield proceeds_account(books.get(StockItem, line.variant).seller, currency), amount - fee
    if fees:
        yield fees_account(currency), fees
