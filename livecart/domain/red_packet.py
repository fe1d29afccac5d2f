"""A red packet: its terms, the states that it passes through, and what it gives to whom.

    announced ─ countdown over ─▶ open ─▶ exhausted   the last share is claimed (speed)
                                       ─▶ drawn       the deadline has come (draw)
                                       ─▶ expired     the deadline has come with shares left (speed)

It is funded in the commit that announces it, and what is left is refunded in the commit that closes it, so that no
crash can come between. Always: claimed + refunded = funded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PacketId, PersonId
from livecart.domain.money import Money
from livecart.domain.packet_proof import canonical, entrants_root
from livecart.domain.packet_split import assign, split
from livecart.domain.packet_terms import PacketTerms

# The room is told of claims at most this often.
TELL_EVERY_MS = 250
NAMES_TOLD = 3


class PacketState(StrEnum):
    ANNOUNCED = "announced"
    OPEN = "open"
    EXHAUSTED = "exhausted"
    DRAWN = "drawn"
    EXPIRED = "expired"


class PacketStep(StrEnum):
    START = "start"
    EXHAUST = "exhaust"
    DRAW = "draw"
    EXPIRE = "expire"


TRANSITIONS: dict[PacketState, dict[PacketStep, PacketState]] = {
    PacketState.ANNOUNCED: {PacketStep.START: PacketState.OPEN},
    PacketState.OPEN: {
        PacketStep.EXHAUST: PacketState.EXHAUSTED,
        PacketStep.DRAW: PacketState.DRAWN,
        PacketStep.EXPIRE: PacketState.EXPIRED,
    },
    PacketState.EXHAUSTED: {},
    PacketState.DRAWN: {},
    PacketState.EXPIRED: {},
}
CLOSED_STATES = (PacketState.EXHAUSTED, PacketState.DRAWN, PacketState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Luckiest:
    """Who got the most; of equals whoever got it first."""

    person: PersonId
    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Entrant:
    person: PersonId
    nonce: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A share as it was drawn: whose, which, how much."""

    person: PersonId
    share: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class RedPacket:
    """`changed_at_ms`: when somebody claimed last; `told_at_ms`: when the room heard of that last.

    `newest` names who claimed in this batch; it is not kept.
    """

    terms: PacketTerms
    seed: str
    commitment: str
    sender_name: str
    state: PacketState
    created_at_ms: int
    claimed: int = 0
    claimed_minor: int = 0
    refunded_minor: int = 0
    entrants: int = 0
    luckiest: Luckiest | None = None
    version: int = 1
    changed_at_ms: int = 0
    told_at_ms: int = 0
    closed_at_ms: int | None = None
    newest: tuple[str, ...] = ()

    @property
    def key(self) -> PacketId:
        return self.terms.packet

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_STATES

    @property
    def rest_minor(self) -> int:
        """What is in escrow."""
        return self.terms.total.amount_minor - self.claimed_minor - self.refunded_minor

    @property
    def amounts(self) -> tuple[int, ...]:
        """The shares in the order in which they are given away."""
        terms, seed = self.terms, bytes.fromhex(self.seed)
        return split(terms.packet, seed, terms.kind, terms.total.amount_minor, terms.shares)

    def is_over(self, now_ms: int) -> bool:
        """Whether nobody can come in any more, be it closed yet or not."""
        return self.is_closed or now_ms >= self.terms.ends_at_ms

    def advance(self, step: PacketStep, now_ms: int) -> RedPacket:
        """The packet after `step`; raises ConflictError `packet_state` if its state, or the time, has no such step."""
        state = TRANSITIONS[self.state].get(step)
        if state is None:
            raise ConflictError(f"a packet that is {self.state} cannot take '{step}'", code="packet_state")
        if step is PacketStep.START and now_ms < self.terms.opens_at_ms:
            raise ConflictError("the countdown is not over", code="packet_state")
        if step in {PacketStep.DRAW, PacketStep.EXPIRE} and now_ms < self.terms.ends_at_ms:
            raise ConflictError("the deadline has not come", code="packet_state")
        closed_at_ms = now_ms if state in CLOSED_STATES else None
        return replace(self, state=state, version=self.version + 1, closed_at_ms=closed_at_ms)

    def opened(self, now_ms: int) -> RedPacket:
        """Open, by the clock and not by whoever looks at it. Raises ConflictError `packet_not_open` before the time."""
        if self.state is not PacketState.ANNOUNCED:
            return self
        wait_ms = self.terms.opens_at_ms - now_ms
        if wait_ms > 0:
            fault = "the packet opens when its countdown is over"
            raise ConflictError(fault, code="packet_not_open", retry_after_ms=wait_ms)
        return self.advance(PacketStep.START, now_ms)

    def entered(self, name: str, now_ms: int) -> RedPacket:
        return self.stirred(name, now_ms, entrants=1)

    def next_share(self, person: PersonId) -> Drawn:
        return Drawn(person, self.claimed, self.amounts[self.claimed])

    def gave(self, drawn: Drawn, name: str, now_ms: int) -> RedPacket:
        """After one share, with speed; exhausted after the last."""
        given = self._granted([drawn], {drawn.person: name}).stirred(name, now_ms)
        return given.advance(PacketStep.EXHAUST, now_ms) if given.claimed == self.terms.shares else given

    def drawn(self, shares: Sequence[Drawn], names: dict[PersonId, str], now_ms: int) -> RedPacket:
        return self._granted(shares, names).advance(PacketStep.DRAW, now_ms)

    def draw(self, entrants: Sequence[Entrant]) -> list[Drawn]:
        """Who gets which share: nobody could know before the list of entrants was closed."""
        listed = canonical((entrant.person, entrant.nonce) for entrant in entrants)
        root = entrants_root(self.terms.packet, listed)
        order = assign(self.terms.packet, bytes.fromhex(self.seed), root, listed, self.terms.shares)
        shares = enumerate(zip(order, self.amounts, strict=False))
        return [Drawn(PersonId(person), share, amount) for share, ((person, _), amount) in shares]

    def refunded(self) -> RedPacket:
        return replace(self, refunded_minor=self.refunded_minor + self.rest_minor)

    def told(self, now_ms: int) -> RedPacket:
        """Raises ConflictError `packet_state` when the room knows everything, or was told a moment ago."""
        if self.is_closed or self.changed_at_ms <= self.told_at_ms or now_ms - self.told_at_ms < TELL_EVERY_MS:
            raise ConflictError("there is nothing to tell", code="packet_state")
        return replace(self, told_at_ms=now_ms)

    def stirred(self, name: str, now_ms: int, *, entrants: int = 0) -> RedPacket:
        """Somebody claimed; the room is to hear of it, but not of everybody alone."""
        told = now_ms if now_ms - self.told_at_ms >= TELL_EVERY_MS else self.told_at_ms
        newest = (*self.newest, name)[-NAMES_TOLD:]
        return replace(
            self,
            version=self.version + 1,
            entrants=self.entrants + entrants,
            changed_at_ms=now_ms,
            told_at_ms=told,
            newest=newest,
        )

    def _granted(self, shares: Sequence[Drawn], names: dict[PersonId, str]) -> RedPacket:
        best = max(shares, key=lambda share: share.amount_minor, default=None)
        luckiest = self.luckiest
        if best is not None and (luckiest is None or best.amount_minor > luckiest.amount_minor):
            luckiest = Luckiest(best.person, names[best.person], best.amount_minor)
        given = sum(share.amount_minor for share in shares)
        claimed = self.claimed + len(shares)
        return replace(self, claimed=claimed, claimed_minor=self.claimed_minor + given, luckiest=luckiest)


@dataclass(frozen=True, slots=True)
class PacketClaim:
    """A share that somebody got; one for each person and packet."""

    packet: PacketId
    person: PersonId
    share: int
    amount: Money
    at_ms: int

    @property
    def key(self) -> tuple[PacketId, PersonId]:
        return (self.packet, self.person)


@dataclass(frozen=True, slots=True)
class PacketEntry:
    """Somebody who waits for the draw; one for each person and packet."""

    packet: PacketId
    person: PersonId
    nonce: str
    at_ms: int

    @property
    def key(self) -> tuple[PacketId, PersonId]:
        return (self.packet, self.person)


@dataclass(frozen=True, slots=True)
class EntrantList:
    """All who entered a packet, with the names that others see."""

    packet: PacketId
    entrants: tuple[Entrant, ...]
    names: dict[PersonId, str]

    @property
    def key(self) -> PacketId:
        return self.packet
