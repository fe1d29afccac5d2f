"""The chat filter in real browsers: a host's word list, a viewer whose lines are held, and the keys that decide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def say(page: Page, line: str) -> None:
    page.get_by_role("textbox", name="Message").fill(line)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")


def chat_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Chat")


def write_list(page: Page, words: str) -> Locator:
    page.get_by_role("button", name="Edit word list").click()
    dialog = page.get_by_role("dialog", name="Edit word list")
    dialog.get_by_role("textbox", name="One entry a line").fill(words)
    return dialog


def test_a_host_edits_his_list_and_decides_with_single_keys(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    mei, ana, lin = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)

    dialog = write_list(mei.page, "next door\nx\ncasino | deny")
    dialog.get_by_role("button", name="Check").click()
    expect(dialog.get_by_text("line 2: a single letter or digit is in every line")).to_be_visible()
    dialog.get_by_role("textbox", name="One entry a line").fill("next door\ncasino | deny")
    dialog.get_by_role("button", name="Check").click()
    expect(dialog.get_by_text("All lines are in order: 2 entries.")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    def in_force() -> bool:
        ana.page.get_by_role("textbox", name="Message").fill("c-a-s-i-n-o")
        ana.page.get_by_role("button", name="Send", exact=True).click()
        try:
            expect(ana.page.get_by_text("not allowed here (rule:")).to_be_visible(timeout=2_000)
        except AssertionError:
            return False
        return True

    eventually("the list is in force", in_force)

    for number in (1, 2, 3):
        say(ana.page, f"cheaper next door {number}")
    held = mei.page.get_by_role("region", name="Held messages")
    expect(held.get_by_role("listitem")).to_have_count(3)
    expect(chat_of(ana.page).get_by_text("only you see this yet")).to_have_count(3)
    pictures.take(mei.page, "studio-held")
    for page in (lin.page, mei.page):
        expect(chat_of(page).get_by_text("next door")).to_have_count(0)

    held.get_by_role("listitem").first.focus()
    mei.page.keyboard.press("r")
    expect(held.get_by_role("listitem")).to_have_count(2)
    expect(held.get_by_role("listitem").first).to_be_focused()
    mei.page.keyboard.press("x")
    expect(held.get_by_role("listitem")).to_have_count(1)
    for page in (lin.page, mei.page):
        expect(chat_of(page).get_by_text("cheaper next door 1")).to_be_visible()
        expect(chat_of(page).get_by_text("cheaper next door 2")).to_have_count(0)
    expect(chat_of(ana.page).get_by_text("only you see this yet")).to_have_count(1)
    expect(chat_of(ana.page).get_by_text("(only you see this)")).to_have_count(1)

    # Whoever comes later, and the host who comes back, see the same.
    lin.page.reload()
    expect(chat_of(lin.page).get_by_text("cheaper next door 1")).to_be_visible()
    expect(chat_of(lin.page).get_by_text("cheaper next door 3")).to_have_count(0)
    mei.page.reload()
    held.get_by_role("button", name="Release").click()
    expect(held.get_by_text("Nothing waits.")).to_be_visible()
    expect(chat_of(lin.page).get_by_text("cheaper next door 3")).to_be_visible()
    assert ana.faults == lin.faults == []
    # The list with a fault in it was refused, which the browser's console tells.
    assert all("word-list" in fault for fault in mei.faults)
    for visitor in (mei, ana, lin):
        visitor.leave()
