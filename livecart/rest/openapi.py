"""/api/openapi.json from the route table and the body structs, and a page that shows it."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec
from aiohttp import web

from livecart.domain.places import public
from livecart.rest.errors import STATUS
from livecart.rest.route import API, Route

_PARAMETER = re.compile(r"{(\w+)}")
# What HTTP itself describes.
_UNDESCRIBED = {"OPTIONS", "HEAD"}
_REF = "#/components/schemas/{name}"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable, for programs"},
        "detail": {"type": "string", "description": "for people"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "fault by field"},
    },
}


def document(routes: list[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes."""
    bodies = [route.body for route in routes if route.body]
    _, schemas = msgspec.json.schema_components(bodies, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.method not in _UNDESCRIBED:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "livecart", "version": "1", "description": "Shapes of the answers: docs/protocol.md."},
        "servers": [{"url": public("/")}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "livecart_session"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    status, noun = route.answers
    success: dict[str, Any] = {"description": noun or "done"}
    if noun:
        success["content"] = {"application/json": {"schema": {"type": "object", "required": [noun]}}}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}_{re.sub(r'[^a-z]+', '_', route.path.removeprefix(API))}".strip("_"),
        "parameters": _parameters(route),
        "responses": {str(status): success, **_refusals()},
        "security": [] if route.public else [{"bearer": []}, {"cookie": []}],
    }
    if route.body:
        schema = {"$ref": _REF.format(name=route.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if route.uploads:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.uploads, file)}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found = [{"name": name, "in": "path", "required": True, "schema": text} for name in _PARAMETER.findall(route.path)]
    found += [{"name": name, "in": "query", "required": False, "schema": text} for name in route.query]
    if route.needs_key:
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": text})
    return found


def _refusals() -> dict[str, Any]:
    schema = {"schema": {"$ref": _REF.format(name="Problem")}}
    return {
        str(status): {"description": kind.__name__, "content": {"application/problem+json": schema}}
        for kind, status in STATUS.items()
    }


class DocumentRoutes:
    def __init__(self, routes: list[Route]) -> None:
        self._document = document(routes)
        self._json = msgspec.json.encode(self._document)
        self._page = _page(routes)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/api/openapi.json", self.openapi)
        app.router.add_get("/api/docs", self.docs)

    async def openapi(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._json, content_type="application/json")

    async def docs(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")


def _page(routes: list[Route]) -> str:
    rows = "".join(_row(route) for route in routes if route.method not in _UNDESCRIBED)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>livecart API</title>'
        '<meta name="viewport" content="width=device-width"><h1>livecart API</h1>'
        '<p>The machine-readable form is <a href="openapi.json">openapi.json</a>. Send '
        "<code>Authorization: Bearer TOKEN</code>, with the token that log-in answers. Routes that move money "
        "or stock need an <code>Idempotency-Key</code>. Errors are problem details (RFC 9457) with a stable "
        "<code>code</code>.</p>"
        f"<table><thead><tr><th>Route<th>What it does<th>Body<th>Answer</thead><tbody>{rows}</tbody></table></html>"
    )


def _row(route: Route) -> str:
    fields = ", ".join(field.name for field in msgspec.structs.fields(route.body)) if route.body else ""
    status, noun = route.answers
    cells = (f"{route.method} {route.path}", route.summary, fields, f"{status} {noun}")
    return "<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in cells)
