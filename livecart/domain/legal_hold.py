"""Legal holds: what must be kept however old it is, as long as somebody may have to answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.ids import PersonId
from livecart.domain.text import check_text

REASON_MAX = 500


class HoldKind(StrEnum):
    """On what: everything of a person, everything of a show, or one order."""

    PERSON = "person"
    SHOW = "show"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class LegalHold:
    """It holds until it is lifted."""

    id: str
    kind: HoldKind
    subject: str
    reason: str
    by: PersonId
    at_ms: int


def check_hold_reason(reason: str) -> str:
    """Raises InvalidError."""
    return check_text("reason", reason, 1, REASON_MAX)
