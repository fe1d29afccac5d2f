"""The rows that one batch of commands may change, as they stand in the transaction that locked them.

A command looks at the books and answers with a `Change`, or raises; only a whole change is kept. So a refused command
leaves nothing behind, and the books never show half of one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from livecart.domain.idempotency import RequestKey
from livecart.domain.ids import AccountId, PersonId
from livecart.domain.ledger import Account, AccountKind, Journal, Wallet, post
from livecart.domain.moderation_log import Ruling
from livecart.domain.money import Money
from livecart.domain.news import News
from livecart.domain.stock import Movement


class Row(Protocol):
    """Something that batches read and replace whole: an order, a stock item, an account, an offer …"""

    @property
    def key(self) -> Hashable:
        """What it is found by among its kind."""
        ...


A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)
R = TypeVar("R", bound=Row)

# A kind of row and the key of one.
Need = tuple[type[Any], Hashable]
Kinds = defaultdict[type[Any], dict[Hashable, Any]]
# What is only ever added, and never looked at by a command.
Record = Movement | Journal | Ruling


@dataclass(frozen=True, slots=True)
class Change(Generic[A_co]):
    """Everything that one command changes: rows as they are afterwards, records to add, and the news of it."""

    answer: A_co
    rows: tuple[Row, ...] = ()
    records: tuple[Record, ...] = ()
    news: tuple[News, ...] = ()

    def then(self, following: Change[A_co]) -> Change[A_co]:
        """Both, decided one after the other (`Books.after`), with the answer of the second."""
        return Change(
            following.answer,
            (*self.rows, *following.rows),
            (*self.records, *following.records),
            (*self.news, *following.news),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(ABC, Generic[A]):
    """Something that moves money or goods. Without `request` it is the shop's own, and harmless when repeated."""

    request: RequestKey | None

    @property
    @abstractmethod
    def answer_type(self) -> type[A]:
        """What the answer is, for reading it back from where it is kept."""

    def needs(self) -> Iterable[Need]:
        """The rows that it must see, as far as the command itself says."""
        return ()

    def also(self, books: Books) -> Iterable[Need]:  # noqa: ARG002 -- most commands know from the start
        """Those that only an order or a payment names; it is in the books by now, if it exists."""
        return ()

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- most commands move no money
        """The accounts that it may post to, named when all else is known. Each comes with its real balance."""
        return ()

    @abstractmethod
    def decide(self, books: Books, now_ms: int) -> Change[A]:
        """The change; raises a LivecartError as its refusal. Does not touch the books."""


@dataclass(slots=True)
class Books:
    _rows: Kinds = field(default_factory=lambda: defaultdict(dict))
    # Each kept row as it was when it was entered; None for a new one.
    _before: Kinds = field(default_factory=lambda: defaultdict(dict))
    _wallets: defaultdict[PersonId, set[AccountId]] = field(default_factory=lambda: defaultdict(set))

    def enter(self, rows: Iterable[Row]) -> None:
        """Takes rows as the database has them."""
        for row in rows:
            self._rows[type(row)][row.key] = row
            if isinstance(row, Account) and row.kind is AccountKind.WALLET and row.owner is not None:
                self._wallets[row.owner].add(row.id)

    def find(self, kind: type[R], key: Hashable) -> R | None:
        found: R | None = self._rows[kind].get(key)
        return found

    def get(self, kind: type[R], key: Hashable) -> R:
        """A row that must be there: the command named it, and what depends on it cannot be without it."""
        found: R = self._rows[kind][key]
        return found

    def all(self, kind: type[R]) -> Iterable[R]:
        return self._rows[kind].values()

    def keep(self, change: Change[object]) -> None:
        for row in change.rows:
            rows, before, key = self._rows[type(row)], self._before[type(row)], row.key
            before.setdefault(key, rows.get(key))
            rows[key] = row

    def changed(self, kind: type[R]) -> Iterable[tuple[R | None, R]]:
        """The rows that were kept, each with what it was before; None: it is new."""
        rows = self._rows[kind]
        return ((before, rows[key]) for key, before in self._before[kind].items())

    def after(self, change: Change[object]) -> Books:
        """A copy in which the change is kept, for a command that takes two steps at once; these stay as they are."""
        following = Books(_copied(self._rows), _copied(self._before), self._wallets)
        following.keep(change)
        return following

    def post(self, *journals: Journal) -> tuple[Account, ...]:
        """The accounts after the journals, not yet kept. Raises ConflictError `insufficient_funds`, `wallet_full`."""
        entries = [entry for journal in journals for entry in journal.entries]
        return post(entries, lambda account: self.get(Account, account))

    def wallet(self, person: PersonId, changed: Iterable[Account]) -> Wallet:
        """The person's wallet as it will be once `changed` is kept."""
        newer = {account.id: account for account in changed}
        accounts = [newer.get(account) or self.get(Account, account) for account in self._wallets[person]]
        balances = [Money(account.balance_minor, account.currency) for account in accounts]
        return Wallet(person, tuple(sorted(balances, key=lambda money: money.currency)))


def _copied(rows: Kinds) -> Kinds:
    return defaultdict(dict, {kind: dict(of_kind) for kind, of_kind in rows.items()})
