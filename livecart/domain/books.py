"""The rows that one batch of commands may change, as they stand in the transaction that locked them.

A command looks at the books and answers with a `Change`, or raises; only a whole change is kept. So a refused command
leaves nothing behind, and the books never show half of one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from livecart.domain.idempotency import RequestKey
from livecart.domain.ids import AccountId, OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.ledger import Account, AccountKind, Journal, Wallet, post
from livecart.domain.money import Money
from livecart.domain.order import Order
from livecart.domain.stock import Movement, StockItem

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


@dataclass(frozen=True, slots=True)
class OrderChanged:
    order: Order


@dataclass(frozen=True, slots=True)
class WalletChanged:
    wallet: Wallet
    journal: str


@dataclass(frozen=True, slots=True)
class Bought:
    """Somebody paid for something in a show; `buyer_name` is not yet shortened."""

    show: ShowId
    order: Order
    buyer_name: str


News = OrderChanged | WalletChanged | Bought


@dataclass(frozen=True, slots=True)
class Needs:
    """Which rows a command must see; the variants of an order's lines come with the order."""

    variants: frozenset[VariantId] = frozenset()
    orders: frozenset[OrderId] = frozenset()
    shows: frozenset[ShowId] = frozenset()

    @classmethod
    def of_all(cls, needs: Iterable[Needs]) -> Needs:
        listed = list(needs)
        return cls(
            variants=frozenset[VariantId]().union(*(each.variants for each in listed)),
            orders=frozenset[OrderId]().union(*(each.orders for each in listed)),
            shows=frozenset[ShowId]().union(*(each.shows for each in listed)),
        )


@dataclass(frozen=True, slots=True)
class Change(Generic[A_co]):
    """Everything that one command changes: the new rows whole, and the news of it."""

    answer: A_co
    items: tuple[StockItem, ...] = ()
    movements: tuple[Movement, ...] = ()
    orders: tuple[Order, ...] = ()
    accounts: tuple[Account, ...] = ()
    journals: tuple[Journal, ...] = ()
    news: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(ABC, Generic[A]):
    """Something that moves money or goods. Without `request` it is the shop's own, and harmless when repeated."""

    request: RequestKey | None

    @property
    @abstractmethod
    def answer_type(self) -> type[A]:
        """What the answer is, for reading it back from where it is kept."""

    @abstractmethod
    def needs(self) -> Needs: ...

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- most commands move no money
        """The accounts that it may post to, named when orders and goods are known. Each comes with its real balance."""
        return ()

    @abstractmethod
    def decide(self, books: Books, now_ms: int) -> Change[A]:
        """The change; raises a LivecartError as its refusal. Does not touch the books."""


@dataclass(slots=True)
class Books:
    """`shows` tells which known shows are open; `rooms`, in which open shows' bags a product is."""

    items: dict[VariantId, StockItem] = field(default_factory=dict)
    orders: dict[OrderId, Order] = field(default_factory=dict)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    shows: Mapping[ShowId, bool] = field(default_factory=dict)
    rooms: Mapping[ProductId, frozenset[ShowId]] = field(default_factory=dict)
    wallets: defaultdict[PersonId, list[AccountId]] = field(default_factory=lambda: defaultdict(list))

    def open_accounts(self, accounts: Iterable[Account]) -> None:
        """Enters accounts, each once and with its real balance."""
        for account in accounts:
            self.accounts[account.id] = account
            if account.kind is AccountKind.WALLET and account.owner is not None:
                self.wallets[account.owner].append(account.id)

    def keep(self, change: Change[object]) -> None:
        self.items.update((item.variant, item) for item in change.items)
        self.orders.update((order.id, order) for order in change.orders)
        self.accounts.update((account.id, account) for account in change.accounts)

    def post(self, journal: Journal) -> tuple[Account, ...]:
        """The accounts after the journal, not yet kept. Raises ConflictError `insufficient_funds`, `wallet_full`."""
        return post(journal.entries, self.accounts)

    def wallet(self, person: PersonId, changed: Iterable[Account]) -> Wallet:
        """The person's wallet as it will be once `changed` is kept."""
        newer = {account.id: account for account in changed}
        accounts = [newer.get(account, self.accounts[account]) for account in self.wallets[person]]
        balances = [Money(account.balance_minor, account.currency) for account in accounts]
        return Wallet(person, tuple(sorted(balances, key=lambda money: money.currency)))
