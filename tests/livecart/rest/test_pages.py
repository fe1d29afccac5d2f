"""How pages and their scripts are sent: small, kept where they may be, and with what a room asks for first."""

from __future__ import annotations

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from livecart.rest.errors import problems
from livecart.rest.pages import PageRoutes

# As the build writes one.
PAGE = """<!doctype html>
<link rel="icon" type="image/svg+xml" href="/favicon.svg" />
<script type="module" crossorigin src="/assets/room-1.js"></script>
<link rel="modulepreload" crossorigin href="/assets/page-2.js">
<link rel="stylesheet" crossorigin href="/assets/style-3.css">
"""
LOADED = (
    "</assets/room-1.js>; rel=modulepreload; crossorigin, </assets/page-2.js>; rel=modulepreload; crossorigin, "
    "</assets/style-3.css>; rel=preload; as=style; crossorigin"
)
SCRIPT = b"export const room = 1;" * 100

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    (tmp_path / "assets").mkdir()
    for page in ("home", "room", "missing"):
        (tmp_path / f"{page}.html").write_text(PAGE)
    (tmp_path / "assets" / "room-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "room-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    pages = PageRoutes(tmp_path)
    app = web.Application(middlewares=[problems, pages.tell_missing])
    pages.add_to(app)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


@pytest.mark.parametrize(("taken", "sent"), [("gzip, deflate, br", "gzip"), ("identity", None)])
async def test_a_script_is_sent_compressed_to_whoever_takes_it(client: Client, taken: str, sent: str | None) -> None:
    answer = await client.get("/assets/room-1.js", headers={"Accept-Encoding": taken})
    assert answer.headers.get("Content-Encoding") == sent
    assert answer.content_type.endswith("/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    # A cache on the way must not hand the one to who takes the other.
    assert answer.headers["Vary"] == "Accept-Encoding"
    body = await answer.read()
    assert (gzip.decompress(body) if sent else body) == SCRIPT


async def test_a_room_names_its_show_to_be_fetched_before_its_script_asks(client: Client) -> None:
    answer = await client.get("/s/01a2")
    assert answer.headers["Link"] == f"</api/v1/shows/01a2>; rel=preload; as=fetch; crossorigin, {LOADED}"


async def test_a_page_names_what_it_loads_before_it_is_read_and_anew_when_it_was_built_anew(
    client: Client, tmp_path: Path
) -> None:
    assert (await client.get("/")).headers["Link"] == LOADED
    (tmp_path / "home.html").write_text(PAGE.replace("room-1", "room-4"))
    # Not within the same tick of a file system's clock.
    os.utime(tmp_path / "home.html", (1, 1))
    assert (await client.get("/")).headers["Link"] == LOADED.replace("room-1", "room-4")


async def test_an_address_of_a_room_cannot_name_something_else(client: Client) -> None:
    answer = await client.get("/s/x%3E;%20rel=preload,%20%3C%2Fapi%2Fv1%2Fme")
    assert answer.headers["Link"].startswith("</api/v1/shows/x%3E%3B%20rel%3Dpreload%2C%20%3C%2Fapi%2Fv1%2Fme>; ")


@pytest.mark.parametrize(
    ("method", "path", "accept", "kind"),
    [
        ("GET", "/settings", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("HEAD", "/s/01a2/chat", "text/html", "text/html"),
        ("GET", "/settings", "*/*", "application/problem+json"),
        ("POST", "/settings", "text/html", "application/problem+json"),
        ("GET", "/api/v1/nothing", "text/html", "application/problem+json"),
        ("GET", "/assets/old-1.js", "text/html", "application/problem+json"),
    ],
)
async def test_where_there_is_nothing_a_browser_gets_a_page_and_a_program_its_problem(
    client: Client, method: str, path: str, accept: str, kind: str
) -> None:
    answer = await client.request(method, path, headers={"Accept": accept})
    assert (answer.status, answer.content_type) == (404, kind)


async def test_without_its_page_a_browser_is_told_all_the_same(client: Client, tmp_path: Path) -> None:
    (tmp_path / "missing.html").unlink()
    answer = await client.get("/settings", headers={"Accept": "text/html"})
    assert (answer.status, answer.content_type) == (404, "application/problem+json")
