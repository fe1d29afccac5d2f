"""Red packets walked at random in batches: whatever happens, claimed + refunded = funded and nobody claims twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import decide_all
from livecart.domain.books import Books, Command
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.idempotency import KeptAnswer, KeyScope, request_key
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.ledger import Account, AccountKind, Journal, JournalKind
from livecart.domain.money import Money
from livecart.domain.packet_claiming import Claimed, ClaimPacket, ClaimState
from livecart.domain.packet_closing import ClosePacket, StartPacket, TellPacket
from livecart.domain.packet_sending import OpenPacket, PacketPlan
from livecart.domain.packet_split import SplitKind
from livecart.domain.packet_terms import Condition, DrawMode
from livecart.domain.red_packet import (
    CLOSED_STATES,
    TRANSITIONS,
    Entrant,
    EntrantList,
    PacketClaim,
    PacketEntry,
    PacketState,
    RedPacket,
)
from livecart.domain.show import Venue
from livecart.domain.topping_up import TopUp
from tests.support.full import FULL

PEOPLE = [PersonId(name) for name in ("mei", "ana", "lin", "mo", "kim")]
OPEN, ENDED = ShowId("open"), ShowId("ended")
CURRENCIES = ("CNY", "JPY", "KWD")
LASTS_MS = 100


@dataclass(slots=True)
class Shop:
    books: Books
    known: dict[KeyScope, KeptAnswer] = field(default_factory=dict)
    journals: dict[str, Journal] = field(default_factory=dict)
    now_ms: int = 1_000

    def run(self, commands: list[Command[Any]]) -> list[Any]:
        """What the database does before a batch: lists the entrants, and opens accounts that do not exist."""
        self.books.enter([self._entrants(packet.key) for packet in self.all(RedPacket)])
        for command in commands:
            wanted = command.accounts(self.books)
            self.books.enter(account for account in wanted if self.books.find(Account, account.id) is None)
        verdict = decide_all(self.books, commands, self.known, self.now_ms)
        self.known.update(verdict.kept)
        for change in verdict.changes:
            for journal in (record for record in change.records if isinstance(record, Journal)):
                assert journal.id not in self.journals, "booked twice"
                self.journals[journal.id] = journal
        return verdict.answers

    def all(self, kind: type[Any]) -> list[Any]:
        return list(self.books.all(kind))

    def _entrants(self, packet: PacketId) -> EntrantList:
        entries = [entry for entry in self.all(PacketEntry) if entry.packet == packet]
        listed = tuple(Entrant(entry.person, entry.nonce) for entry in entries)
        return EntrantList(packet, listed, {entry.person: entry.person.title() for entry in entries})


def new_shop() -> Shop:
    books = Books()
    books.enter(Venue(show, PEOPLE[0], show is OPEN) for show in (OPEN, ENDED))
    return Shop(books)


def top_up(number: int, person: PersonId, amount: Money) -> TopUp:
    request = request_key(person, "wallet.topup", str(number), {"amount": amount.amount_minor})
    return TopUp(request=request, topup=str(number), person=person, amount=amount)


def send(number: int, **changed: Any) -> OpenPacket:
    plan: dict[str, Any] = {
        "total": Money(100, "CNY"),
        "shares": 3,
        "kind": SplitKind.LUCKY,
        "mode": DrawMode.SPEED,
        "condition": Condition(),
        "opens_in_ms": 0,
        "lasts_ms": LASTS_MS,
    }
    sender = changed.pop("sender", PEOPLE[0])
    show = changed.pop("show", OPEN)
    anybody = changed.pop("anybody", False)
    return OpenPacket(
        request=request_key(sender, "packet.open", str(number), {"n": number}),
        packet=PacketId(f"packet{number}"),
        show=show,
        sender=sender,
        sender_name=sender.title(),
        anybody=anybody,
        plan=PacketPlan(**(plan | changed)),
        seed=hashlib.sha256(b"%d" % number).hexdigest(),
    )


def claim(number: int, packet: PacketId, person: PersonId, *, keyed: bool = True) -> ClaimPacket:
    request = request_key(person, "packet.claim", str(number), {"packet": packet}) if keyed else None
    return ClaimPacket(request=request, packet=packet, person=person, name=person.title(), nonce=f"n{number}")


class Packets(RuleBasedStateMachine):
    """Each rule adds a command to the batch; `commit` decides the batch at once."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = new_shop()
        self.batch: list[Command[Any]] = []
        self.answers: dict[KeyScope, Any] = {}
        self.claimed: dict[tuple[PacketId, PersonId], Claimed] = {}
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _some_packet(self, pick: int) -> PacketId:
        known = sorted(packet.key for packet in self.shop.all(RedPacket))
        return known[pick % len(known)] if known else PacketId("none")

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 500), currency=st.sampled_from(CURRENCIES))
    def top_up(self, person: PersonId, amount: int, currency: str) -> None:
        self.batch.append(top_up(self._next(), person, Money(amount, currency)))

    @rule(
        sender=st.sampled_from(PEOPLE),
        anybody=st.booleans(),
        show=st.sampled_from([OPEN, OPEN, OPEN, ENDED]),
        shares=st.integers(1, 6),
        more=st.integers(0, 60),
        kind=st.sampled_from(SplitKind),
        mode=st.sampled_from(DrawMode),
        currency=st.sampled_from(CURRENCIES),
        opens_in_ms=st.sampled_from([0, 0, 50]),
    )
    def send(self, shares: int, more: int, currency: str, **plan: Any) -> None:
        self.batch.append(send(self._next(), total=Money(shares + more, currency), shares=shares, **plan))

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 99), keyed=st.booleans())
    def claim(self, person: PersonId, pick: int, keyed: bool) -> None:
        self.batch.append(claim(self._next(), self._some_packet(pick), person, keyed=keyed))

    @rule(
        pick=st.integers(0, 99),
        waited_ms=st.integers(0, LASTS_MS),
        kind=st.sampled_from([StartPacket, TellPacket, ClosePacket, ClosePacket]),
    )
    def clock(self, pick: int, waited_ms: int, kind: Any) -> None:
        self.shop.now_ms += waited_ms
        self.batch.append(kind(request=None, packet=self._some_packet(pick)))

    @rule(pick=st.integers(0, 99))
    def repeat(self, pick: int) -> None:
        if self.batch:
            self.batch.append(self.batch[pick % len(self.batch)])

    @rule()
    def commit(self) -> None:
        for command, answer in zip(self.batch, self.shop.run(self.batch), strict=True):
            if isinstance(answer, LivecartError):
                continue
            if command.request is not None:
                first = self.answers.setdefault(command.request.scope, answer)
                assert first == answer, "a repeated key was given another answer"
            elif isinstance(command, ClaimPacket):
                self._compare(command, answer)
        # Half of it comes once more in the next batch, as from clients that heard no answer.
        self.batch = self.batch[::2] if len(self.batch) > 1 else []

    def _compare(self, command: ClaimPacket, answer: Claimed) -> None:
        """Only from `entered` may the answer change, and only to what the draw said."""
        before = self.claimed.get((command.packet, command.person))
        if before is not None and before.state is not ClaimState.ENTERED:
            assert answer == before
        self.claimed[command.packet, command.person] = answer

    @invariant()
    def every_packet_is_claimed_refunded_or_in_escrow(self) -> None:
        for packet in self.shop.all(RedPacket):
            claims = [each for each in self.shop.all(PacketClaim) if each.packet == packet.key]
            total = packet.terms.total
            assert packet.claimed == len(claims) <= packet.terms.shares
            assert packet.claimed_minor == sum(each.amount.amount_minor for each in claims)
            assert {each.share for each in claims} == set(range(len(claims)))
            assert all(each.amount.amount_minor == packet.amounts[each.share] >= 1 for each in claims)
            assert all(each.person != packet.terms.sender for each in claims)
            escrow = self.shop.books.find(Account, f"escrow:{packet.key}:{total.currency}")
            held = escrow.balance_minor if escrow else 0
            assert held == packet.rest_minor == total.amount_minor - packet.claimed_minor - packet.refunded_minor
            if packet.is_closed:
                assert packet.rest_minor == 0
            else:
                assert packet.refunded_minor == 0
            if packet.terms.mode is DrawMode.DRAW:
                entered = {each.person for each in self.shop.all(PacketEntry) if each.packet == packet.key}
                assert {each.person for each in claims} <= entered
                assert packet.entrants == len(entered)
                if packet.is_closed:
                    assert len(claims) == min(len(entered), packet.terms.shares)

    @invariant()
    def nobody_came_before_the_opening_or_after_the_end(self) -> None:
        packets = {packet.key: packet.terms for packet in self.shop.all(RedPacket)}
        for entry in self.shop.all(PacketEntry):
            terms = packets[entry.packet]
            assert terms.opens_at_ms <= entry.at_ms < terms.ends_at_ms
        for each in self.shop.all(PacketClaim):
            terms = packets[each.packet]
            if terms.mode is DrawMode.SPEED:
                assert terms.opens_at_ms <= each.at_ms < terms.ends_at_ms

    @invariant()
    def every_cent_is_explained(self) -> None:
        accounts = self.shop.all(Account)
        assert all(account.balance_minor >= 0 for account in accounts if account.kind is not AccountKind.EXTERNAL)
        for currency in CURRENCIES:
            assert sum(account.balance_minor for account in accounts if account.currency == currency) == 0
        refunds = [each.cause for each in self.shop.journals.values() if each.kind is JournalKind.PACKET_REFUNDED]
        assert len(refunds) == len(set(refunds))


