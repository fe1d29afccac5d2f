"""Every refusal as RFC 9457 problem details with a stable `code`. The one place that knows statuses of errors."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from livecart.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LimitedError,
    LivecartError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)
from livecart.rest.route import Handler

_log = structlog.get_logger(__name__)

STATUS: dict[type[LivecartError], int] = {
    InvalidError: 400,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    LimitedError: 429,
    UnavailableError: 503,
}
# What RFC 9725 asks for, where it differs from the class's status.
STATUS_BY_CODE = {
    "bad_sdp": 422,
    "no_common_codec": 422,
    "unsupported_media_type": 415,
    "too_large": 413,
    "too_slow": 408,
    "precondition_failed": 412,
    "precondition_required": 428,
}
# Where a part is away and nobody knows for how long.
RETRY_MS = 1_000
_TITLES = {
    400: "Invalid request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not processable",
    428: "Precondition required",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns errors into problem details; what nobody expected is logged once and answered without its text."""
    try:
        return await handler(request)
    except LivecartError as error:
        return problem_of(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code = _HTTP_CODES.get(error.status, "invalid")
        return problem(error.status, code, error.reason, headers=_kept(error))
    except (web.RequestPayloadError, HttpProcessingError):
        refusal = problem(400, "bad_body", "the body does not arrive as its headers say")
        # Nobody knows where the next request would begin.
        refusal.force_close()
        return refusal
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 -- the outermost edge: answered and logged, never lost
        _log.exception("unexpected", method=request.method, route=_route_of(request))
        return problem(500, "internal", "something went wrong here; it has been noted")


def problem_of(error: LivecartError) -> web.Response:
    status = STATUS_BY_CODE.get(error.code) or next(
        (status for kind, status in STATUS.items() if isinstance(error, kind)), 500
    )
    headers = {}
    wait_ms = RETRY_MS if status == 503 and error.retry_after_ms is None else error.retry_after_ms
    if wait_ms is not None:
        headers["Retry-After"] = str(math.ceil(wait_ms / 1000))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    fields = getattr(error, "fields", {})
    return problem(status, error.code, error.message, fields=fields, headers=headers)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> web.Response:
    body: dict[str, Any] = {
        "type": f"urn:livecart:error:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if fields:
        body["errors"] = fields
    return web.Response(
        status=status, body=msgspec.json.encode(body), content_type="application/problem+json", headers=headers
    )


def _kept(error: web.HTTPException) -> dict[str, str]:
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


def _route_of(request: web.Request) -> str:
    """The route's pattern, not its path: paths can hold a session's secret."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
