"""The main job, in real browsers: a topic is approved, its creator goes live, two viewers watch, chat and buy."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Pictures
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

TITLE = "Tea from three mountains"
PASSWORD = "livecart-demo"


def sign_in(page: Page, handle: str) -> None:
    """In the dialog of the home and room pages, or in the form that stands in the studio and the desk."""
    if not page.get_by_role("textbox", name="Handle").is_visible():
        page.get_by_role("banner").get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Handle").fill(handle)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def eventually(what: str, condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it never happened: {what}"
        time.sleep(0.1)


def propose(mei: Page, shop: RunningShop, pictures: Pictures) -> None:
    mei.goto(f"{shop.url}/studio")
    sign_in(mei, "mei")
    mei.get_by_role("button", name="New topic").click()
    form = mei.get_by_role("dialog")
    form.get_by_role("textbox", name="Title").fill(TITLE)
    form.get_by_role("combobox", name="Category").select_option("food")
    form.get_by_role("textbox", name="Summary").fill("How it grows, how it is made, how to brew it at home.")
    form.get_by_role("checkbox", name="Pu'er tea, 100 g").check()
    pictures.take(mei, "studio-new-topic")
    form.get_by_role("button", name="Submit for review").click()
    expect(mei.get_by_role("article", name=TITLE).get_by_text("In review")).to_be_visible()


def approve(mo: Page, shop: RunningShop, pictures: Pictures) -> None:
    mo.goto(f"{shop.url}/desk")
    sign_in(mo, "mo")
    mo.get_by_text(TITLE).first.click()
    expect(mo.get_by_role("heading", name=TITLE)).to_be_visible()
    pictures.take(mo, "desk-topic")
    mo.get_by_role("button", name="Approve").click()
    expect(mo.get_by_text("The queue is empty.")).to_be_visible()


def go_live(mei: Page, pictures: Pictures) -> str:
    mei.reload()
    mei.get_by_role("article", name=TITLE).get_by_role("button", name="Open a show").click()
    expect(mei.get_by_role("heading", name=TITLE)).to_be_visible()
    mei.get_by_role("button", name="Go live").click()
    expect(mei.get_by_text("You are live")).to_be_visible(timeout=20_000)
    pictures.take(mei, "studio-live")
    href = mei.get_by_role("region", name="Link for viewers").get_by_role("link").get_attribute("href")
    assert href
    return href


def watches(viewer: Visitor, link: str) -> None:
    """Opens the room and waits until picture and sound are really decoded."""
    viewer.page.goto(link)
    eventually("ten pictures were decoded", lambda: heard(viewer.page).frames_decoded >= 10)
    viewer.page.get_by_role("button", name="Unmute").click()
    eventually("sound was heard", lambda: heard(viewer.page).audio_energy > 0)


def test_a_topic_is_approved_shown_watched_and_its_tea_is_sold(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    mei, mo = visit(browser, DESKTOP), visit(browser, DESKTOP)
    ana, lin = visit(browser, DESKTOP), visit(browser, PHONE)
    propose(mei.page, shop, pictures)
    approve(mo.page, shop, pictures)
    link = go_live(mei.page, pictures)

    watches(ana, link)
    watches(lin, link)
    sign_in(ana.page, "ana")
    sign_in(lin.page, "lin")
    for viewer, line in ((ana.page, "Which one is milder?"), (lin.page, "你好")):
        viewer.get_by_role("textbox", name="Message").fill(line)
        viewer.get_by_role("button", name="Send").click()
    for page in (ana.page, lin.page, mei.page):
        chat = page.get_by_role("log", name="Chat")
        expect(chat.get_by_text("Which one is milder?")).to_be_visible()
        expect(chat.get_by_text("你好")).to_be_visible()
    mei.page.get_by_role("textbox", name="Message").fill("The ripe one.")
    mei.page.get_by_role("button", name="Send").click()
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
        visitor.context.close()
