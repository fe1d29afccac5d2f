"""Mutes and bans from one show: who gives them to whom, for how long, and what they refuse. Bans from the whole shop
are in sessions.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.staffing import Office, Standing
from livecart.domain.text import check_text

REASON_MAX = 500
# A year; longer is for good.
MINUTES_MAX = 525_600
_MINUTE_MS = 60_000


class SanctionKind(StrEnum):
    MUTE = "mute"
    # From one show.
    BAN = "ban"


@dataclass(frozen=True, slots=True)
class Sanction:
    """`show` None: in all shows, of a mute only. `until_ms` None: for good; of a show that is until its end."""

    id: str
    kind: SanctionKind
    person: PersonId
    show: ShowId | None
    by: PersonId
    reason: str
    at_ms: int
    until_ms: int | None

    def holds(self, now_ms: int) -> bool:
        return self.until_ms is None or self.until_ms > now_ms

    def outlasts(self, other: Sanction | None) -> bool:
        if other is None or self.until_ms is None:
            return True
        return other.until_ms is not None and other.until_ms < self.until_ms


class SanctionedError(ForbiddenError):
    """`fields` says until when (`for good`), where (`show` or `everywhere`) and why."""

    def __init__(self, message: str, sanction: Sanction, *, code: str, now_ms: int) -> None:
        left_ms = None if sanction.until_ms is None else max(0, sanction.until_ms - now_ms)
        super().__init__(message, code=code, retry_after_ms=left_ms)
        self.fields = {
            "until": until_text(sanction.until_ms),
            "where": "everywhere" if sanction.show is None else "show",
            "reason": sanction.reason,
        }


def muted(sanction: Sanction, now_ms: int) -> SanctionedError:
    where = "" if sanction.show is None else " in this show"
    until = "" if sanction.until_ms is None else f" until {until_text(sanction.until_ms)}"
    return SanctionedError(f"you are muted{where}{until}: {sanction.reason}", sanction, code="muted", now_ms=now_ms)


def banned_from_show(sanction: Sanction, now_ms: int) -> SanctionedError:
    until = "" if sanction.until_ms is None else f" until {until_text(sanction.until_ms)}"
    fault = f"you are banned from this show{until}: {sanction.reason}"
    return SanctionedError(fault, sanction, code="banned_from_show", now_ms=now_ms)


def refusal(sanction: Sanction, now_ms: int) -> SanctionedError:
    return (muted if sanction.kind is SanctionKind.MUTE else banned_from_show)(sanction, now_ms)


def until_text(until_ms: int | None) -> str:
    """RFC 3339, or `for good`."""
    if until_ms is None:
        return "for good"
    return datetime.fromtimestamp(until_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def check_sanction_reason(reason: str) -> str:
    return check_text("reason", reason, 1, REASON_MAX)


def until_of(minutes: int | None, now_ms: int) -> int | None:
    """None: for good. Raises InvalidError."""
    if minutes is None:
        return None
    if not 1 <= minutes <= MINUTES_MAX:
        raise InvalidError("the time is not valid", fields={"minutes": f"1 to {MINUTES_MAX}, or nothing for good"})
    return now_ms + minutes * _MINUTE_MS


def require_may_sanction(by: Person, office: Office, person: Person, standing: Standing) -> None:
    """`office`: in which `by` acts; `standing`: what `person` is in the show.

    Nobody touches the shop's staff but those who manage people; a host touches nobody above him, and an assistant
    neither the host nor another assistant. Raises ForbiddenError, ConflictError `own_account`.
    """
    if by.id == person.id:
        raise ConflictError("nobody does this to himself", code="own_account")
    if person.may(Permission.BAN_PEOPLE) and not by.may(Permission.MANAGE_PEOPLE):
        raise ForbiddenError("the shop's staff is not for you to silence", code="staff")
    if office is not Office.ASSISTANT:
        return
    if Office.HOST in standing.duties or Office.ASSISTANT in standing.duties:
        raise ForbiddenError("an assistant silences neither the host nor another assistant", code="staff")
