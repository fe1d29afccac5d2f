"""Paying by card in a real browser: out to the sandbox's page, and back into the room, paid, declined and forged."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import Pictures, enter
from tests.support.chromium import PHONE, visit
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def buy_by_card(page: Page) -> None:
    page.get_by_role("button", name="Buy", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("group", name="Pay with").get_by_role("radio", name="Test card").check()
    dialog.get_by_role("button", name="Buy now").click()
    expect(page.get_by_role("heading", name="Sandbox payment")).to_be_visible()


def test_a_card_is_declined_then_taken_and_the_room_says_so(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    creator = shop.log_in("mei")
    product = make_product(shop, creator, price_minor=1_990)
    show = make_show(shop, creator, [product["id"]])["show"]["id"]
    ana = visit(browser, PHONE)
    enter(ana.page, shop, "ana")
    ana.page.goto(f"{shop.url}/s/{show}")
    buy_by_card(ana.page)
    expect(ana.page.get_by_text("19.90 CNY")).to_be_visible()
    pictures.take(ana.page, "sandbox-page")

    ana.page.get_by_role("button", name="Decline the card").click()
    dialog = ana.page.get_by_role("dialog", name="Your payment")
    expect(dialog.get_by_text("The payment was declined.")).to_be_visible()
    expect(ana.page).to_have_url(f"{shop.url}/s/{show}")
    pictures.take(ana.page, "room-declined")

    dialog.get_by_role("button", name="Pay by card again").click()
    ana.page.get_by_role("button", name="Pay", exact=True).click()
    expect(dialog.get_by_text("Paid. Thank you!")).to_be_visible()
    pictures.take(ana.page, "room-paid-by-card")
    dialog.get_by_role("button", name="Back to the show").click()
    expect(dialog).to_be_hidden()
    expect(ana.page.get_by_text("4 left").first).to_be_visible()
    assert ana.faults == []
    ana.leave()


def test_what_the_provider_tells_late_appears_by_itself(shop: RunningShop, browser: Browser) -> None:
    creator = shop.log_in("mei")
    product = make_product(shop, creator)
    show = make_show(shop, creator, [product["id"]])["show"]["id"]
    lin = visit(browser, PHONE)
    enter(lin.page, shop, "lin")
    lin.page.goto(f"{shop.url}/s/{show}")
    buy_by_card(lin.page)
    lin.page.get_by_role("button", name=re.compile("forged")).click()
    expect(lin.page.get_by_text("The shop answered: 400.")).to_be_visible()
    lin.page.get_by_label("Late means after").fill("3")
    lin.page.get_by_role("button", name="Pay, but tell the shop late").click()
    dialog = lin.page.get_by_role("dialog", name="Your payment")
    expect(dialog.get_by_text("We are waiting for the payment provider.")).to_be_visible()
    expect(dialog.get_by_text("Paid. Thank you!")).to_be_visible(timeout=15_000)
    assert lin.faults == []
    lin.leave()
