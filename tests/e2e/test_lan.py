"""The shop on the local network: HTTPS with a certificate of its own, and a browser on another host.

The other host is a network namespace of the test's own, which only root may make; elsewhere the tests are left out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.steps import eventually, sign_in
from tests.support.chromium import PHONE, Visitor, launch, visit
from tests.support.other_host import HERE, another_host, block_udp, blocked, browser_on, needs_another_host
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard, transports

pytestmark = [pytest.mark.real, pytest.mark.timeout(120), needs_another_host]


@pytest.fixture
def other_host() -> Iterator[str]:
    with another_host() as name:
        yield name


@pytest.fixture
def phone(other_host: str, tmp_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright, browser_on(other_host, tmp_path))
        yield browser
        browser.close()


def broadcast_and_watch(shop: RunningShop, phone: Browser) -> tuple[Visitor, Visitor]:
    """Both on the other host, until ten pictures were decoded."""
    eventually("the address for the phone is printed", lambda: HERE in shop.log)
    password = json.loads((shop.data / "demo-passwords.json").read_text())["mei"]
    url = f"https://{HERE}:{shop.port}"
    host, viewer = visit(phone, PHONE, trusting=True), visit(phone, PHONE, trusting=True)
    host.page.goto(f"{url}/studio")
    sign_in(host.page, "mei", password)
    host.page.get_by_role("button", name="Open a show").first.click()
    host.page.get_by_role("button", name="Go live").click()
    expect(host.page.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)
    link = host.page.get_by_role("region", name="Link for viewers").get_by_role("link").get_attribute("href")
    assert link
    assert link.startswith(url)
    viewer.page.goto(link)
    eventually("ten pictures were decoded", lambda: heard(viewer.page).frames_decoded >= 10)
    assert host.faults == []
    assert viewer.faults == []
    return host, viewer


def test_a_phone_on_the_network_broadcasts_and_watches(tmp_path: Path, phone: Browser) -> None:
    with RunningShop(tmp_path / "data", "--lan", secure=True) as shop:
        host, viewer = broadcast_and_watch(shop, phone)
        assert [transports(each.page) for each in (host, viewer)] == [{"udp"}, {"udp"}]


@pytest.mark.skipif(not shutil.which("iptables"), reason="needs iptables")
def test_behind_a_firewall_that_lets_no_udp_out_media_goes_by_tcp(
    tmp_path: Path, other_host: str, phone: Browser
) -> None:
    block_udp(other_host)
    with RunningShop(tmp_path / "data", "--lan", secure=True) as shop:
        host, viewer = broadcast_and_watch(shop, phone)
        assert [transports(each.page) for each in (host, viewer)] == [{"tcp"}, {"tcp"}]
        before = heard(viewer.page)
        eventually("the picture goes on", lambda: heard(viewer.page).frames_decoded >= before.frames_decoded + 90)
        assert heard(viewer.page).packets_lost == 0
    assert blocked(other_host) > 0, "UDP was tried"
