"""The command that fills a wallet. There is no card behind it: this is the demo's way to have something to spend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command
from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId
from livecart.domain.ledger import (
    Account,
    Journal,
    JournalKind,
    Wallet,
    external_account,
    transfer,
    wallet_account,
)
from livecart.domain.money import Money
from livecart.domain.news import WalletChanged

TOPUP_MAX_MINOR = 1_000_000_00


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp(Command[Wallet]):
    """`topup` names this top-up for good; it is the cause of its journal."""

    topup: str
    person: PersonId
    amount: Money

    @property
    def answer_type(self) -> type[Wallet]:
        return Wallet

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- depends on no other row
        return (wallet_account(self.person, self.amount.currency), external_account(self.amount.currency))

    def decide(self, books: Books, now_ms: int) -> Change[Wallet]:
        wallet, external = self.accounts(books)
        entries = transfer(external, (wallet, self.amount.amount_minor))
        journal = Journal(JournalKind.TOPUP, self.topup, now_ms, entries)
        accounts = books.post(journal)
        after = books.wallet(self.person, accounts)
        return Change(after, rows=accounts, records=(journal,), news=(WalletChanged(after, journal.id),))


def check_topup(amount_minor: int) -> int:
    """Returns the amount; raises InvalidError unless it is a whole number from 1 to TOPUP_MAX_MINOR."""
    if type(amount_minor) is not int or not 1 <= amount_minor <= TOPUP_MAX_MINOR:
        raise InvalidError("the amount is not valid", fields={"amount_minor": f"1 to {TOPUP_MAX_MINOR}"})
    return amount_minor
