"""One entry of the HTTP interface: what the router needs and what /api/openapi.json says of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler
    summary: str
    # The struct that the JSON body must fit; None: no body is read.
    body: type[Any] | None = None
    # Status and noun of the answer, such as (201, "topic").
    answers: tuple[int, str] = (200, "")
    query: tuple[str, ...] = ()
    needs_key: bool = False
    public: bool = False
    # The media types of a body that is a file.
    uploads: tuple[str, ...] = ()


API = "/api/v1"
