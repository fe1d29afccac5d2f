"""Red packets as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livecart.domain.money import Money
from livecart.domain.packet_claiming import Claimed
from livecart.domain.packet_proof import FORMAT, NOT_PROVEN, canonical, entrants_root
from livecart.domain.packet_terms import DrawMode, condition_parts
from livecart.domain.red_packet import Entrant, PacketClaim, RedPacket
from livecart.domain.text import shortened
from livecart.services.views import rfc3339
from livecart.services.views_commerce import money_view


def packet_view(packet: RedPacket) -> dict[str, Any]:
    """The whole state; of two, the one with the higher version is true."""
    terms = packet.terms
    return {
        "id": terms.packet,
        "show": terms.show,
        "sender": {"id": terms.sender, "display_name": packet.sender_name},
        "state": packet.state.value,
        "kind": terms.kind.value,
        "mode": terms.mode.value,
        "total": money_view(terms.total),
        "shares": terms.shares,
        "claimed": packet.claimed,
        "claimed_total": _money(packet, packet.claimed_minor),
        "refunded": _money(packet, packet.refunded_minor),
        "entrants": packet.entrants,
        "luckiest": _luckiest(packet),
        "condition": condition_parts(terms.condition) or None,
        "commitment": packet.commitment,
        "opens_at": rfc3339(terms.opens_at_ms),
        "ends_at": rfc3339(terms.ends_at_ms),
        "closed_at": rfc3339(packet.closed_at_ms),
        "version": packet.version,
    }


def claimed_view(packet: RedPacket) -> dict[str, Any]:
    return {
        "packet": packet.key,
        "claimed": packet.claimed,
        "entrants": packet.entrants,
        "left": packet.terms.shares - packet.claimed,
        "names": [shortened(name) for name in packet.newest],
        "version": packet.version,
    }


def closed_view(packet: RedPacket) -> dict[str, Any]:
    return {
        "packet": packet.key,
        "state": packet.state.value,
        "claimed": packet.claimed,
        "claimed_total": _money(packet, packet.claimed_minor),
        "refunded": _money(packet, packet.refunded_minor),
        "entrants": packet.entrants,
        "luckiest": _luckiest(packet),
        "version": packet.version,
    }


def claim_view(claimed: Claimed) -> dict[str, Any]:
    """The answer to whoever claims: `amount` for whoever has won."""
    answer: dict[str, Any] = {"packet": claimed.packet, "state": claimed.state.value}
    return answer if claimed.amount is None else answer | {"amount": money_view(claimed.amount)}


def result_view(packet: RedPacket, claim: PacketClaim, name: str) -> dict[str, Any]:
    luckiest = packet.luckiest is not None and packet.luckiest.person == claim.person
    return {
        "user": claim.person,
        "name": shortened(name),
        "share": claim.share,
        "amount": money_view(claim.amount),
        "luckiest": luckiest and packet.is_closed,
        "at": rfc3339(claim.at_ms),
    }


def proof_view(packet: RedPacket, entrants: Sequence[Entrant], claims: Sequence[PacketClaim]) -> dict[str, Any]:
    """What `livecart verify-packet` checks. Before the end it has the commitment and the parameters alone."""
    draws = packet.terms.mode is DrawMode.DRAW
    listed = canonical((entrant.person, entrant.nonce) for entrant in entrants)
    root = entrants_root(packet.key, listed).hex()
    done = packet.is_closed
    return {
        "format": FORMAT,
        "state": packet.state.value,
        "parameters": packet.terms.parameters(),
        "commitment": packet.commitment,
        "seed": packet.seed if done else None,
        "entrants": [list(entrant) for entrant in listed] if done and draws else None,
        "root": root if done and draws else None,
        "results": [
            {"person": claim.person, "share": claim.share, "amount_minor": claim.amount.amount_minor}
            for claim in claims
        ]
        if done
        else None,
        "claimed_minor": packet.claimed_minor,
        "refunded_minor": packet.refunded_minor,
        "not_proven": list(NOT_PROVEN[packet.terms.mode.value]),
    }


def _money(packet: RedPacket, amount_minor: int) -> dict[str, Any]:
    return money_view(Money(amount_minor, packet.terms.total.currency))


def _luckiest(packet: RedPacket) -> dict[str, Any] | None:
    if packet.luckiest is None:
        return None
    return {"name": shortened(packet.luckiest.name), "amount": _money(packet, packet.luckiest.amount_minor)}
