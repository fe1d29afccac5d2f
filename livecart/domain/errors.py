"""The one error tree. An edge answers with `code`; `retryable` says whether the same request may succeed later.

The class says whose fault it is and so, at the HTTP edge, which status it becomes. The code says what exactly.
"""

from __future__ import annotations


class LivecartError(Exception):
    """Base of all refusals. `message` is for people, `code` is stable and for programs."""

    code = "error"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, retry_after_ms: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_ms = retry_after_ms
        if code is not None:
            self.code = code


class InvalidError(LivecartError):
    """The request itself is wrong: shape, size or value. `fields` names each field with its fault."""

    code = "invalid"

    def __init__(self, message: str, *, code: str | None = None, fields: dict[str, str] | None = None) -> None:
        super().__init__(message, code=code)
        self.fields = fields or {}


class UnauthenticatedError(LivecartError):
    """Nobody is signed in, or the credential is unknown or expired."""

    code = "unauthenticated"


class ForbiddenError(LivecartError):
    """Signed in, but not allowed to do this."""

    code = "forbidden"


class NotFoundError(LivecartError):
    """No such object, or not one that this person may know of."""

    code = "not_found"


class ConflictError(LivecartError):
    """Well formed and allowed, but the present state does not admit it."""

    code = "conflict"


class ConditionMissing(ConflictError):  # noqa: N818 -- says what there is to do
    """Something has to be done before. `fields` says for each condition what is still missing."""

    code = "condition_missing"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(f"still missing: {'; '.join(fields.values())}")
        self.fields = fields


class LimitedError(LivecartError):
    """Too often; `retry_after_ms` says when to try again."""

    code = "rate_limited"
    retryable = True


class UnavailableError(LivecartError):
    """A part that is needed (SQL, Redis, a media process) is away or full."""

    code = "unavailable"
    retryable = True
