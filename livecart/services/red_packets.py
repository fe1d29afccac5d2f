"""Red packets: send one, claim it, look at it and its proof, and do by the clock what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnauthenticatedError
from livecart.domain.idempotency import request_key
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.packet_claiming import Claimed, ClaimPacket, ClaimState, ConditionsUnknown
from livecart.domain.packet_closing import ClosePacket, OnPacket, StartPacket, TellPacket, is_full
from livecart.domain.packet_sending import OpenPacket
from livecart.domain.packet_split import SHARES_MAX
from livecart.domain.packet_terms import check_nonce
from livecart.domain.people import FORGOTTEN, Permission, Person
from livecart.domain.red_packet import PacketClaim, RedPacket
from livecart.domain.show import ViewersPolicy
from livecart.services.packet_conditions import PacketConditions
from livecart.services.packet_requests import PacketRequest, PacketTiming, plan_of
from livecart.services.ports import Clock, Committer, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.store_packets import DueStep, Seeds
from livecart.services.views_packets import claim_view, packet_view, proof_view, result_view
from livecart.services.wishes import known_id

DUE_AT_ONCE = 200
# A packet that is over is answered from memory; these are many more than are open at once.
_REMEMBERED_MAX = 512
_DUE: dict[DueStep, type[OnPacket]] = {
    DueStep.START: StartPacket,
    DueStep.TELL: TellPacket,
    DueStep.CLOSE: ClosePacket,
}


@dataclass(frozen=True, slots=True)
class PacketPorts:
    store: Store
    committer: Committer
    clock: Clock
    ids: Ids
    seeds: Seeds
    conditions: PacketConditions


@dataclass(slots=True)
class _Memory:
    """Packets that are over, with who has won: what thousands of losers ask at the same second needs no SQL."""

    over: dict[PacketId, dict[PersonId, PacketClaim]] = field(default_factory=dict)
    reading: set[PacketId] = field(default_factory=set)
    senders: dict[PacketId, PersonId] = field(default_factory=dict)

    def keep(self, packet: RedPacket, claims: Mapping[PersonId, PacketClaim]) -> None:
        self.over[packet.key] = dict(claims)
        self.senders[packet.key] = packet.terms.sender
        if len(self.over) > _REMEMBERED_MAX:
            oldest = next(iter(self.over))
            del self.over[oldest], self.senders[oldest]


class RedPackets:
    def __init__(self, ports: PacketPorts, timing: PacketTiming) -> None:
        self._ports = ports
        self._timing = timing
        self._memory = _Memory()
        # Terms never change, so a crowd of claims asks SQL for a packet's conditions once.
        self._conditional: dict[PacketId, RedPacket] = {}

    async def open(self, person: Person, key: str | None, show: ShowId, wanted: PacketRequest) -> dict[str, Any]:
        """Funds a packet from the sender's wallet and announces it.

        Raises ForbiddenError, InvalidError, ConflictError `insufficient_funds`, `show_ended`,
        `key_reused`.
        """
        ports = self._ports
        person.require(Permission.BUY)
        request = request_key(person.id, "packet.open", key, {"show": show, **wanted.body()})
        show = ShowId(known_id("show", show))
        async with ports.store.read() as tx:
            anybody = await tx.packets.anybody_sends(show)
            host = (await tx.shows.get(show)).creator
        if person.id != host and not anybody:
            raise ForbiddenError("only the host sends red packets in this show")
        plan = plan_of(wanted, self._timing)
        command = OpenPacket(
            request=request,
            packet=PacketId(ports.ids.new()),
            show=show,
            sender=person.id,
            sender_name=person.display_name,
            anybody=anybody,
            plan=plan,
            seed=ports.seeds.new(),
        )
        return packet_view(await ports.committer.submit(command))

    async def claim(
        self, person: Person, packet: PacketId, *, key: str | None = None, nonce: str | None = None
    ) -> dict[str, Any]:
        """Takes a share, or a place in the draw. Whoever claims again gets the same answer.

        Raises ConflictError `packet_not_open`, `condition_missing`, ForbiddenError `own_packet`, NotFoundError.
        """
        person.require(Permission.BUY)
        packet = PacketId(known_id("red packet", packet))
        nonce = self._ports.seeds.new()[:32] if nonce is None else check_nonce(nonce)
        # Without a key of the client's own the claim itself is the key: one for each person and packet.
        request = None if key is None else request_key(person.id, "packet.claim", key, {"packet": packet})
        if packet in self._memory.over:
            return claim_view(self._remembered(person, packet))
        command = ClaimPacket(request=request, packet=packet, person=person.id, name=person.display_name, nonce=nonce)
        claimed = await self._submit(command)
        if claimed.state is ClaimState.LOST:
            await self._remember(packet)
        return claim_view(claimed)

    async def get(self, person: Person | None, packet: PacketId, page: Page) -> dict[str, Any]:
        """The packet, what the person has of it, and a page of who got what: `{packet, yours, results, next}`."""
        async with self._ports.store.read() as tx:
            found = await _shown(tx, packet, person)
            claims = await tx.packets.claims(found.key, _share(page.after), page.limit + 1)
            mine = None if person is None else await tx.packets.claim_of(found.key, person.id)
            entered = None if person is None else await tx.packets.entry_of(found.key, person.id)
        shown = claims[: page.limit]
        yours = None
        if mine is not None:
            yours = claim_view(Claimed(found.key, ClaimState.WON, mine.amount))
        elif entered is not None:
            yours = claim_view(Claimed(found.key, ClaimState.LOST if found.is_closed else ClaimState.ENTERED))
            yours["nonce"] = entered.nonce
        return {
            "packet": packet_view(found),
            "yours": yours,
            "results": [result_view(found, claim, name) for claim, name in shown],
            "next": str(shown[-1][0].share) if len(claims) > len(shown) else None,
        }

    async def proof(self, person: Person | None, packet: PacketId) -> dict[str, Any]:
        """What `livecart verify-packet` checks; the seed is in it once the packet is closed."""
        async with self._ports.store.read() as tx:
            found = await _shown(tx, packet, person)
            if found.terms.sender == FORGOTTEN:
                raise NotFoundError(
                    "too old to be proven: nobody knows any more who took part", code="packet_forgotten"
                )
            claims = await tx.packets.claims(found.key, -1, SHARES_MAX) if found.is_closed else []
            entrants = await tx.packets.entrants(found.key) if found.is_closed else []
        return proof_view(found, entrants, [claim for claim, _ in claims])

    async def rules(self, person: Person, show: ShowId, *, anybody: bool | None = None) -> dict[str, Any]:
        """Who may send packets in the show; the host changes it. Raises ForbiddenError."""
        show = ShowId(known_id("show", show))
        async with self._ports.store.write() as tx:
            if (await tx.shows.get(show)).creator != person.id:
                raise ForbiddenError("only the host decides who sends red packets")
            if anybody is not None:
                await tx.packets.let_send(show, anybody=anybody)
            return {"senders": "everyone" if await tx.packets.anybody_sends(show) else "host"}

    async def do_due(self, now_ms: int) -> int:
        """Opens, tells of and closes what is due; returns how many. Safe to run twice, and on two machines at once.

        The committer's clock decides again: what happened meanwhile is left alone.
        """
        async with self._ports.store.read() as tx:
            due = await tx.packets.due(now_ms, DUE_AT_ONCE)
        commands = [_DUE[step](request=None, packet=packet) for packet, step in due]
        answers: list[RedPacket | BaseException] = [*await self._ports.committer.submit_all(commands)]
        for place, answer in enumerate(answers):
            if isinstance(answer, BaseException) and is_full(answer):
                spilling = ClosePacket(request=None, packet=due[place][0], spill=True)
                answers[place] = (await self._ports.committer.submit_all([spilling]))[0]
        faults = [answer for answer in answers if isinstance(answer, BaseException)]
        for fault in faults:
            if not isinstance(fault, ConflictError):
                raise fault
        return len(answers) - len(faults)

    async def _submit(self, command: ClaimPacket) -> Claimed:
        """Only for a packet with conditions is it looked up what the claimer has done."""
        committer, conditions = self._ports.committer, self._ports.conditions
        packet = self._conditional.get(command.packet)
        if packet is None:
            try:
                return await committer.submit(command)
            except ConditionsUnknown:
                async with self._ports.store.read() as tx:
                    packet = await tx.packets.get(command.packet)
                self._conditional[command.packet] = packet
                if len(self._conditional) > _REMEMBERED_MAX:
                    del self._conditional[next(iter(self._conditional))]
        return await committer.submit(replace(command, missing=await conditions.missing(packet, command.person)))

    def _remembered(self, person: Person, packet: PacketId) -> Claimed:
        if self._memory.senders[packet] == person.id:
            raise ForbiddenError("nobody claims a packet of his own", code="own_packet")
        won = self._memory.over[packet].get(person.id)
        return Claimed(packet, ClaimState.LOST) if won is None else Claimed(packet, ClaimState.WON, won.amount)

    async def _remember(self, packet: PacketId) -> None:
        """Once per packet, by whoever hears first that it is over."""
        if packet in self._memory.over or packet in self._memory.reading:
            return
        self._memory.reading.add(packet)
        try:
            async with self._ports.store.read() as tx:
                found = await tx.packets.get(packet)
                claims = await tx.packets.claims(packet, -1, SHARES_MAX)
            # Past its deadline and not drawn yet: that is no end to remember.
            if found.is_closed:
                self._memory.keep(found, {claim.person: claim for claim, _ in claims})
        finally:
            self._memory.reading.discard(packet)


async def _shown(tx: Transaction, packet: PacketId, person: Person | None) -> RedPacket:
    """A packet as whoever may be in its show may see it. Raises NotFoundError, UnauthenticatedError."""
    found = await tx.packets.get(PacketId(known_id("red packet", packet)))
    if person is None and (await tx.shows.get(found.terms.show)).viewers_policy is ViewersPolicy.MEMBERS:
        raise UnauthenticatedError("this show is for members; sign in to see its packets")
    return found


def _share(cursor: str | None) -> int:
    if cursor is None:
        return -1
    if not cursor.isascii() or not cursor.isdigit():
        raise InvalidError("the cursor is not valid", fields={"cursor": "a cursor that an answer gave as `next`"})
    return int(cursor[:9])
