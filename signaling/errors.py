"""Close codes, whose range tells the client what to do next, and the wire form of a refused request.

1000-2999 are RFC 6455's own. 4000-4099: reconnect. 4100-4199: reconnect and resume where you were. 4200-4299: your
log-in is over; the code says whether to come back as a guest or after signing in. 4500-4999: final, do not come back by
yourself. Every code outside the final range allows resuming with `epoch` and `after`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from livecart.domain.errors import ConflictError, LivecartError, UnauthenticatedError
from livecart.domain.sessions import Ending


class CloseCode(IntEnum):
    NORMAL = 1000
    WRONG_KIND = 1003
    UNDECODABLE = 1007
    # Reconnect.
    DRAINING = 4000
    SILENT = 4001
    INTERNAL = 4002
    # Reconnect and resume.
    SLOW = 4100
    LOG_LOST = 4101
    # The log-in is over.
    SIGNED_OUT = 4200
    EXPIRED = 4201
    # Final.
    FLOOD = 4500
    BANNED = 4501
    BANNED_FROM_SHOW = 4502


REASONS: dict[CloseCode, str] = {
    CloseCode.NORMAL: "bye",
    CloseCode.WRONG_KIND: "wrong kind of frame for this subprotocol",
    CloseCode.UNDECODABLE: "not decodable",
    CloseCode.DRAINING: "this server is restarting: reconnect",
    CloseCode.SILENT: "nothing was heard from you: reconnect",
    CloseCode.INTERNAL: "an error of ours: reconnect",
    CloseCode.SLOW: "too slow: reconnect and resume",
    CloseCode.LOG_LOST: "something may have been missed: reconnect and resume",
    CloseCode.SIGNED_OUT: "signed out: reconnect as a guest",
    CloseCode.EXPIRED: "the session has expired: sign in, then reconnect",
    CloseCode.FLOOD: "too many messages",
    CloseCode.BANNED: "this account is banned",
    CloseCode.BANNED_FROM_SHOW: "you are banned from this show",
}

ENDINGS: dict[Ending, CloseCode] = {
    Ending.SIGNED_OUT: CloseCode.SIGNED_OUT,
    Ending.EXPIRED: CloseCode.EXPIRED,
    Ending.BANNED: CloseCode.BANNED,
}


def close_reason(code: CloseCode, retry_after_ms: int | None = None) -> str:
    """For people, and where a client is to wait before it comes back, for programs."""
    return REASONS[code] if retry_after_ms is None else f"{REASONS[code]}; retry_after_ms={retry_after_ms}"


def error_body(error: LivecartError) -> dict[str, Any]:
    """`{code, message, retryable, retry_after_ms?, errors?}`; `errors` names the fields at fault."""
    body: dict[str, Any] = {"code": error.code, "message": error.message, "retryable": error.retryable}
    if error.retry_after_ms is not None:
        body["retry_after_ms"] = error.retry_after_ms
    fields = getattr(error, "fields", None)
    if fields:
        body["errors"] = fields
    return body


def not_joined() -> ConflictError:
    return ConflictError("join a show first", code="not_joined")


def already_joined() -> ConflictError:
    return ConflictError("you are in a show already; leave it first", code="already_joined")


def guest_refused() -> UnauthenticatedError:
    return UnauthenticatedError("sign in to do this")
