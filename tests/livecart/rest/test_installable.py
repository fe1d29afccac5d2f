"""What a browser needs to keep the shop as an app: a manifest and icons that are served, and named by every page."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from livecart.rest.pages import ROOT_FILES, PageRoutes

WEB = Path(__file__).resolve().parents[3] / "web"
PUBLIC = WEB / "public"


def size_of(png: Path) -> str:
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", head[16:24])
    return f"{width}x{height}"


def test_the_manifest_names_icons_as_they_are() -> None:
    manifest = json.loads((PUBLIC / "manifest.webmanifest").read_text())
    for icon in manifest["icons"]:
        # Relative, so that a shop may be below a prefix.
        name = icon["src"]
        assert ROOT_FILES[name] == icon["type"]
        assert icon["sizes"] == ("any" if name.endswith(".svg") else size_of(PUBLIC / name))
    # What browsers ask for before they offer to install.
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}


@pytest.mark.parametrize("page", sorted(WEB.glob("*.html")), ids=lambda page: page.stem)
def test_every_page_names_the_manifest(page: Path) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest" />' in page.read_text()


async def test_the_files_are_served_as_what_they_are() -> None:
    app = web.Application()
    PageRoutes(PUBLIC).add_to(app)
    async with TestClient(TestServer(app)) as client:
        for name, content_type in ROOT_FILES.items():
            answer = await client.get(f"/{name}")
            assert (answer.status, answer.content_type) == (200, content_type)
            assert await answer.read() == (PUBLIC / name).read_bytes()
        assert (await client.get("/other.png")).status == 404
