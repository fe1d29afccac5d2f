"""The command that pays an order from its buyer's wallet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from livecart.domain.books import Books, Change
from livecart.domain.goods import OrderCommand, move_lines, own_order
from livecart.domain.ids import PersonId
from livecart.domain.ledger import Account, wallet_account
from livecart.domain.order import Order, OrderStep
from livecart.domain.settling import SaleTerms, Sold, settle, share_accounts
from livecart.domain.stock import MovementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder(OrderCommand):
    """Moves the total from the buyer's wallet to the sellers, less the shop's fee in basis points."""

    buyer: PersonId
    buyer_name: str
    fee_bp: int

    def accounts(self, books: Books) -> Iterable[Account]:
        order = books.find(Order, self.order)
        if order is None or order.buyer != self.buyer:
            return ()
        return (wallet_account(self.buyer, order.total.currency), *share_accounts(books, order))

    def decide(self, books: Books, now_ms: int) -> Change[Order]:
        order = own_order(books, self.order, self.buyer)
        # A provider's page may be open besides; what comes from there afterwards goes back.
        paid = replace(order.advance(OrderStep.PAY, now_ms), payment=None)
        sold = Sold(paid, *move_lines(books, order, MovementKind.SOLD, now_ms))
        source = wallet_account(self.buyer, order.total.currency)
        return settle(books, sold, source, SaleTerms(self.fee_bp, self.buyer_name), now_ms)
