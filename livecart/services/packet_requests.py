"""What a sender may ask of a red packet, checked, and what it becomes when he leaves something out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from livecart.domain.errors import InvalidError
from livecart.domain.money import Money, check_currency
from livecart.domain.packet_sending import PacketPlan
from livecart.domain.packet_split import SplitKind
from livecart.domain.packet_terms import (
    DRAW_IN_MAX_S,
    OPENS_IN_MAX_S,
    Condition,
    DrawMode,
    check_condition,
    check_seconds,
    check_shares,
    condition_parts,
)

DRAW_IN_S = 20
EXPIRES_S = 24 * 3_600

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PacketTiming:
    """Seconds from a packet's opening to its draw, unless the sender says otherwise, and to its expiry."""

    draw_in_s: int = DRAW_IN_S
    expires_s: int = EXPIRES_S
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRequest:
    """What a sender asks for, as it came; `draw_in_s` and `currency` have defaults."""

    total_minor: int
    shares: int
    kind: str
    mode: str = DrawMode.DRAW.value
    opens_in_s: int = 0
    draw_in_s: int | None = None
    condition: Condition = field(default_factory=Condition)
    currency: str | None = None

    def body(self) -> dict[str, Any]:
        """What the idempotency key stands for."""
        names = ("total_minor", "shares", "kind", "mode", "opens_in_s", "draw_in_s", "currency")
        return {name: getattr(self, name) for name in names} | {"condition": condition_parts(self.condition)}


def plan_of(wanted: PacketRequest, timing: PacketTiming) -> PacketPlan:
    """Raises InvalidError naming the field at fault."""
    check_shares(wanted.total_minor, wanted.shares)
    mode = _choice(DrawMode, "mode", wanted.mode)
    lasts_s = timing.expires_s
    if mode is DrawMode.DRAW:
        asked = timing.draw_in_s if wanted.draw_in_s is None else wanted.draw_in_s
        lasts_s = check_seconds("draw_in_s", asked, 1, DRAW_IN_MAX_S)
    elif wanted.draw_in_s is not None:
        raise InvalidError("nothing is drawn with speed", fields={"draw_in_s": "only with mode draw"})
    return PacketPlan(
        total=Money(wanted.total_minor, check_currency(wanted.currency or timing.currency)),
        shares=wanted.shares,
        kind=_choice(SplitKind, "kind", wanted.kind),
        mode=mode,
        condition=check_condition(wanted.condition),
        opens_in_ms=check_seconds("opens_in_s", wanted.opens_in_s, 0, OPENS_IN_MAX_S) * 1000,
        lasts_ms=lasts_s * 1000,
    )


def _choice(kinds: type[E], field_name: str, text: str) -> E:
    try:
        return kinds(text)
    except ValueError as error:
        known = " or ".join(each.value for each in kinds)
        raise InvalidError(f"there is no such {field_name}", fields={field_name: known}) from error
