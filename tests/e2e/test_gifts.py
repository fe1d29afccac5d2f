"""Gifts in real browsers: tapped on a phone, seen by everybody, paid to the host, and held back by one's own limit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def menu_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Send a gift")


def feed_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Gifts")


def give(page: Page, pictures: Pictures) -> None:
    """By touch, several at once; then by the keyboard, which leaves the menu too."""
    page.get_by_role("button", name="Gifts").click()
    rose = menu_of(page).get_by_role("button", name=re.compile("^Send Rose for"))
    for _ in range(3):
        rose.click()
    expect(menu_of(page).get_by_role("status").get_by_text("Rose \u00d73")).to_be_visible()
    rose.focus()
    page.keyboard.press("Enter")
    expect(menu_of(page).get_by_role("status").get_by_text("Rose \u00d74")).to_be_visible()
    pictures.take(page, "room-gifts")
    page.keyboard.press("Escape")
    expect(menu_of(page)).to_have_count(0)
    button = page.get_by_role("button", name="Gifts")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu_of(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu_of(page)).to_have_count(0)
    button.click()
    expect(menu_of(page)).to_be_visible()
    page.mouse.click(PHONE["width"] / 2, 80)
    expect(menu_of(page)).to_have_count(0)


def limit(page: Page, url: str, pictures: Pictures) -> None:
    """Five are four and one more: after that the limit speaks."""
    page.goto(f"{url}/me")
    form = page.get_by_role("form", name="Daily limit for gifts")
    expect(form.get_by_text("Given today: CN¥4.00")).to_be_visible()
    form.get_by_role("textbox", name="At most a day, in CNY").fill("5")
    form.get_by_role("button", name="Save limit").click()
    expect(form.get_by_text("Left today: CN¥1.00")).to_be_visible()
    form.get_by_role("textbox", name="At most a day, in CNY").fill("")
    form.get_by_role("button", name="Save limit").click()
    expect(form.get_by_text("From tomorrow (UTC): no limit")).to_be_visible()
    pictures.take(page, "settings-gift-limit")


def test_gifts_are_seen_by_all_paid_to_the_host_and_limited(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    creator = shop.log_in("mei")
    show = make_show(shop, creator)["show"]["id"]
    handle = register_named(shop)
    mei, ana, guest = visit(browser, DESKTOP), visit(browser, PHONE), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    for viewer in (ana, guest):
        viewer.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, handle)
    expect(guest.page.get_by_role("button", name="Gifts")).to_be_visible()

    give(ana.page, pictures)
    for page in (mei.page, ana.page, guest.page):
        expect(feed_of(page).get_by_role("paragraph")).to_contain_text("sent Rose")
        expect(feed_of(page).get_by_text("\u00d74")).to_be_visible()
    pictures.take(guest.page, "room-gift-feed")
    figures = mei.page.get_by_role("region", name="Figures")
    expect(figures.get_by_text("4 · CN¥4.00")).to_be_visible(timeout=25_000)

    limit(ana.page, shop.url, pictures)
    ana.page.goto(f"{shop.url}/s/{show}")
    ana.page.get_by_role("button", name="Gifts").click()
    rose = menu_of(ana.page).get_by_role("button", name=re.compile("^Send Rose for"))
    rose.click()
    expect(menu_of(ana.page).get_by_text("Rose \u00d71")).to_be_visible()
    rose.click()
    expect(menu_of(ana.page).get_by_text("You have reached your daily limit for gifts.")).to_be_visible()
    for viewer in (mei, ana, guest):
        assert viewer.faults == []
        viewer.leave()


def register_named(shop: RunningShop) -> str:
    """Somebody new with money: others may have given things away today."""
    token = register(shop)
    assert with_key(shop, "wallet/topups", {"amount_minor": 10_000}, token).status == 201
    handle: str = shop.call("GET", "me", token=token).body["user"]["handle"]
    return handle
