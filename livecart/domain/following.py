"""Who follows whom: whom one may follow, and what a follower may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.errors import ConflictError
from livecart.domain.people import Person


@dataclass(frozen=True, slots=True)
class Following:
    """One person as another sees him; `since_ms` is None for whoever does not follow him, and for a guest."""

    person: Person
    followers: int
    since_ms: int | None = None


def require_other(follower: Person, followed: Person) -> None:
    """Raises ConflictError `own_account`."""
    if follower.id == followed.id:
        raise ConflictError("nobody follows himself", code="own_account")
