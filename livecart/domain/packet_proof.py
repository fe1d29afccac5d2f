"""What makes a red packet provable: the commitment shown before it opens, the entrants' root, and the check of both.

Both are SHA-256 of plain lines of UTF-8 text, so that anybody can recompute them with `sha256sum`. The check reads a
downloaded proof and believes nothing in it; web/src/core/packetProof.ts does the same in a browser.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livecart.domain.packet_split import SHARE_MIN_MINOR, SHARES_MAX, SplitKind, assign, split

# Without spaces, so that a line of the list can be read in one way only.
_WORD = re.compile(r"[!-~]{1,64}")
FORMAT = "livecart.packet-proof.v1"
# In the order of their lines.
PARAMETERS = (
    "packet",
    "show",
    "sender",
    "currency",
    "total_minor",
    "shares",
    "kind",
    "mode",
    "opens_at_ms",
    "ends_at_ms",
    "condition",
)
NOT_PROVEN = {
    "draw": (
        "That every entrant is a real person: the shop could have entered people of its own, and could have left "
        "somebody out. Look for yourself in the list, with the nonce that your page showed you.",
    ),
    "speed": (
        "Who came first: only the shop saw when each claim arrived, so it could have let somebody pass.",
        "That nobody knew the next amount: whoever holds the seed could.",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was recomputed: whether it came out as the proof says, and what was seen."""

    name: str
    good: bool
    seen: str


class Unreadable(ValueError):  # noqa: N818 -- says what the file is
    """This is no proof at all, or one of a packet that is not closed yet."""


def commitment(parameters: Mapping[str, Any], seed: str) -> str:
    """SHA-256 over the seed and every parameter, one a line."""
    lines = ["livecart.packet.v1", *(f"{name} {_text(parameters[name])}" for name in PARAMETERS), f"seed {seed}"]
    return _sha256(lines).hex()


def entrants_root(packet: str, entrants: Sequence[tuple[str, str]]) -> bytes:
    """SHA-256 over the closed list: each person with his nonce, sorted by the person's id."""
    lines = (f"{person} {nonce}" for person, nonce in entrants)
    return _sha256(["livecart.packet.entrants.v1", f"packet {packet}", f"entrants {len(entrants)}", *lines])


def canonical(entrants: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(entrants, key=lambda entrant: entrant[0].encode())


def check(proof: Mapping[str, Any]) -> list[Step]:
    """Every step of the check; the draw was as promised if all are good. Raises Unreadable."""
    try:
        return _check(proof)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"this is not a whole proof: {type(error).__name__} {error}") from error


def _check(proof: Mapping[str, Any]) -> list[Step]:
    if proof.get("format") != FORMAT:
        raise Unreadable(f"this is no proof of a red packet (format is not {FORMAT})")
    if not proof.get("seed"):
        raise Unreadable("this packet is not closed yet: its seed is still secret, so there is nothing to check")
    parameters, seed = proof["parameters"], bytes.fromhex(proof["seed"])
    total, shares = _whole(parameters["total_minor"]), _whole(parameters["shares"])
    if not 1 <= shares <= SHARES_MAX or total < shares * SHARE_MIN_MINOR:
        raise Unreadable(f"{total} in {shares} shares is no red packet")
    found = commitment(parameters, proof["seed"])
    steps = [Step("commitment", found == proof["commitment"], found)]
    amounts = split(parameters["packet"], seed, SplitKind(parameters["kind"]), total, shares)
    sums = sum(amounts) == total and min(amounts) >= SHARE_MIN_MINOR
    steps.append(Step("split", sums, f"{shares} shares from {min(amounts)} to {max(amounts)}, together {sum(amounts)}"))
    expected = _drawn(proof, seed, shares, steps) if parameters["mode"] == "draw" else None
    return [*steps, *_check_results(proof, amounts, expected, total)]


def _drawn(proof: Mapping[str, Any], seed: bytes, shares: int, steps: list[Step]) -> list[str]:
    packet = proof["parameters"]["packet"]
    entrants = [(str(person), str(nonce)) for person, nonce in proof["entrants"]]
    if not all(_WORD.fullmatch(person) and _WORD.fullmatch(nonce) for person, nonce in entrants):
        raise Unreadable("an entrant's id or nonce is no word of 1 to 64 printable characters")
    people = {person for person, _ in entrants}
    in_order = entrants == canonical(entrants) and len(people) == len(entrants)
    steps.append(Step("entrants", in_order, f"{len(entrants)} entrants, each once, in order"))
    root = entrants_root(packet, entrants)
    steps.append(Step("root", root.hex() == proof["root"], root.hex()))
    return [person for person, _ in assign(packet, seed, root, entrants, shares)]


def _check_results(
    proof: Mapping[str, Any], amounts: Sequence[int], expected: Sequence[str] | None, total: int
) -> Iterable[Step]:
    results = [(str(each["person"]), _whole(each["share"]), _whole(each["amount_minor"])) for each in proof["results"]]
    if expected is not None:
        drawn = [(person, share, amounts[share]) for share, person in enumerate(expected)]
        yield Step("draw", results == drawn, f"{len(drawn)} of the shares were drawn")
    else:
        given = all(share == place for place, (_, share, _) in enumerate(results)) and len(results) <= len(amounts)
        right = given and all(amount == amounts[share] for _, share, amount in results)
        yield Step("claims", right, f"{len(results)} shares were given away in the order of the split")
    once = len({person for person, _, _ in results}) == len(results)
    yield Step("once each", once, f"{len(results)} people with one share each")
    claimed, refunded = sum(amount for _, _, amount in results), _whole(proof["refunded_minor"])
    seen = f"{claimed} claimed and {refunded} refunded of {total}"
    yield Step("sums", claimed == _whole(proof["claimed_minor"]) and claimed + refunded == total, seen)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Unreadable(f"{value!r} is no amount")
    return value


def _text(value: Any) -> str:
    """A parameter as it stands in its line: canonical JSON, so that no text can pass for the line after it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(lines: Iterable[str]) -> bytes:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()
