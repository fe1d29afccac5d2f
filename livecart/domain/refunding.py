"""The commands that give money back: by the seller or the shop, and when a provider has taken a refund."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change, Command, Need, Row
from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError
from livecart.domain.goods import OrderCommand, move_lines
from livecart.domain.ids import OrderId, PersonId, RefundId
from livecart.domain.ledger import (
    Account,
    Entry,
    Journal,
    JournalKind,
    clearing_account,
    owed_account,
    transfer,
    wallet_account,
)
from livecart.domain.money import Money
from livecart.domain.news import News, OrderChanged, WalletChanged
from livecart.domain.order import Order
from livecart.domain.payment import WALLET, Payment
from livecart.domain.people import FORGOTTEN
from livecart.domain.refund import Refund, RefundState
from livecart.domain.rulings import order_refunded
from livecart.domain.stock import MovementKind, StockItem
from livecart.domain.takings import Takings


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder(OrderCommand):
    """Gives back `amount_minor` of a paid order, or all that is left, the way it was paid.

    `for_shop`: by somebody who may refund any order; otherwise `by` must be its only seller.
    """

    refund: RefundId
    by: PersonId
    for_shop: bool
    amount_minor: int | None
    reason: str
    return_goods: bool

    def also(self, books: Books) -> Iterable[Need]:
        yield from OrderCommand.also(self, books)
        yield from payment_of(books, self.order)

    def accounts(self, books: Books) -> Iterable[Account]:
        return refund_accounts(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = seller_order(books, self.order, self.by, for_shop=self.for_shop)
        if order.buyer == FORGOTTEN and order.payment is None:
            raise ConflictError("it is no longer known whose order this was", code="order_forgotten")
        left = order.total.amount_minor - order.refunded_minor
        amount = Money(left if self.amount_minor is None else self.amount_minor, order.total.currency)
        change = give_back(books, order, self._refund(books, order, amount, now_ms), now_ms)
        if self.for_shop and change.records and not _sold_alone(books, order, self.by):
            ruling = order_refunded(self.by, order.buyer, order.id, self.refund, self.reason, now_ms)
            change = replace(change, records=(*change.records, ruling))
        return self._goods(books, order, change, now_ms) if self.return_goods else change

    def _refund(self, books: Books, order: Order, amount: Money, now_ms: int) -> Refund:
        payment = books.find(Payment, order.payment)
        provider = WALLET if payment is None else payment.provider
        state = RefundState.DONE if payment is None else RefundState.PENDING
        done_at_ms = now_ms if payment is None else None
        return Refund(
            self.refund, order.id, order.payment, provider, amount, self.reason, self.by, state, now_ms, done_at_ms
        )

    def _goods(self, books: Books, order: Order, change: Change[Order], now_ms: int) -> Change[Order]:
        if order.returned:
            raise ConflictError("the goods are back already", code="goods_returned")
        items, movements = move_lines(books, order, MovementKind.RETURNED, now_ms)
        returned = replace(change.answer, returned=True)
        news = tuple(replace(n, order=returned) if isinstance(n, OrderChanged) else n for n in change.news)
        return Change(returned, (*change.rows, returned, *items), (*change.records, *movements), news)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRefund(Command[Refund]):
    """Notes that the provider has taken the refund. Once is enough: later ones change nothing."""

    refund: RefundId
    provider: str
    currency: str

    @property
    def answer_type(self) -> type[Refund]:
        return Refund

    def needs(self) -> Iterable[Need]:
        yield Refund, self.refund

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- named by the command itself
        return (owed_account(self.provider, self.currency), clearing_account(self.provider, self.currency))

    def decide(self, books: Books, now_ms: int) -> Change[Refund]:
        refund = books.find(Refund, self.refund)
        if refund is None:
            raise NotFoundError("no such refund")
        if refund.state is RefundState.DONE:
            return Change(refund)
        done = refund.done(now_ms)
        journal = sent(done, now_ms)
        return Change(done, rows=(done, *books.post(journal)), records=(journal,))


def seller_order(books: Books, order_id: OrderId, by: PersonId, *, for_shop: bool) -> Order:
    """The order, for its seller or the shop. Raises NotFoundError to strangers, ForbiddenError to those it concerns."""
    order = books.find(Order, order_id)
    if order is None:
        raise NotFoundError("no such order")
    sellers = {books.get(StockItem, line.variant).seller for line in order.lines}
    if for_shop or _sold_alone(books, order, by):
        return order
    if by in sellers:
        raise ForbiddenError("others have sold something in this order too, so only the shop may do this")
    if by == order.buyer:
        raise ForbiddenError("only the seller or the shop may do this")
    raise NotFoundError("no such order")


def _sold_alone(books: Books, order: Order, by: PersonId) -> bool:
    return {books.get(StockItem, line.variant).seller for line in order.lines} == {by}


def payment_of(books: Books, order_id: OrderId) -> Iterable[Need]:
    """What a refund must see besides the goods: the payment, and who holds what of it."""
    order = books.find(Order, order_id)
    if order is not None:
        yield Takings, order.id
        if order.payment is not None:
            yield Payment, order.payment


def refund_accounts(books: Books, order_id: OrderId) -> Iterable[Account]:
    order = books.find(Order, order_id)
    if order is None:
        return ()
    takings = books.find(Takings, order.id)
    holders = () if takings is None else tuple(account for account, _ in takings.parts)
    return (_target(books, order), *holders)


def give_back(books: Books, order: Order, refund: Refund, now_ms: int) -> Change[Order]:
    """Takes the refund from those who hold the order's money. Raises ConflictError: `order_state` …"""
    after = order.refund(refund.amount.amount_minor, now_ms)
    if not refund.amount.amount_minor:
        if not order.total.amount_minor:
            return Change(after, rows=(after,), news=(OrderChanged(after),))
        raise ConflictError("nothing is left to be refunded", code="refund_too_large")
    target = _target(books, order)
    takings, taken = books.get(Takings, order.id).take(refund.amount.amount_minor)
    entries = [Entry(account.id, Money(-amount, target.currency)) for account, amount in taken]
    entries.append(Entry(target.id, refund.amount))
    journal = Journal(JournalKind.REFUND, refund.id, now_ms, tuple(entries))
    accounts = books.post(journal)
    rows: list[Row] = [after, takings, refund, *accounts]
    news: list[News] = []
    payment = books.find(Payment, order.payment)
    if payment is None:
        news.append(WalletChanged(books.wallet(order.buyer, accounts), journal.id))
    else:
        payment = payment.give_back(refund.amount.amount_minor, refund.reason, now_ms)
        rows.append(payment)
    news.append(OrderChanged(after, payment, refund.id))
    return Change(after, tuple(rows), (journal,), tuple(news))


def sent(refund: Refund, now_ms: int) -> Journal:
    """What the shop owed is with the provider now, which holds so much less for the shop."""
    owed, clearing = (kind(refund.provider, refund.amount.currency) for kind in (owed_account, clearing_account))
    return Journal(JournalKind.REFUND_SENT, refund.id, now_ms, transfer(owed, (clearing, refund.amount.amount_minor)))


def _target(books: Books, order: Order) -> Account:
    """Where a refund of the order goes: back to the wallet, or on its way to the provider."""
    payment = books.find(Payment, order.payment)
    if payment is None:
        return wallet_account(order.buyer, order.total.currency)
    return owed_account(payment.provider, order.total.currency)
