"""Everything the relay refuses or fails at, as one tree with stable codes.

A `FormatError` says that bytes from the network are not what they claim to be; it costs a counter and
never leaves the process. The others travel to the caller of the relay."""

from __future__ import annotations


class MediaError(Exception):
    """Base of the tree. `code` is part of the wire contract, `retryable` says whether asking again can
    help."""

    code = "internal"
    retryable = False

    def __init__(self, message: str, *, retry_after_ms: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_ms = retry_after_ms


class FormatError(MediaError):
    """Bytes from the network that do not parse."""

    code = "bad_format"


class BadRequestError(MediaError):
    """A request to the relay lacks an argument or carries one of the wrong type."""

    code = "bad_request"


class BadSdpError(MediaError):
    """An offer that does not parse, or that nobody could answer."""

    code = "bad_sdp"


class NoCommonCodecError(MediaError):
    """An offer that parses, but holds no codec that is forwarded."""

    code = "no_common_codec"


class NotFoundError(MediaError):
    """No such session, or no such show."""

    code = "not_found"


class ConflictError(MediaError):
    """Another person publishes in this slot, or the session id is taken."""

    code = "conflict"


class FullError(MediaError):
    """The process takes no more sessions now; `retry_after_ms` says when to ask again."""

    code = "full"
    retryable = True


class EndedError(MediaError):
    """The show has ended here."""

    code = "ended"


class PreconditionRequiredError(MediaError):
    """A change to a session's ICE without saying which ICE session is meant."""

    code = "precondition_required"


class PreconditionFailedError(MediaError):
    """The ICE session that was meant is another one by now."""

    code = "precondition_failed"


class PortUnavailableError(MediaError):
    """The UDP port cannot be bound."""

    code = "port_unavailable"
