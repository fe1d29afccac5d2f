"""A viewer without a network: the page says so, keeps what was typed, and has everything once the network is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def say(page: Page, line: str) -> None:
    page.get_by_role("textbox", name="Message").fill(line)
    page.get_by_role("button", name="Send", exact=True).click()


def lines_of(page: Page) -> list[str]:
    return page.get_by_role("log", name="Chat").locator("span[dir=auto]").all_inner_texts()


def test_a_viewer_who_was_offline_has_every_line_once_and_in_order(shop: RunningShop, browser: Browser) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    ana, lin = visit(browser, DESKTOP), visit(browser, PHONE)
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)
        expect(viewer.page.get_by_text("Connected")).to_be_visible()
    said = ["before"]
    say(ana.page, "before")
    eventually("both have the first line", lambda: lines_of(lin.page) == said)

    lin.context.set_offline(offline=True)
    expect(lin.page.get_by_text("Offline")).to_be_visible(timeout=15_000)
    for number in range(7):
        say(ana.page, f"line {number}")
        said.append(f"line {number}")
        eventually("the line is there", lambda: lines_of(ana.page) == said)
    assert lines_of(lin.page) == ["before"]
    say(lin.page, "from the tunnel")
    expect(lin.page.get_by_text("No connection to the server.")).to_be_visible(timeout=20_000)
    expect(lin.page.get_by_role("textbox", name="Message")).to_have_value("from the tunnel")

    lin.context.set_offline(offline=False)
    expect(lin.page.get_by_text("Connected")).to_be_visible(timeout=15_000)
    eventually("what was missed is there", lambda: lines_of(lin.page) == said)
    lin.page.get_by_role("button", name="Send", exact=True).click()
    said.append("from the tunnel")
    eventually("the kept line is there once", lambda: lines_of(lin.page) == lines_of(ana.page) == said)
    assert ana.faults == []
    for viewer in (ana, lin):
        viewer.leave()
