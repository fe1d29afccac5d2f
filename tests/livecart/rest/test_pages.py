"""How pages and their scripts are sent: small, kept where they may be, and with what a room asks for first."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from livecart.rest.pages import PageRoutes

SCRIPT = b"export const room = 1;" * 100

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    (tmp_path / "assets").mkdir()
    for page in ("home", "room"):
        (tmp_path / f"{page}.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "room-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "room-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    app = web.Application()
    PageRoutes(tmp_path).add_to(app)
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
    assert answer.headers["Link"] == "</api/v1/shows/01a2>; rel=preload; as=fetch; crossorigin"
    assert "Link" not in (await client.get("/")).headers


async def test_an_address_of_a_room_cannot_name_something_else(client: Client) -> None:
    answer = await client.get("/s/x%3E;%20rel=preload,%20%3C%2Fapi%2Fv1%2Fme")
    assert answer.headers["Link"].startswith("</api/v1/shows/x%3E%3B%20rel%3Dpreload%2C%20%3C%2Fapi%2Fv1%2Fme>; ")
