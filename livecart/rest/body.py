"""Reading a request: JSON into a struct, page and idempotency key; and writing an answer."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.services.store import Page

KEY_HEADER = "Idempotency-Key"
BODY_MAX = 64 * 1024
# aiohttp waits for ever for a body, however slowly it drips in. 8 KB a second is a poor line.
BODY_WITHIN_S = 8.0
PAGE_DEFAULT, PAGE_MAX = 50, 200
_CURSOR_MAX = 64

T = TypeVar("T")


async def read_json(request: web.Request, struct: type[T]) -> T:
    """The body as `struct`. Raises InvalidError: `unsupported_media_type`, `too_large` or `invalid` with the field."""
    if request.content_type != "application/json":
        raise InvalidError("the body must be application/json", code="unsupported_media_type")
    raw = await read_limited(request)
    try:
        return msgspec.json.decode(raw, type=struct)
    except msgspec.ValidationError as error:
        fault, _, where = str(error).partition(" - at `$")
        field = where.strip(".`").partition("[")[0]
        raise InvalidError(fault, fields={field or "body": fault}) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidError("the body is not JSON", code="invalid_json") from error


async def read_limited(request: web.Request) -> bytes:
    """The raw body, at most BODY_MAX bytes. Raises InvalidError `too_large` or `too_slow`."""
    if (request.content_length or 0) > BODY_MAX:
        raise InvalidError(f"at most {BODY_MAX} bytes", code="too_large")
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            return await request.read()
    except TimeoutError as error:
        raise InvalidError(f"the body did not come within {BODY_WITHIN_S:g} seconds", code="too_slow") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise InvalidError(f"at most {BODY_MAX} bytes", code="too_large") from error


def answer(noun: str, value: Any, *, status: int = 200, **more: Any) -> web.Response:
    """`{noun: value, …}` as JSON."""
    return web.Response(status=status, body=msgspec.json.encode({noun: value, **more}), content_type="application/json")


def page_of(request: web.Request) -> Page:
    """`?cursor=&limit=`; raises InvalidError."""
    limit = request.query.get("limit", str(PAGE_DEFAULT))
    cursor = request.query.get("cursor") or None
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= PAGE_MAX:
        raise InvalidError("the limit is not valid", fields={"limit": f"1 to {PAGE_MAX}"})
    if cursor and (len(cursor) > _CURSOR_MAX or not cursor.isalnum()):
        raise InvalidError("the cursor is not valid", fields={"cursor": "a cursor that an answer gave as `next`"})
    return Page(int(limit), cursor)


def key_of(request: web.Request) -> str | None:
    """The client's idempotency key."""
    return request.headers.get(KEY_HEADER)


def flag(request: web.Request, name: str) -> bool:
    return request.query.get(name, "") in {"1", "true"}


def unix_ms(at: datetime | None, field: str = "planned_at") -> int | None:
    """A time from a body in Unix milliseconds; times without a zone are refused."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidError("the time has no zone", fields={field: "RFC 3339 with a zone, such as …Z"})
    return int(at.timestamp() * 1000)
