"""Reading a file that a person sends, as the body itself or as the first part of a form: never more than it may be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from aiohttp import BodyPartReader, web

from livecart.domain.errors import InvalidError, UnavailableError

RAW_TYPES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
FORM_TYPE = "multipart/form-data"
# A phone on a bad line sends 10 MB in this time; whoever only keeps the line busy is let go.
SECONDS_MAX = 120.0
# Each holds a whole file in memory.
AT_ONCE = 16
_CHUNK = 64 * 1024
# What a form adds around the file.
_FORM_MARGIN = 64 * 1024

Read = Callable[[int], Awaitable[bytes]]


class Uploads:
    """How many are being read in this process."""

    def __init__(
        self,
        bytes_max: int,
        *,
        types: Sequence[str] = (*RAW_TYPES, FORM_TYPE),
        seconds_max: float = SECONDS_MAX,
        at_once: int = AT_ONCE,
    ) -> None:
        self._types = types
        self._bytes_max = bytes_max
        self._seconds_max = seconds_max
        self._free = at_once

    async def read(self, request: web.Request) -> bytes:
        """Raises InvalidError `too_large`, `unsupported_media_type`, `too_slow`; UnavailableError `busy`."""
        if (request.content_length or 0) > self._bytes_max + _FORM_MARGIN:
            raise self._too_large()
        if not self._free:
            raise UnavailableError("too many uploads at once", code="busy", retry_after_ms=5_000)
        self._free -= 1
        try:
            async with asyncio.timeout(self._seconds_max):
                return await self._read(request)
        except TimeoutError as error:
            raise InvalidError("the upload took too long", code="too_slow") from error
        finally:
            self._free += 1

    async def _read(self, request: web.Request) -> bytes:
        if request.content_type not in self._types:
            allowed = ", ".join(self._types)
            raise InvalidError(f"the body must be one of {allowed}", code="unsupported_media_type")
        if request.content_type != FORM_TYPE:
            return await self._limited(request.content.read)
        try:
            part = await (await request.multipart()).next()
            if not isinstance(part, BodyPartReader) or part.filename is None:
                raise InvalidError("the form holds no file", fields={"image": "a file"})
            return await self._limited(part.read_chunk)
        except (ValueError, AssertionError, LookupError) as error:
            raise InvalidError("the form cannot be read", code="bad_form") from error

    async def _limited(self, read: Read) -> bytes:
        found = bytearray()
        async for chunk in _chunks(read):
            found += chunk
            if len(found) > self._bytes_max:
                raise self._too_large()
        return bytes(found)

    def _too_large(self) -> InvalidError:
        return InvalidError(f"at most {self._bytes_max} bytes", code="too_large")


async def _chunks(read: Read) -> AsyncIterator[bytes]:
    while chunk := await read(_CHUNK):
        yield chunk
