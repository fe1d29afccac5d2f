"""What moderators do to a show: warn its host, stop it, close one of its products."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import PersonId, ProductId, ShowId
from livecart.domain.text import check_text

TEXT_MAX = 1_000
DEADLINE_MAX_MINUTES = 1_440
# A host whose edited topic is sent back has this long to mend it, or to end the show in good order.
REVIEW_DEADLINE_MS = 10 * 60_000
_MINUTE_MS = 60_000
# Those of a decision on a topic, and what is only seen when a show is on.
CODES = frozenset(
    {"off_topic", "restricted_goods", "misleading", "unclear", "unsafe", "abusive", "rights", "topic_revoked", "other"}
)


@dataclass(frozen=True, slots=True)
class HostWarning:
    """Told to the host alone, who has to confirm it. At `deadline_ms` the show is stopped, unless it is withdrawn."""

    id: str
    show: ShowId
    by: PersonId
    code: str
    text: str
    at_ms: int
    deadline_ms: int | None = None
    # The topic decision that it stands for, which an approval takes back.
    decision: str | None = None
    acknowledged_at_ms: int | None = None
    withdrawn_at_ms: int | None = None
    withdrawn_by: PersonId | None = None

    def acknowledged(self, now_ms: int) -> HostWarning:
        """A second time changes nothing. Raises ConflictError `warning_withdrawn`."""
        if self.withdrawn_at_ms is not None:
            raise ConflictError("the warning was withdrawn", code="warning_withdrawn")
        return self if self.acknowledged_at_ms is not None else replace(self, acknowledged_at_ms=now_ms)

    def withdrawn(self, by: PersonId, now_ms: int) -> HostWarning:
        """Of none that was withdrawn already."""
        if self.withdrawn_at_ms is not None:
            raise ConflictError("the warning was withdrawn", code="warning_withdrawn")
        return replace(self, withdrawn_at_ms=now_ms, withdrawn_by=by)


@dataclass(frozen=True, slots=True)
class ShowStop:
    """Why a show was ended by somebody else than its host; `by` None: by the clock, at a warning's deadline."""

    show: ShowId
    by: PersonId | None
    code: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ClosedProduct:
    """A product that may not be sold in a show any more, not even when its host puts it into the bag again."""

    show: ShowId
    product: ProductId
    by: PersonId
    code: str
    reason: str
    at_ms: int


def check_code(code: str) -> str:
    if code not in CODES:
        raise InvalidError("no such reason code", fields={"code": f"one of {', '.join(sorted(CODES))}"})
    return code


def check_words(field: str, text: str) -> str:
    return check_text(field, text, 1, TEXT_MAX, lines=True)


def deadline_of(minutes: int | None, now_ms: int) -> int | None:
    """None: a warning without one. Raises InvalidError."""
    if minutes is None:
        return None
    if not 1 <= minutes <= DEADLINE_MAX_MINUTES:
        raise InvalidError("the deadline is not valid", fields={"minutes": f"1 to {DEADLINE_MAX_MINUTES}"})
    return now_ms + minutes * _MINUTE_MS


def require_sellable(closed: frozenset[ProductId], wanted: frozenset[ProductId]) -> None:
    """Raises ConflictError `product_closed`."""
    if closed & wanted:
        fault = f"a moderator has closed this for the show: {', '.join(sorted(closed & wanted))}"
        raise ConflictError(fault, code="product_closed")
