"""Writes tests/vectors/packets.json: proofs of red packets, whole and tampered with, and what a check makes of each.

`livecart verify-packet` and the page that does the same in a browser are held against the same file.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.money import Money
from livecart.domain.packet_proof import check, commitment
from livecart.domain.packet_split import SplitKind, split
from livecart.domain.packet_terms import Condition, DrawMode, PacketTerms
from livecart.domain.red_packet import Entrant, PacketClaim, PacketState, PacketStep, RedPacket
from livecart.services.views_packets import proof_view

VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "packets.json"
OPENS_MS = 1_800_000_000_000
ENDS_MS = OPENS_MS + 20_000

Proof = dict[str, Any]


def vectors() -> dict[str, Any]:
    proofs = [_entry(name, proof) for name, proof in _whole().items()]
    return {"splits": _splits(), "proofs": proofs, "tampered": [_tampered(*each) for each in _tamperings()]}


def rendered() -> str:
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


def _whole() -> dict[str, Proof]:
    wish = Condition(follow=True, phrase="恭喜發財 “友”\u2028\\", watched_s=30, bought=True)
    return {
        "more entrants than shares": _drawn(_terms(8_888, 5), 12),
        "fewer entrants than shares": _drawn(_terms(100, 10, currency="JPY"), 3),
        "nobody entered": _drawn(_terms(1, 1), 0),
        "conditions in other scripts": _drawn(_terms(10**12, 3, condition=wish), 4),
        "speed, exhausted": _claimed(_terms(1_001, 4, SplitKind.EQUAL, DrawMode.SPEED), 4),
        "speed, expired": _claimed(_terms(123_456, 7, mode=DrawMode.SPEED, currency="KWD"), 3),
        "two thousand shares": _drawn(_terms(20_000, 2_000), 40),
    }


def _terms(
    total_minor: int,
    shares: int,
    kind: SplitKind = SplitKind.LUCKY,
    mode: DrawMode = DrawMode.DRAW,
    *,
    currency: str = "CNY",
    condition: Condition | None = None,
) -> PacketTerms:
    return PacketTerms(
        packet=PacketId(f"packet-{shares}-{total_minor}"),
        show=ShowId("show"),
        sender=PersonId("mei"),
        total=Money(total_minor, currency),
        shares=shares,
        kind=kind,
        mode=mode,
        opens_at_ms=OPENS_MS,
        ends_at_ms=ENDS_MS,
        condition=condition or Condition(),
    )


def _packet(terms: PacketTerms) -> RedPacket:
    seed = hashlib.sha256(terms.packet.encode()).hexdigest()
    made = commitment(terms.parameters(), seed)
    return RedPacket(terms, seed, made, "Mei", PacketState.OPEN, OPENS_MS)


def _drawn(terms: PacketTerms, people: int) -> Proof:
    packet = _packet(terms)
    entrants = [Entrant(PersonId(f"person-{n}"), hashlib.sha256(b"%d" % n).hexdigest()[:32]) for n in range(people)]
    shares = packet.draw(entrants)
    closed = packet.drawn(shares, {entrant.person: "Ana" for entrant in entrants}, ENDS_MS).refunded()
    claims = [_claim(terms, share.person, share.share, share.amount_minor) for share in shares]
    return proof_view(closed, entrants, claims)


def _claimed(terms: PacketTerms, people: int) -> Proof:
    packet, claims = _packet(terms), []
    for number in range(people):
        share = packet.next_share(PersonId(f"person-{number}"))
        packet = packet.gave(share, "Ana", OPENS_MS)
        claims.append(_claim(terms, share.person, share.share, share.amount_minor))
    if not packet.is_closed:
        packet = replace(packet.advance(PacketStep.EXPIRE, ENDS_MS)).refunded()
    return proof_view(packet, [], claims)


def _claim(terms: PacketTerms, person: PersonId, share: int, amount_minor: int) -> PacketClaim:
    return PacketClaim(terms.packet, person, share, Money(amount_minor, terms.total.currency), ENDS_MS)


def _entry(name: str, proof: Proof) -> dict[str, Any]:
    return {"name": name, "proof": proof, "steps": [[s.name, s.good, s.seen] for s in check(proof)]}


def _tampered(name: str, base: str, change: Callable[[Proof], None]) -> dict[str, Any]:
    proof = copy.deepcopy(_whole()[base])
    change(proof)
    return {"name": name, "proof": proof, "bad": [step.name for step in check(proof) if not step.good]}


def _tamperings() -> list[tuple[str, str, Callable[[Proof], None]]]:
    many, speed = "more entrants than shares", "speed, expired"

    def another_seed(proof: Proof) -> None:
        proof["seed"] = "00" * 32

    def another_condition(proof: Proof) -> None:
        proof["parameters"]["condition"] = {"follow": True}

    def somebody_left_out(proof: Proof) -> None:
        del proof["entrants"][3]

    def somebody_twice(proof: Proof) -> None:
        proof["entrants"].append(proof["entrants"][0])

    def another_nonce(proof: Proof) -> None:
        proof["entrants"][0][1] = "mine"

    def winners_swapped(proof: Proof) -> None:
        first, second = proof["results"][:2]
        first["person"], second["person"] = second["person"], first["person"]

    def one_cent_more(proof: Proof) -> None:
        proof["results"][0]["amount_minor"] += 1

    def refund_hidden(proof: Proof) -> None:
        proof["refunded_minor"] -= 1

    def share_skipped(proof: Proof) -> None:
        proof["results"][1]["share"] = 2

    def one_person_twice(proof: Proof) -> None:
        proof["results"][1]["person"] = proof["results"][0]["person"]

    return [
        ("another seed", many, another_seed),
        ("another condition", many, another_condition),
        ("an entrant left out", many, somebody_left_out),
        ("an entrant twice", many, somebody_twice),
        ("another nonce", many, another_nonce),
        ("winners swapped", many, winners_swapped),
        ("one cent more", many, one_cent_more),
        ("a refund hidden", speed, refund_hidden),
        ("a share skipped", speed, share_skipped),
        ("one person twice", speed, one_person_twice),
    ]


def _splits() -> list[dict[str, Any]]:
    cases = [
        (SplitKind.LUCKY, 10, 10),
        (SplitKind.LUCKY, 10_000, 10),
        (SplitKind.LUCKY, 10**12, 6),
        (SplitKind.EQUAL, 100, 7),
        (SplitKind.LUCKY, 5, 1),
    ]
    seed = hashlib.sha256(b"splits").digest()
    return [
        {"packet": "p", "seed": seed.hex(), "kind": kind, "total_minor": total, "shares": shares, "amounts": amounts}
        for kind, total, shares in cases
        for amounts in [split("p", seed, kind, total, shares)]
    ]


if __name__ == "__main__":
    VECTORS.write_text(rendered(), "utf-8")
