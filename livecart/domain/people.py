"""People, their roles, and the table that says which role may do what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.ids import PersonId

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,30}[a-z0-9])?")
DISPLAY_NAME_MAX = 40
# Whose old orders are once their period is over: nobody's any more.
FORGOTTEN = PersonId("forgotten")
# NIST SP 800-63B: length is what counts; the upper bound only stops argon2 from hashing megabytes.
PASSWORD_MIN, PASSWORD_MAX = 8, 256


class Role(StrEnum):
    VIEWER = "viewer"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Permission(StrEnum):
    CHAT = "chat"
    BUY = "buy"
    PROPOSE_TOPIC = "propose_topic"
    HOST_SHOW = "host_show"
    SELL = "sell"
    REVIEW_TOPIC = "review_topic"
    END_ANY_SHOW = "end_any_show"
    BAN_PEOPLE = "ban_people"
    MODERATE_CHAT = "moderate_chat"
    READ_LOG = "read_log"
    JUDGE_REPORTS = "judge_reports"
    MANAGE_PEOPLE = "manage_people"
    REFUND_ANY_ORDER = "refund_any_order"
    RUN_SHOP = "run_shop"


_VIEWER = frozenset({Permission.CHAT, Permission.BUY})
_CREATOR = _VIEWER | {Permission.PROPOSE_TOPIC, Permission.HOST_SHOW, Permission.SELL}
_MODERATOR = _VIEWER | {
    Permission.REVIEW_TOPIC,
    Permission.END_ANY_SHOW,
    Permission.BAN_PEOPLE,
    Permission.MODERATE_CHAT,
    Permission.READ_LOG,
    Permission.JUDGE_REPORTS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CREATOR: _CREATOR,
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. Guests are `None` wherever a person may be missing."""

    id: PersonId
    handle: str
    display_name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises ForbiddenError unless this person's role has `permission`."""
        if not self.may(permission):
            raise ForbiddenError(f"this needs the permission '{permission}'")


def check_handle(handle: str) -> str:
    """Returns the handle in lower case; raises InvalidError if it is not 2 to 32 of a-z, 0-9, '_', '.', '-'."""
    handle = handle.strip().lower()
    if len(handle) < 2 or not _HANDLE.fullmatch(handle):
        raise InvalidError("the handle is not valid", fields={"handle": "2 to 32 of a-z, 0-9, '_', '.', '-'"})
    return handle


def check_password(password: str) -> str:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise InvalidError(
            "the password is too short or too long",
            fields={"password": f"{PASSWORD_MIN} to {PASSWORD_MAX} characters"},
        )
    return password
