"""The HTTP application: routes, middlewares and limits put together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiohttp import web

from livecart.rest.body import BODY_MAX
from livecart.rest.errors import problems
from livecart.rest.health import HealthRoutes
from livecart.rest.media import cors
from livecart.rest.openapi import DocumentRoutes
from livecart.rest.pages import PageRoutes, refuse_prefix, security_headers
from livecart.rest.route import Route


def make_application(
    routes: Iterable[Route], health: HealthRoutes, static: Path, outermost: Iterable[Any], more: Iterable[web.RouteDef]
) -> web.Application:
    """`outermost`: middlewares before ours; `more`: routes that OpenAPI does not describe, such as the WebSocket's."""
    pages = PageRoutes(static)
    ours = [security_headers, cors, problems, pages.tell_missing]
    app = web.Application(middlewares=[*outermost, *ours], client_max_size=BODY_MAX)
    table = list(routes)
    for route in table:
        app.router.add_route(route.method, route.path, route.handler)
    health.add_to(app)
    DocumentRoutes(table).add_to(app)
    pages.add_to(app)
    app.add_routes(more)
    refuse_prefix(app)
    return app
