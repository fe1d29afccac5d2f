"""A shop on IPv6 alone: the pages, the WebSocket and the media of a browser at [::1]."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.full import in_full
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard, servers

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(120),
    in_full,
    pytest.mark.skipif(not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="needs IPv6"),
]


def test_a_shop_on_ipv6_alone_is_broadcast_from_and_watched(tmp_path: Path, browser: Browser) -> None:
    with RunningShop(tmp_path / "data", host="[::1]", LIVECART_LIMITS_EXEMPT="::1/128") as shop:
        host, viewer = visit(browser, DESKTOP), visit(browser, PHONE)
        host.page.goto(f"{shop.url}/studio")
        sign_in(host.page, "mei")
        host.page.get_by_role("button", name="Open a show").first.click()
        host.page.get_by_role("button", name="Go live").click()
        expect(host.page.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)
        link = host.page.get_by_role("region", name="Link for viewers").get_by_role("link").get_attribute("href")
        assert link is not None
        assert link.startswith("http://[::1]:")
        viewer.page.goto(link)
        eventually("ten pictures were decoded", lambda: heard(viewer.page).frames_decoded >= 10)
        for visitor in (host, viewer):
            assert servers(visitor.page) == {("udp", "::1", shop.udp)}
            assert visitor.faults == []
