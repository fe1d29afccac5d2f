"""The command that takes a provider's news of a payment, with all that follows from it, once.

Captured money always ends in one of two ways: it pays the order (or fills the wallet), or it goes back with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change, Command, Need, Row
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.goods import goods_of, move_lines, sell_released
from livecart.domain.ids import OrderId, PersonId, RefundId
from livecart.domain.ledger import (
    Account,
    Journal,
    JournalKind,
    clearing_account,
    owed_account,
    transfer,
    wallet_account,
)
from livecart.domain.money import Money
from livecart.domain.news import News, OrderChanged, WalletChanged
from livecart.domain.order import Order, OrderState, OrderStep
from livecart.domain.payment import Heard, Payment, PaymentState, ProviderEvent
from livecart.domain.refund import Refund, RefundState
from livecart.domain.refunding import give_back, payment_of, refund_accounts, sent
from livecart.domain.settling import SaleTerms, Sold, settle, share_accounts
from livecart.domain.stock import MovementKind

# What the buyer is told when an order could not take the money; other codes are told as they are.
_REASONS = {"order_state": "already_paid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveEvent(Command[Payment]):
    """`order` and `payer` are the payment's, which never change; they say which rows are needed."""

    event: ProviderEvent
    order: OrderId | None
    payer: PersonId
    terms: SaleTerms

    @property
    def answer_type(self) -> type[Payment]:
        return Payment

    def needs(self) -> Iterable[Need]:
        yield Payment, self.event.payment
        yield Heard, (self.event.provider, self.event.id)
        if self.order is not None:
            yield Order, self.order

    def also(self, books: Books) -> Iterable[Need]:
        if self.order is not None:
            yield from goods_of(books, self.order)
            yield from payment_of(books, self.order)

    def accounts(self, books: Books) -> Iterable[Account]:
        currency = self.event.amount.currency
        yield clearing_account(self.event.provider, currency)
        yield owed_account(self.event.provider, currency)
        if self.order is None:
            yield wallet_account(self.payer, currency)
        else:
            yield from share_accounts(books, books.get(Order, self.order))
            yield from refund_accounts(books, self.order)

    def decide(self, books: Books, now_ms: int) -> Change[Payment]:
        payment = self._payment(books)
        heard = Heard(self.event.provider, self.event.id, payment.id, self.event.state, now_ms)
        if books.find(Heard, heard.key) is not None:
            return Change(payment)
        change: Change[Payment] = Change(payment, rows=(heard,))
        money_came = self.event.state in {PaymentState.CAPTURED, PaymentState.REFUNDED}
        if money_came and payment.may_become(PaymentState.CAPTURED):
            # What was refunded was captured before, even if that news is still on its way.
            change = change.then(self._capture(books, payment, now_ms))
        elif not money_came and payment.may_become(self.event.state):
            change = change.then(self._advance(books, payment, now_ms))
        if self.event.state is PaymentState.REFUNDED:
            change = change.then(self._refunded_elsewhere(books.after(change), now_ms))
        return change

    def _payment(self, books: Books) -> Payment:
        payment = books.find(Payment, self.event.payment)
        if payment is None or payment.provider != self.event.provider:
            raise NotFoundError("no such payment")
        if payment.amount != self.event.amount:
            raise ConflictError("the amount is not that of the payment", code="amount_mismatch")
        return payment

    def _advance(self, books: Books, payment: Payment, now_ms: int) -> Change[Payment]:
        moved = payment.advance(self.event.state, now_ms, self.event.reason)
        return Change(moved, rows=(moved,), news=_told(books, moved, f"{moved.id}:{moved.state}"))

    def _capture(self, books: Books, payment: Payment, now_ms: int) -> Change[Payment]:
        captured = payment.advance(PaymentState.CAPTURED, now_ms)
        try:
            if captured.order is None:
                return _fill_wallet(books, captured, now_ms)
            return self._pay(books, captured, now_ms)
        except ConflictError as refusal:
            return _send_back(books, captured, _REASONS.get(refusal.code, refusal.code), now_ms)

    def _pay(self, books: Books, captured: Payment, now_ms: int) -> Change[Payment]:
        order = books.get(Order, captured.order)
        paid = replace(order.advance(OrderStep.SETTLE, now_ms), payment=captured.id)
        if order.state is OrderState.RESERVED:
            goods = move_lines(books, order, MovementKind.SOLD, now_ms)
        else:
            goods = sell_released(books, order, now_ms)
        source = clearing_account(captured.provider, captured.amount.currency)
        change = settle(books, Sold(paid, *goods, captured), source, self.terms, now_ms)
        return Change(captured, (captured, *change.rows), change.records, change.news)

    def _refunded_elsewhere(self, books: Books, now_ms: int) -> Change[Payment]:
        """Books what was refunded at the provider without us: in its own pages, or after a complaint to the bank."""
        payment = books.get(Payment, self.event.payment)
        more = self.event.refunded_minor - payment.refunded_minor
        if more <= 0:
            return Change(payment)
        refund = Refund(
            id=RefundId(f"{self.event.provider}:{self.event.id}"),
            order=payment.order,
            payment=payment.id,
            provider=payment.provider,
            amount=Money(more, payment.amount.currency),
            reason=self.event.reason or "refunded_by_provider",
            by=None,
            state=RefundState.DONE,
            created_at_ms=now_ms,
            done_at_ms=now_ms,
        )
        if payment.order is None:
            first = _empty_wallet(books, payment, refund, now_ms)
        else:
            given = give_back(books, books.get(Order, payment.order), refund, now_ms)
            after = payment.give_back(more, refund.reason, now_ms)
            first = Change(after, given.rows, given.records, given.news)
        journal = sent(refund, now_ms)
        return first.then(Change(first.answer, books.after(first).post(journal), (journal,)))


