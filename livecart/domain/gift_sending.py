"""The command that sends a gift: its price leaves the wallet at once, and its streak begins or goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError
from livecart.domain.gift import Gift, Streak
from livecart.domain.giver import Giver
from livecart.domain.ids import PersonId, ShowId, StreakId
from livecart.domain.ledger import Account, Journal, JournalKind, held_account, transfer, wallet_account
from livecart.domain.news import WalletChanged
from livecart.domain.show import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftWish:
    """What is sent: `gift` is None when the catalogue has no such gift (any more); a repeated key is answered first."""

    gift: Gift | None
    count: int
    window_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendGift(Command[Streak]):
    """`streak` is the id of the streak that begins with it, unless one goes on."""

    streak: StreakId
    show: ShowId
    sender: PersonId
    sender_name: str
    wish: GiftWish

    @property
    def answer_type(self) -> type[Streak]:
        return Streak

    def needs(self) -> Iterable[Need]:
        yield Venue, self.show
        if self.wish.gift is not None:
            yield Giver, (self.sender, self.wish.gift.price.currency)

    def also(self, books: Books) -> Iterable[Need]:
        if self.wish.gift is not None:
            for streak in self._giver(books, self.wish.gift).streaks:
                yield Streak, streak

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- depends on no other row
        gift = self.wish.gift
        if gift is None:
            return ()
        return (wallet_account(self.sender, gift.price.currency), held_account(self.sender, gift.price.currency))

    def decide(self, books: Books, now_ms: int) -> Change[Streak]:
        venue, gift = books.find(Venue, self.show), self.wish.gift
        if venue is None:
            raise NotFoundError("no such show")
        if venue.host == self.sender:
            raise ForbiddenError("nobody sends gifts to himself", code="own_show")
        if gift is None:
            raise NotFoundError("there is no such gift")
        giver = self._giver(books, gift)
        if giver.is_banned(now_ms):
            raise ForbiddenError("who is banned sends no gifts", code="banned")
        if not venue.is_open:
            raise ConflictError("the show has ended", code="show_ended")
        streak = self._streak(books, venue, gift, now_ms).grown(self.wish.count, now_ms, self.wish.window_ms)
        return self._change(books, giver, streak, now_ms)

    def _change(self, books: Books, giver: Giver, streak: Streak, now_ms: int) -> Change[Streak]:
        price = streak.gift.price.times(self.wish.count)
        giver = giver.gave(price, now_ms).began(streak.id)
        wallet, held = self.accounts(books)
        entries = transfer(wallet, (held, price.amount_minor))
        journal = Journal(JournalKind.GIFT_HELD, f"{streak.id}:{streak.sends}", now_ms, entries)
        accounts = books.post(journal)
        news = WalletChanged(books.wallet(self.sender, accounts), journal.id)
        return Change(streak, (streak, giver, *accounts), (journal,), (news,))

    def _giver(self, books: Books, gift: Gift) -> Giver:
        return books.get(Giver, (self.sender, gift.price.currency))

    def _streak(self, books: Books, venue: Venue, gift: Gift, now_ms: int) -> Streak:
        """The one that goes on, or a new one. One whose window is over is ended by the jobs, not here."""
        for open_streak in self._giver(books, gift).streaks:
            streak = books.get(Streak, open_streak)
            if streak.show == self.show and streak.takes(gift, now_ms):
                return streak
        return Streak(self.streak, self.show, venue.host, self.sender, self.sender_name, gift, now_ms, now_ms)
