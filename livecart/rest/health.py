"""/healthz, /readyz and /metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from aiohttp import web

# Each check returns nothing when its part is there, and raises or answers with the fault otherwise.
Check = Callable[[], Awaitable[str | None]]


class HealthRoutes:
    def __init__(self, checks: Mapping[str, Check], metrics: Callable[[], Awaitable[bytes]]) -> None:
        self._checks = checks
        self._metrics = metrics

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/metrics", self.metrics)

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process answers; nothing else is asked, so that a lost Redis restarts nobody."""
        return web.Response(text="ok\n")

    async def readyz(self, _request: web.Request) -> web.Response:
        faults = {name: await check() for name, check in self._checks.items()}
        ready = not any(faults.values())
        body = {"ready": ready, "checks": {name: fault or "ok" for name, fault in faults.items()}}
        return web.Response(
            status=200 if ready else 503, body=msgspec.json.encode(body), content_type="application/json"
        )

    async def metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._metrics(), content_type="text/plain", charset="utf-8")
