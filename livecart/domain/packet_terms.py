"""What the sender of a red packet decides: how much, in how many shares, for whom, drawn when; and its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.money import Money
from livecart.domain.packet_split import SHARE_MIN_MINOR, SHARES_MAX, SplitKind
from livecart.domain.text import check_text

OPENS_IN_MAX_S = 3_600
DRAW_IN_MAX_S = 3_600
WATCHED_MAX_S = 3_600
PHRASE_MAX = 40
_NONCE = re.compile(r"[!-~]{1,64}")


class DrawMode(StrEnum):
    DRAW = "draw"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Condition:
    """What somebody must have done to claim: all of it."""

    follow: bool = False
    phrase: str | None = None
    watched_s: int = 0
    bought: bool = False

    def __bool__(self) -> bool:
        return self != Condition()


@dataclass(frozen=True, slots=True)
class PacketTerms:
    """What the sender decided and the commitment covers. `ends_at_ms`: the draw, or with speed the expiry."""

    packet: PacketId
    show: ShowId
    sender: PersonId
    total: Money
    shares: int
    kind: SplitKind
    mode: DrawMode
    opens_at_ms: int
    ends_at_ms: int
    condition: Condition

    def parameters(self) -> dict[str, Any]:
        """As they stand in the commitment and the proof."""
        return {
            "packet": self.packet,
            "show": self.show,
            "sender": self.sender,
            "currency": self.total.currency,
            "total_minor": self.total.amount_minor,
            "shares": self.shares,
            "kind": self.kind.value,
            "mode": self.mode.value,
            "opens_at_ms": self.opens_at_ms,
            "ends_at_ms": self.ends_at_ms,
            "condition": condition_parts(self.condition),
        }


def condition_parts(condition: Condition) -> dict[str, Any]:
    """Only what is asked for."""
    parts: dict[str, Any] = {}
    if condition.follow:
        parts["follow"] = True
    if condition.phrase is not None:
        parts["phrase"] = condition.phrase
    if condition.watched_s:
        parts["watched_s"] = condition.watched_s
    if condition.bought:
        parts["bought"] = True
    return parts


def check_condition(condition: Condition) -> Condition:
    """Returns it with its phrase cleaned; raises InvalidError."""
    _whole("condition", condition.watched_s, 0, WATCHED_MAX_S)
    phrase = condition.phrase
    return condition if phrase is None else replace(condition, phrase=check_text("phrase", phrase, 1, PHRASE_MAX))


def check_shares(total_minor: int, shares: int) -> None:
    """Raises InvalidError unless every share of 1 to SHARES_MAX can have the minimum."""
    _whole("shares", shares, 1, SHARES_MAX)
    if type(total_minor) is not int or total_minor < shares * SHARE_MIN_MINOR:
        fault = f"at least {SHARE_MIN_MINOR} minor unit for each of the shares"
        raise InvalidError("the total is not valid", fields={"total_minor": fault})


def check_seconds(field: str, seconds: int, least: int, most: int) -> int:
    return _whole(field, seconds, least, most)


def check_nonce(nonce: str) -> str:
    if not _NONCE.fullmatch(nonce):
        raise InvalidError("the nonce is not valid", fields={"nonce": "1 to 64 printable characters without spaces"})
    return nonce


def _whole(field: str, value: int, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise InvalidError(f"{field} is not valid", fields={field: f"{least} to {most}"})
    return value
