"""The main job, in real browsers: a topic is approved, its creator goes live, two viewers watch, chat and buy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import TITLE, Pictures, approve, go_live, propose, sign_in, watches
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def test_a_topic_is_approved_shown_watched_and_its_tea_is_sold(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    mei, mo = visit(browser, DESKTOP), visit(browser, DESKTOP)
    ana, lin = visit(browser, DESKTOP), visit(browser, PHONE)
    propose(mei.page, shop, pictures)
    approve(mo.page, shop, pictures)
    link = go_live(mei.page, pictures)

    ana.page.goto(shop.url)
    expect(ana.page.get_by_role("link", name=TITLE)).to_be_visible()
    pictures.take(ana.page, "home")
    watches(ana, link)
    watches(lin, link)
    sign_in(ana.page, "ana")
    sign_in(lin.page, "lin")
    for viewer, line in ((ana.page, "Which one is milder?"), (lin.page, "你好")):
        viewer.get_by_role("textbox", name="Message").fill(line)
        viewer.get_by_role("button", name="Send", exact=True).click()
    for page in (ana.page, lin.page, mei.page):
        chat = page.get_by_role("log", name="Chat")
        expect(chat.get_by_text("Which one is milder?")).to_be_visible()
        expect(chat.get_by_text("你好")).to_be_visible()
    mei.page.get_by_role("textbox", name="Message").fill("The ripe one.")
    mei.page.get_by_role("button", name="Send", exact=True).click()
    expect(ana.page.get_by_role("log", name="Chat").get_by_text("The ripe one.")).to_be_visible()

    mei.page.get_by_role("button", name="Show product").first.click()
    expect(ana.page.get_by_text("Being shown now")).to_be_visible()
    expect(lin.page.get_by_text("Being shown now")).to_be_visible()
    expect(ana.page.get_by_text("28 left").first).to_be_visible()
    pictures.take(ana.page, "room-desktop")
    pictures.take(lin.page, "room-phone")

    ana.page.get_by_role("button", name="Buy", exact=True).first.click()
    pictures.take(ana.page, "room-buy")
    ana.page.get_by_role("dialog").get_by_role("button", name="Buy now").click()
    expect(ana.page.get_by_text("Paid. Thank you!")).to_be_visible()
    pictures.take(ana.page, "room-paid")
    for page in (lin.page, mei.page):
        expect(page.get_by_text("27 left").first).to_be_visible()
    expect(lin.page.get_by_text("bought Pu'er tea, 100 g").first).to_be_visible()

    mei.page.get_by_role("button", name="End show").click()
    mei.page.get_by_role("dialog").get_by_role("button", name="End show").click()
    expect(ana.page.get_by_text("This show has ended")).to_be_visible()
    pictures.take(ana.page, "room-ended")
    for visitor in (mei, mo, ana, lin):
        assert visitor.faults == []
        visitor.leave()