def _fill_wallet(books: Books, captured: Payment, now_ms: int) -> Change[Payment]:
    clearing = clearing_account(captured.provider, captured.amount.currency)
    wallet = wallet_account(captured.person, captured.amount.currency)
    entries = transfer(clearing, (wallet, captured.amount.amount_minor))
    journal = Journal(JournalKind.TOPUP, captured.id, now_ms, entries)
    accounts = books.post(journal)
    news = WalletChanged(books.wallet(captured.person, accounts), journal.id)
    return Change(captured, (captured, *accounts), (journal,), (news,))


def _empty_wallet(books: Books, payment: Payment, refund: Refund, now_ms: int) -> Change[Payment]:
    wallet = wallet_account(payment.person, payment.amount.currency)
    owed = owed_account(payment.provider, payment.amount.currency)
    entries = transfer(wallet, (owed, refund.amount.amount_minor))
    journal = Journal(JournalKind.REFUND, refund.id, now_ms, entries)
    accounts = books.post(journal)
    news = WalletChanged(books.wallet(payment.person, accounts), journal.id)
    after = payment.give_back(refund.amount.amount_minor, refund.reason, now_ms)
    return Change(after, (after, refund, *accounts), (journal,), (news,))


def _send_back(books: Books, captured: Payment, reason: str, now_ms: int) -> Change[Payment]:
    """All of it, once: the refund bears the payment's own name."""
    returned = captured.give_back(captured.amount.amount_minor, reason, now_ms)
    refund = Refund(
        id=RefundId(captured.id),
        order=captured.order,
        payment=captured.id,
        provider=captured.provider,
        amount=captured.amount,
        reason=reason,
        by=None,
        state=RefundState.PENDING,
        created_at_ms=now_ms,
    )
    clearing = clearing_account(captured.provider, captured.amount.currency)
    owed = owed_account(captured.provider, captured.amount.currency)
    entries = transfer(clearing, (owed, captured.amount.amount_minor))
    journal = Journal(JournalKind.LATE, captured.id, now_ms, entries)
    rows: tuple[Row, ...] = (returned, refund, *books.post(journal))
    return Change(returned, rows, (journal,), _told(books, returned, refund.id))


def _told(books: Books, payment: Payment, cause: str) -> tuple[News, ...]:
    if payment.order is None:
        return ()
    return (OrderChanged(books.get(Order, payment.order), payment, cause),)