TestPackets = Packets.TestCase
TestPackets.settings = settings(
    max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None
)


def funded(*commands: Command[Any]) -> tuple[Shop, list[Any]]:
    shop = new_shop()
    shop.run([top_up(0, PEOPLE[0], Money(1_000, "CNY"))])
    return shop, shop.run(list(commands))


def test_in_one_batch_whoever_came_first_is_served_first() -> None:
    shop, _ = funded(send(1, shares=2))
    answers = shop.run([claim(n, PacketId("packet1"), person) for n, person in enumerate(PEOPLE[1:])])
    assert [answer.state for answer in answers] == [ClaimState.WON, ClaimState.WON, ClaimState.LOST, ClaimState.LOST]
    (packet,) = shop.all(RedPacket)
    assert packet.state is PacketState.EXHAUSTED


def test_the_same_person_twice_in_one_batch_has_one_share() -> None:
    shop, _ = funded(send(1))
    first, second = shop.run([claim(n, PacketId("packet1"), PEOPLE[1]) for n in (1, 2)])
    assert first == second
    assert len(shop.all(PacketClaim)) == 1


def test_of_equal_shares_the_first_is_the_luckiest() -> None:
    shop, _ = funded(send(1, shares=2, kind=SplitKind.EQUAL))
    shop.run([claim(n, PacketId("packet1"), person) for n, person in enumerate(PEOPLE[1:3])])
    (packet,) = shop.all(RedPacket)
    assert packet.luckiest.person == PEOPLE[1]


