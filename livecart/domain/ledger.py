"""Double entry: accounts, and journals whose entries sum to zero in each currency.

An account's balance is the sum of its entries. Money enters and leaves the shop through `external` or, when a payment
provider carries it, through that provider's `clearing`: the only kinds of account that may stand below zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import AccountId, PersonId
from livecart.domain.money import MAX_MINOR, Money, check_currency


class AccountKind(StrEnum):
    WALLET = "wallet"
    PROCEEDS = "proceeds"
    FEES = "fees"
    ESCROW = "escrow"
    HELD = "held"
    CLEARING = "clearing"
    OWED = "owed"
    EXTERNAL = "external"


# They stand for what is not the shop's to promise: the world outside, and what a provider holds for the shop.
MAY_OWE = frozenset({AccountKind.CLEARING, AccountKind.EXTERNAL})


class JournalKind(StrEnum):
    TOPUP = "topup"
    PAYMENT = "payment"
    # Captured by a provider for an order that cannot be served any more: it goes back.
    LATE = "late"
    REFUND = "refund"
    REFUND_SENT = "refund_sent"
    PACKET_FUNDED = "packet_funded"
    PACKET_CLAIMED = "packet_claimed"
    PACKET_DRAWN = "packet_drawn"
    PACKET_REFUNDED = "packet_refunded"
    GIFT_HELD = "gift_held"
    GIFT_PAID = "gift_paid"
    # The sums of entries that a purge moved to nobody's wallet, back to where they came from.
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class Account:
    """The balance is no Money: `external` and `fees` grow with the whole shop, far beyond one wallet's limit.

    `owner` is the person whose money it is; escrow and clearing belong to no person.
    """

    id: AccountId
    kind: AccountKind
    owner: PersonId | None
    currency: str
    balance_minor: int = 0

    @property
    def key(self) -> AccountId:
        return self.id


@dataclass(frozen=True, slots=True)
class Entry:
    account: AccountId
    amount: Money


@dataclass(frozen=True, slots=True)
class Journal:
    """One booking. (kind, cause) is unique, so that the same payment cannot be booked twice."""

    kind: JournalKind
    cause: str
    at_ms: int
    entries: tuple[Entry, ...]

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.cause}"

    def __post_init__(self) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        for entry in self.entries:
            sums[entry.amount.currency] += entry.amount.amount_minor
        if not self.entries or any(sums.values()):
            raise ValueError(f"the entries of a journal must sum to zero per currency, not {dict(sums)}")


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a person has to spend, one amount per currency."""

    owner: PersonId
    balances: tuple[Money, ...]


def wallet_account(person: PersonId, currency: str) -> Account:
    return _account(AccountKind.WALLET, person, currency)


def proceeds_account(seller: PersonId, currency: str) -> Account:
    return _account(AccountKind.PROCEEDS, seller, currency)


def fees_account(currency: str) -> Account:
    return _account(AccountKind.FEES, None, currency)


def escrow_account(packet: str, currency: str) -> Account:
    """What is put by for one purpose, a red packet, until it has been given away or back."""
    return _account(AccountKind.ESCROW, None, currency, held_for=packet)


def held_account(person: PersonId, currency: str) -> Account:
    """What a person has given in streaks of gifts that go on; it goes to their hosts when they end."""
    return _account(AccountKind.HELD, person, currency)


def clearing_account(provider: str, currency: str) -> Account:
    """What a payment provider has captured for the shop and not refunded; below zero by just that."""
    return _account(AccountKind.CLEARING, None, currency, held_for=provider)


def owed_account(provider: str, currency: str) -> Account:
    """What the shop has promised to give back through a provider, until the provider has taken the refund."""
    return _account(AccountKind.OWED, None, currency, held_for=provider)


def external_account(currency: str) -> Account:
    """The world outside the shop: the other side of every top-up that no provider carried."""
    return _account(AccountKind.EXTERNAL, None, currency)


def transfer(source: Account, *parts: tuple[Account, int]) -> tuple[Entry, ...]:
    """Entries that take from `source` what they give to the others, in the source's currency."""
    total = sum(amount for _, amount in parts)
    given = [Entry(account.id, Money(amount, source.currency)) for account, amount in parts]
    return (Entry(source.id, Money(-total, source.currency)), *given)


def post(entries: Sequence[Entry], found: Callable[[AccountId], Account]) -> tuple[Account, ...]:
    """The accounts after the entries. Raises ConflictError `insufficient_funds` or `wallet_full`."""
    after: dict[AccountId, Account] = {}
    for entry in entries:
        account = after.get(entry.account) or found(entry.account)
        if account.currency != entry.amount.currency:
            raise InvalidError("the currency is another one", code="currency_mismatch")
        after[account.id] = replace(account, balance_minor=account.balance_minor + entry.amount.amount_minor)
    for account in after.values():
        if account.kind not in MAY_OWE and account.balance_minor < 0:
            raise ConflictError("the balance does not suffice", code="insufficient_funds")
        if account.kind is AccountKind.WALLET and account.balance_minor > MAX_MINOR:
            raise ConflictError("the wallet would hold too much", code="wallet_full")
    return tuple(after.values())


def _account(kind: AccountKind, owner: PersonId | None, currency: str, held_for: str | None = None) -> Account:
    check_currency(currency)
    whose = owner or held_for
    name = f"{kind}:{currency}" if whose is None else f"{kind}:{whose}:{currency}"
    return Account(AccountId(name), kind, owner, currency)
