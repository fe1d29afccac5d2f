"""The command that sends a red packet: the money goes from the sender's wallet into escrow, and the room is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.ledger import Account, Journal, JournalKind, escrow_account, transfer, wallet_account
from livecart.domain.money import Money
from livecart.domain.news import PacketChanged, WalletChanged
from livecart.domain.packet_proof import commitment
from livecart.domain.packet_split import SplitKind
from livecart.domain.packet_terms import Condition, DrawMode, PacketTerms
from livecart.domain.red_packet import PacketState, RedPacket
from livecart.domain.show import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketPlan:
    """A packet before it has its times. `lasts_ms`: from its opening to the draw, or to its expiry."""

    total: Money
    shares: int
    kind: SplitKind
    mode: DrawMode
    condition: Condition
    opens_in_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPacket(Command[RedPacket]):
    """`seed` is 32 random bytes as hexadecimal digits. `anybody`: not the host alone may send one in this show."""

    packet: PacketId
    show: ShowId
    sender: PersonId
    sender_name: str
    anybody: bool
    plan: PacketPlan
    seed: str

    @property
    def answer_type(self) -> type[RedPacket]:
        return RedPacket

    def needs(self) -> Iterable[Need]:
        yield Venue, self.show

    def accounts(self, books: Books) -> Iterable[Account]:  # noqa: ARG002 -- depends on no other row
        currency = self.plan.total.currency
        return (wallet_account(self.sender, currency), escrow_account(self.packet, currency))

    def decide(self, books: Books, now_ms: int) -> Change[RedPacket]:
        self._check_show(books)
        packet = self._packet(now_ms)
        wallet, escrow = self.accounts(books)
        entries = transfer(wallet, (escrow, self.plan.total.amount_minor))
        journal = Journal(JournalKind.PACKET_FUNDED, self.packet, now_ms, entries)
        accounts = books.post(journal)
        news = (PacketChanged(packet), WalletChanged(books.wallet(self.sender, accounts), journal.id))
        return Change(packet, rows=(packet, *accounts), records=(journal,), news=news)

    def _check_show(self, books: Books) -> None:
        venue = books.find(Venue, self.show)
        if venue is None:
            raise NotFoundError("no such show")
        if venue.host != self.sender and not self.anybody:
            raise ForbiddenError("only the host sends red packets in this show")
        if not venue.is_open:
            raise ConflictError("the show has ended", code="show_ended")

    def _packet(self, now_ms: int) -> RedPacket:
        plan = self.plan
        opens_at_ms = now_ms + plan.opens_in_ms
        terms = PacketTerms(
            packet=self.packet,
            show=self.show,
            sender=self.sender,
            total=plan.total,
            shares=plan.shares,
            kind=plan.kind,
            mode=plan.mode,
            opens_at_ms=opens_at_ms,
            ends_at_ms=opens_at_ms + plan.lasts_ms,
            condition=plan.condition,
        )
        return RedPacket(
            terms=terms,
            seed=self.seed,
            commitment=commitment(terms.parameters(), self.seed),
            sender_name=self.sender_name,
            state=PacketState.ANNOUNCED if plan.opens_in_ms else PacketState.OPEN,
            created_at_ms=now_ms,
        )