def test_a_refused_packet_leaves_the_books_as_they_were() -> None:
    shop, (refusal,) = funded(send(1, total=Money(1_001, "CNY")))
    assert refusal.code == "insufficient_funds"
    assert shop.all(RedPacket) == []


def test_a_claim_without_a_look_at_the_conditions_is_sent_back() -> None:
    shop, _ = funded(send(1, condition=Condition(bought=True)))
    (refusal,) = shop.run([claim(1, PacketId("packet1"), PEOPLE[1])])
    assert refusal.code == "conditions_unknown"


@pytest.mark.parametrize("state", PacketState)
def test_every_state_has_its_steps_and_closed_ones_have_none(state: PacketState) -> None:
    assert (TRANSITIONS[state] == {}) == (state in CLOSED_STATES)


def test_nothing_happens_before_its_time() -> None:
    shop, _ = funded(send(1, opens_in_ms=50))
    packet = PacketId("packet1")
    steps: list[Command[Any]] = [kind(request=None, packet=packet) for kind in (StartPacket, TellPacket, ClosePacket)]
    assert all(isinstance(answer, ConflictError) for answer in shop.run(steps))
    shop.now_ms += 50
    started, told, closed = shop.run(steps)
    assert started.state is PacketState.OPEN
    assert isinstance(told, ConflictError)
    assert isinstance(closed, ConflictError)
