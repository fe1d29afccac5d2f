"""The shop's own commands in a red packet's life: it opens, the room hears of claims, it is drawn or expires.

Each is refused with `packet_state` when its time has not come or when it happened already, so all are safe to run
twice and on two machines.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import PacketId, PersonId
from livecart.domain.ledger import (
    Account,
    AccountKind,
    Journal,
    JournalKind,
    escrow_account,
    post,
    proceeds_account,
    transfer,
    wallet_account,
)
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.news import News, PacketChanged, PacketClosed, WalletChanged
from livecart.domain.packet_terms import DrawMode
from livecart.domain.red_packet import Drawn, EntrantList, PacketClaim, PacketStep, RedPacket


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPacket(Command[RedPacket]):
    """What the shop does to one packet."""

    packet: PacketId

    @property
    def answer_type(self) -> type[RedPacket]:
        return RedPacket

    def needs(self) -> Iterable[Need]:
        yield RedPacket, self.packet

    def decide(self, books: Books, now_ms: int) -> Change[RedPacket]:
        packet = books.find(RedPacket, self.packet)
        if packet is None:
            raise NotFoundError("no such red packet")
        return self._change(books, packet, now_ms)

    @abstractmethod
    def _change(self, books: Books, packet: RedPacket, now_ms: int) -> Change[RedPacket]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPacket(OnPacket):
    """The countdown is over. Claims do not wait for this: they look at the clock."""

    def _change(self, books: Books, packet: RedPacket, now_ms: int) -> Change[RedPacket]:  # noqa: ARG002
        started = packet.advance(PacketStep.START, now_ms)
        return Change(started, rows=(started,), news=(PacketChanged(started),))


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPacket(OnPacket):
    """The room hears of the claims that came within the pause between two such events."""

    def _change(self, books: Books, packet: RedPacket, now_ms: int) -> Change[RedPacket]:  # noqa: ARG002
        told = packet.told(now_ms)
        return Change(told, rows=(told,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePacket(OnPacket):
    """The deadline has come: a packet to be drawn is drawn, and what nobody got goes back to the sender.

    `spill`: a share that finds no room in a wallet (10^12 minor units) goes to its owner's proceeds instead. Without
    it such a packet is refused as `wallet_full`: the further accounts are looked at only when they are needed, and one
    full wallet must not keep all others waiting.
    """

    spill: bool = False

    def also(self, books: Books) -> Iterable[Need]:
        packet = books.find(RedPacket, self.packet)
        if packet is not None and packet.terms.mode is DrawMode.DRAW and not packet.is_closed:
            yield EntrantList, self.packet

    def accounts(self, books: Books) -> Iterable[Account]:
        packet = books.find(RedPacket, self.packet)
        if packet is None or packet.is_closed:
            return
        currency = packet.terms.total.currency
        yield escrow_account(self.packet, currency)
        for person in {packet.terms.sender, *(share.person for share in _drawn(books, packet))}:
            yield wallet_account(person, currency)
            if self.spill:
                yield proceeds_account(person, currency)

    def _change(self, books: Books, packet: RedPacket, now_ms: int) -> Change[RedPacket]:
        packet = packet.opened(now_ms)
        shares = _drawn(books, packet)
        if packet.terms.mode is DrawMode.DRAW:
            closed = packet.drawn(shares, _names(books, packet), now_ms)
        else:
            closed = packet.advance(PacketStep.EXPIRE, now_ms)
        journals = self._journals(books, closed, shares, now_ms)
        accounts = post([entry for each in journals for entry in each.entries], lambda key: books.get(Account, key))
        currency = packet.terms.total.currency
        claims = [
            PacketClaim(self.packet, share.person, share.share, Money(share.amount_minor, currency), now_ms)
            for share in shares
        ]
        after = closed.refunded()
        news: list[News] = [PacketClosed(after)]
        for account in accounts:
            if account.kind is AccountKind.WALLET and account.owner is not None:
                wallet = books.wallet(account.owner, (account,))
                news.append(WalletChanged(wallet, f"{JournalKind.PACKET_DRAWN}:{self.packet}:{account.id}"))
        return Change(after, (*claims, after, *accounts), tuple(journals), tuple(news))

    def _journals(self, books: Books, closed: RedPacket, shares: Sequence[Drawn], now_ms: int) -> list[Journal]:
        escrow = escrow_account(self.packet, closed.terms.total.currency)
        journals = []
        if shares:
            parts = [
                (self._payee(books, closed, share.person, share.amount_minor), share.amount_minor) for share in shares
            ]
            journals.append(Journal(JournalKind.PACKET_DRAWN, self.packet, now_ms, transfer(escrow, *parts)))
        if closed.rest_minor:
            sender = self._payee(books, closed, closed.terms.sender, closed.rest_minor)
            entries = transfer(escrow, (sender, closed.rest_minor))
            journals.append(Journal(JournalKind.PACKET_REFUNDED, self.packet, now_ms, entries))
        return journals

    def _payee(self, books: Books, packet: RedPacket, person: PersonId, amount_minor: int) -> Account:
        currency = packet.terms.total.currency
        wallet = wallet_account(person, currency)
        if self.spill and books.get(Account, wallet.id).balance_minor + amount_minor > MAX_MINOR:
            return proceeds_account(person, currency)
        return wallet


def is_full(fault: BaseException) -> bool:
    """Whether the packet has to be closed with `spill`."""
    return isinstance(fault, ConflictError) and fault.code == "wallet_full"


def _drawn(books: Books, packet: RedPacket) -> list[Drawn]:
    listed = books.find(EntrantList, packet.terms.packet)
    return [] if listed is None else packet.draw(listed.entrants)


def _names(books: Books, packet: RedPacket) -> dict[PersonId, str]:
    listed = books.find(EntrantList, packet.terms.packet)
    return {} if listed is None else listed.names
