"""The whole way in Firefox: a host who broadcasts, and a viewer on a phone who sees and hears her, writes and buys."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.chromium import DESKTOP, PHONE
from tests.support.firefox import FirefoxPage, find, started
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(180),
    pytest.mark.skipif(find() is None, reason="no Firefox here: apt-get install firefox-esr"),
]

PASSWORD = "livecart-demo"
# As WebDriver names these keys.
TAB, ENTER = "\ue004", "\ue006"
DECODED = "document.querySelector('video').videoWidth > 0 && document.querySelector('video').currentTime > 1"
HEARD = """(async () => {
  const reports = await Promise.all(connections.filter(({ signalingState }) => signalingState !== "closed")
    .map((connection) => connection.getStats()));
  return reports.flatMap((report) => [...report.values()])
    .some(({ type, kind, packetsReceived }) => type === "inbound-rtp" && kind === "audio" && packetsReceived > 50);
})()"""
# Longer than Firefox waits between two checks, and than the page waits for one.
QUIET_S = 11


async def sign_in(page: FirefoxPage, handle: str) -> None:
    await page.click("button", "Sign in")
    await page.fill("Handle", handle)
    # By the keyboard: a field for a password has a role of Firefox's own.
    await page.type(f"{TAB}{PASSWORD}{ENTER}")
    await page.until("signed in", "document.querySelector('dialog') === null")


async def test_firefox_broadcasts_watches_writes_and_buys(shop: RunningShop) -> None:
    token = shop.log_in("mei")
    product = make_product(shop, token, price_minor=100)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    async with started() as firefox:
        ana = await firefox.page(**PHONE)
        await ana.goto(f"{shop.url}/s/{show}")
        await ana.reads("The host is not live yet")
        await asyncio.sleep(QUIET_S)
        assert await ana.ask("connections.length") == 1, "nothing is sent yet, and that is no reason to connect anew"

        mei = await firefox.page(**DESKTOP)
        await mei.goto(f"{shop.url}/studio")
        await sign_in(mei, "mei")
        await mei.goto(f"{shop.url}/studio?show={show}")
        await mei.click("button", "Go live")
        await mei.reads("You are live")

        await ana.until("the picture comes", DECODED)
        await ana.click("button", "Unmute")
        await ana.until("the sound comes", HEARD)
        await sign_in(ana, "ana")
        await ana.fill("Message", "Hello from Firefox")
        await ana.click("button", "Send")
        await mei.reads("Hello from Firefox")
        await ana.click("button", "Bag")
        await ana.until("the bag opens", "document.querySelector('dialog[open]') !== null")
        await ana.click("button", "Buy")
        await ana.click("button", "Buy now")
        await ana.reads("Paid. Thank you!")
        await mei.reads("CN¥1.00")
