"""The command by which somebody claims a red packet: a share at once, or a place in the draw.

Whoever claims again, with whatever key, gets the same answer; whoever comes after the end has lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConditionMissing, ConflictError, ForbiddenError, NotFoundError
from livecart.domain.ids import PacketId, PersonId
from livecart.domain.ledger import Account, Journal, JournalKind, escrow_account, transfer, wallet_account
from livecart.domain.money import Money
from livecart.domain.news import News, PacketClosed, WalletChanged
from livecart.domain.packet_terms import DrawMode
from livecart.domain.red_packet import PacketClaim, PacketEntry, RedPacket


class ClaimState(StrEnum):
    ENTERED = "entered"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Claimed:
    """`amount` of whoever has won."""

    packet: PacketId
    state: ClaimState
    amount: Money | None = None


class ConditionsUnknown(ConflictError):  # noqa: N818 -- says what there is to do
    """The packet has conditions, and the command does not say whether they are met: look, and submit it again."""

    code = "conditions_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPacket(Command[Claimed]):
    """`missing` says, by condition, what the claimer still has to do; None: nobody has looked yet."""

    packet: PacketId
    person: PersonId
    name: str
    nonce: str
    missing: tuple[tuple[str, str], ...] | None = None

    @property
    def answer_type(self) -> type[Claimed]:
        return Claimed

    def needs(self) -> Iterable[Need]:
        yield RedPacket, self.packet

    def also(self, books: Books) -> Iterable[Need]:
        packet = books.find(RedPacket, self.packet)
        if packet is None:
            return
        # Nobody has a share of a packet that is still to be drawn, and nobody waits for one that was.
        draws = packet.terms.mode is DrawMode.DRAW and not packet.is_closed
        yield PacketEntry if draws else PacketClaim, (self.packet, self.person)

    def accounts(self, books: Books) -> Iterable[Account]:
        packet = books.find(RedPacket, self.packet)
        if packet is None or packet.is_closed or packet.terms.mode is DrawMode.DRAW:
            return ()
        if self.missing or books.find(PacketClaim, (self.packet, self.person)) is not None:
            return ()
        currency = packet.terms.total.currency
        return (escrow_account(self.packet, currency), wallet_account(self.person, currency))

    def decide(self, books: Books, now_ms: int) -> Change[Claimed]:
        packet = books.find(RedPacket, self.packet)
        if packet is None:
            raise NotFoundError("no such red packet")
        if packet.terms.sender == self.person:
            raise ForbiddenError("nobody claims a packet of his own", code="own_packet")
        won = books.find(PacketClaim, (self.packet, self.person))
        if won is not None:
            return Change(Claimed(self.packet, ClaimState.WON, won.amount))
        if not packet.is_closed and books.find(PacketEntry, (self.packet, self.person)) is not None:
            return Change(Claimed(self.packet, ClaimState.ENTERED))
        if packet.is_over(now_ms):
            return Change(Claimed(self.packet, ClaimState.LOST))
        packet = packet.opened(now_ms)
        if self.missing is None and packet.terms.condition:
            raise ConditionsUnknown("this packet has conditions")
        if self.missing:
            raise ConditionMissing(dict(self.missing))
        if packet.terms.mode is DrawMode.DRAW:
            return self._enter(packet, now_ms)
        return self._take(books, packet, now_ms)

    def _enter(self, packet: RedPacket, now_ms: int) -> Change[Claimed]:
        entry = PacketEntry(self.packet, self.person, self.nonce, now_ms)
        after = packet.entered(self.name, now_ms)
        return Change(Claimed(self.packet, ClaimState.ENTERED), rows=(entry, after))

    def _take(self, books: Books, packet: RedPacket, now_ms: int) -> Change[Claimed]:
        share = packet.next_share(self.person)
        amount = Money(share.amount_minor, packet.terms.total.currency)
        escrow, wallet = self.accounts(books)
        entries = transfer(escrow, (wallet, amount.amount_minor))
        journal = Journal(JournalKind.PACKET_CLAIMED, f"{self.packet}:{self.person}", now_ms, entries)
        accounts = books.post(journal)
        after = packet.gave(share, self.name, now_ms)
        claim = PacketClaim(self.packet, self.person, share.share, amount, now_ms)
        news: list[News] = [WalletChanged(books.wallet(self.person, accounts), journal.id)]
        if after.is_closed:
            news.append(PacketClosed(after))
        answer = Claimed(self.packet, ClaimState.WON, amount)
        return Change(answer, (claim, after, *accounts), (journal,), tuple(news))
