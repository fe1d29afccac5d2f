"""The shop's own command that ends a streak when its window is over: the host is paid, in one booking.

It is refused with `streak_state` when that happened already or the streak goes on after all, so it is safe to run twice
and on two machines. Nothing can keep it from being paid: the money was put by, and a host's proceeds have no limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import NotFoundError
from livecart.domain.gift import Streak
from livecart.domain.giver import Giver, GiverKey
from livecart.domain.ids import StreakId
from livecart.domain.ledger import (
    Account,
    Journal,
    JournalKind,
    fees_account,
    held_account,
    proceeds_account,
    transfer,
)
from livecart.domain.settling import BASIS_POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStreak(Command[Streak]):
    """`giver` never changes; it says whose row is locked for it. `fee_bp`: the shop's fee, in basis points."""

    streak: StreakId
    giver: GiverKey
    fee_bp: int

    @property
    def answer_type(self) -> type[Streak]:
        return Streak

    def needs(self) -> Iterable[Need]:
        yield Giver, self.giver
        yield Streak, self.streak

    def accounts(self, books: Books) -> Iterable[Account]:
        streak = books.find(Streak, self.streak)
        if streak is None or not streak.is_open:
            return ()
        person, currency = self.giver
        return (held_account(person, currency), proceeds_account(streak.host, currency), fees_account(currency))

    def decide(self, books: Books, now_ms: int) -> Change[Streak]:
        streak = books.find(Streak, self.streak)
        if streak is None:
            raise NotFoundError("no such streak")
        total = streak.total.amount_minor
        ended = streak.ended(total * self.fee_bp // BASIS_POINTS, now_ms)
        held, proceeds, fees = self.accounts(books)
        shares = [(proceeds, total - ended.fee_minor)]
        if ended.fee_minor:
            shares.append((fees, ended.fee_minor))
        journal = Journal(JournalKind.GIFT_PAID, streak.id, now_ms, transfer(held, *shares))
        giver = books.get(Giver, self.giver).finished(streak.id)
        return Change(ended, (ended, giver, *books.post(journal)), (journal,))
