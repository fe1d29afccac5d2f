"""The shop on the local network: HTTPS with a certificate of its own, and a browser on another host.

The other host is a network namespace of the test's own, which only root may make; elsewhere the test is left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.steps import eventually, sign_in
from tests.support.chromium import PHONE, launch, visit
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(120),
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("ip"), reason="needs root and iproute2"),
]

NAMESPACE, LINK = f"livecart-{os.getpid()}", f"lc{os.getpid()}"
# A network of this run's own: two that hold the same addresses would take each other's packets.
HERE, THERE = (f"10.213.{os.getpid() % 250}.{host}" for host in (1, 2))


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10, text=True).stdout


def remove_orphans() -> None:
    """Namespaces of runs that were killed before they could remove theirs."""
    for name in re.findall(r"^livecart-\d+", ip("netns", "list"), re.MULTILINE):
        if not Path("/proc", name.removeprefix("livecart-")).exists():
            ip("netns", "del", name)


@pytest.fixture
def other_host() -> Iterator[str]:
    """The name of a namespace that sees this machine as HERE."""
    remove_orphans()
    ip("netns", "add", NAMESPACE)
    try:
        ip("link", "add", f"{LINK}a", "type", "veth", "peer", "name", f"{LINK}b", "netns", NAMESPACE)
        ip("addr", "add", f"{HERE}/24", "dev", f"{LINK}a")
        ip("link", "set", f"{LINK}a", "up")
        ip("-n", NAMESPACE, "addr", "add", f"{THERE}/24", "dev", f"{LINK}b")
        ip("-n", NAMESPACE, "link", "set", f"{LINK}b", "up")
        ip("-n", NAMESPACE, "link", "set", "lo", "up")
        yield NAMESPACE
    finally:
        ip("netns", "del", NAMESPACE)


@pytest.fixture
def phone(other_host: str, tmp_path: Path) -> Iterator[Browser]:
    """Chromium inside the namespace."""
    wrapper = tmp_path / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {other_host} {shutil.which("chromium")} "$@"\n')
    wrapper.chmod(0o755)
    with sync_playwright() as playwright:
        browser = launch(playwright, str(wrapper))
        yield browser
        browser.close()


def test_a_phone_on_the_network_broadcasts_and_watches(tmp_path: Path, phone: Browser) -> None:
    data = tmp_path / "data"
    with RunningShop(data, "--lan", secure=True) as shop:
        eventually("the address for the phone is printed", lambda: HERE in shop.log)
        password = json.loads((data / "demo-passwords.json").read_text())["mei"]
        url = f"https://{HERE}:{shop.port}"
        host, viewer = visit(phone, PHONE, trusting=True), visit(phone, PHONE, trusting=True)
        host.page.goto(f"{url}/studio")
        sign_in(host.page, "mei", password)
        host.page.get_by_role("button", name="Open a show").first.click()
        host.page.get_by_role("button", name="Go live").click()
        expect(host.page.get_by_text("You are live")).to_be_visible(timeout=20_000)
        link = host.page.get_by_role("region", name="Link for viewers").get_by_role("link").get_attribute("href")
        assert link
        assert link.startswith(url)
        viewer.page.goto(link)
        eventually("ten pictures were decoded", lambda: heard(viewer.page).frames_decoded >= 10)
        assert host.faults == []
        assert viewer.faults == []
