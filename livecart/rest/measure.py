"""Counts and times every request by its route."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from livecart.rest.route import Handler

# method, route, status, seconds
Observe = Callable[[str, str, int, float], None]


def measured(observe: Observe) -> Any:
    """The middleware that calls `observe` for each answer. The route is its pattern, never its path."""

    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
            return response
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "unknown"
            observe(request.method, route, status, time.perf_counter() - began)

    return measure
