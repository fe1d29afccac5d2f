"""The pages and their assets, with the headers that keep a browser strict."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from livecart.domain.errors import NotFoundError, UnavailableError
from livecart.domain.places import public
from livecart.rest.route import Handler

PAGES = {
    "/": "home",
    "/studio": "studio",
    "/desk": "desk",
    "/orders": "orders",
    "/me": "settings",
    "/me/cases": "cases",
    "/s/{show}": "room",
    "/verify": "verify",
}
# What browsers look for beside the pages: icons, and what makes the shop an app on a phone.
ROOT_FILES = {
    "favicon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "icon-512-maskable.png": "image/png",
    "manifest.webmanifest": "application/manifest+json",
    "sw.js": "text/javascript",
}
_MISSING = "missing.html"
_FOR_PROGRAMS = ("/api/", "/assets/", "/whip/", "/whep/")
# An attribute that names something of the shop; `//` would be another host.
_OWN_PATH = re.compile(r"(\b(?:src|href)=\")/(?!/)")
# What a page loads at once, as the build writes it.
_LOADED = re.compile(r'<(?:script|link)\b[^>]* (?:src|href)="(?P<path>/assets/[^"]+\.(?P<kind>js|css))"')
_ASKED_AS = {"js": "rel=modulepreload", "css": "rel=preload; as=style"}
_ICON_HEADERS = {"Cache-Control": "public, max-age=86400"}
_FILE_HEADERS = {"Cache-Control": "no-cache"}
# The build writes each beside itself compressed, and whoever takes that gets it (aiohttp's FileResponse).
_HASHED_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

SECURITY_HEADERS = {
    # Product pictures may come from the seller's own site; everything else is ours.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response


class PageRoutes:
    def __init__(self, static: Path) -> None:
        self._static = static
        self._missing = self._page("missing", status=404)
        # As routes are made: what is served is the same for all.
        self._prefix = public("/").rstrip("/")

    def add_to(self, app: web.Application) -> None:
        for path, page in PAGES.items():
            app.router.add_get(path, self._page(page))
        assets = self._static / "assets"
        if assets.is_dir():
            app.router.add_get("/assets/{name}", self._asset)
        for name, content_type in ROOT_FILES.items():
            app.router.add_get(f"/{name}", self._root_file(name, content_type))

    @web.middleware
    async def tell_missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whoever looks with a browser where nothing is gets a page; a program gets its problem details."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            looks = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")
            if not looks or request.path.startswith(_FOR_PROGRAMS) or not (self._static / _MISSING).is_file():
                raise
            return await self._missing(request)

    def _page(self, page: str, status: int = 200) -> Handler:
        file = self._static / f"{page}.html"

        async def serve(request: web.Request) -> web.StreamResponse:
            if not file.is_file():
                raise UnavailableError("the front end is not built: run `make setup-run`", code="front_end_missing")
            asked_first = [*_asked_first(request), *_loaded(file, file.stat().st_mtime_ns)]
            headers = {**_FILE_HEADERS, "Link": ", ".join(asked_first)}
            if self._prefix:
                text = self._moved(file)
                return web.Response(text=text, status=status, content_type="text/html", headers=headers)
            return web.FileResponse(file, status=status, headers=headers)

        return serve

    def _moved(self, page: Path) -> str:
        """What the page loads, below the prefix; scripts and styles name one another by where they are themselves."""
        return _OWN_PATH.sub(rf"\1{self._prefix}/", page.read_text())

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        file = self._static / "assets" / Path(request.match_info["name"]).name
        if not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=_HASHED_HEADERS)

    def _root_file(self, name: str, content_type: str) -> Handler:
        file = self._static / name

        async def serve(_request: web.Request) -> web.StreamResponse:
            if not file.is_file():
                raise web.HTTPNotFound
            # A browser runs an old service worker until it sees another.
            kept = _FILE_HEADERS if name == "sw.js" else _ICON_HEADERS
            return web.FileResponse(file, headers={"Content-Type": content_type, **kept})

        return serve


def _asked_first(request: web.Request) -> list[str]:
    """A room's script asks for its show before all else: so that the browser does while the script still comes."""
    show = request.match_info.get("show")
    if show is None:
        return []
    return [f"<{public('/api/v1/shows/')}{quote(show, safe='')}>; rel=preload; as=fetch; crossorigin"]


@lru_cache(maxsize=4 * len(PAGES))
def _loaded(page: Path, _written_ns: int) -> tuple[str, ...]:
    """Scripts and styles too: a phone takes as long to read the page as its line takes for the way there and back."""
    found = _LOADED.finditer(page.read_text())
    return tuple(f"<{public(each['path'])}>; {_ASKED_AS[each['kind']]}; crossorigin" for each in found)


def refuse_prefix(app: web.Application) -> None:
    """Says what is wrong with a proxy that passes the prefix on. After all other routes: it may be the start of one."""
    prefix = public("/").rstrip("/")
    if not prefix:
        return

    async def refuse(_request: web.Request) -> web.StreamResponse:
        fault = f"the proxy must take {prefix} off the path: docs/operating.md, Behind a proxy"
        raise NotFoundError(fault, code="prefix_left")

    app.router.add_route("*", f"{prefix}/{{rest:.*}}", refuse)
