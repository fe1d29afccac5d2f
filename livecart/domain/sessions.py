"""Log-in sessions: who is signed in by which one, how one ends, and who is banned from having any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId
from livecart.domain.people import Permission, Person
from livecart.domain.text import check_text

BAN_REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person and the session that says so; `session` is the digest of its token."""

    person: Person
    session: str
    expires_at_ms: int


class Ending(StrEnum):
    """Why a session is over."""

    # Signed out here or elsewhere, or the operator ended all sessions.
    SIGNED_OUT = "signed_out"
    EXPIRED = "expired"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody may not sign in until `until_ms` (None: for good). `by` is None for the operator's command line."""

    id: str
    person: PersonId
    by: PersonId | None
    reason: str
    at_ms: int
    until_ms: int | None


def check_ban_reason(reason: str) -> str:
    return check_text("reason", reason, 1, BAN_REASON_MAX)


def check_ban_until(until_ms: int | None, now_ms: int) -> None:
    if until_ms is not None and until_ms <= now_ms:
        raise InvalidError("the ban would be over already", fields={"until": "a time to come"})


def require_may_ban(by: Person, person: Person) -> None:
    """Moderators ban everybody but staff, who may manage people bans all but oneself."""
    by.require(Permission.BAN_PEOPLE)
    if person.may(Permission.BAN_PEOPLE) and not by.may(Permission.MANAGE_PEOPLE):
        raise ForbiddenError(f"banning staff needs the permission '{Permission.MANAGE_PEOPLE}'")
    if by.id == person.id:
        raise ConflictError("nobody bans themselves", code="own_account")
