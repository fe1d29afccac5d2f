"""Forms: what is wrong stands beside its field, what was typed stays, and a keyboard is enough.

Dialogs: the focus comes back to where it was.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, enter
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show, make_topic
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def is_wrong(field: Locator, why: str) -> None:
    """Said beside it, and to whoever hears the page."""
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("^" + re.escape(why)))


def is_fine(field: Locator) -> None:
    expect(field).not_to_have_attribute("aria-invalid", "true")


def opens_and_gives_back(page: Page, opener: Locator, name: str) -> Locator:
    """By keyboard; Escape closes it, and the focus is where it was. Answers the dialog, opened again."""
    dialog = page.get_by_role("dialog", name=name)
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    return dialog


def test_a_form_says_beside_each_field_what_is_wrong_with_it(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    mei = visit(browser, PHONE)
    page, keys = mei.page, mei.page.keyboard
    page.goto(f"{shop.url}/")
    # Refused by the server, by a code that is about a field.
    page.get_by_role("banner").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="New here? Create an account").click()
    handle, password = page.get_by_role("textbox", name="Handle"), page.get_by_label("Password")
    handle.fill(f"m{uuid4().hex[:8]}")
    password.fill("short")
    keys.press("Enter")
    is_wrong(password, "8 to 256 characters.")
    expect(password).to_be_focused()
    password.fill("long enough")
    is_fine(password)
    handle.fill("mei")
    password.press("Enter")
    is_wrong(handle, "This handle is taken. Choose another one.")
    expect(handle).to_be_focused()
    expect(password).to_have_value("long enough")
    pictures.take(page, "form-sign-in")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()

    # By the browser's checks, by ours, and by the server's, each beside its field; nothing that was typed is lost.
    enter(page, shop, "mei")
    page.goto(f"{shop.url}/studio")
    form = opens_and_gives_back(page, page.get_by_role("button", name="Add product"), "Add product")
    title, price = (
        form.get_by_role("textbox", name="Product title"),
        form.get_by_role("textbox", name="Price", exact=True),
    )
    stock = form.get_by_role("spinbutton", name="Stock")
    form.get_by_role("button", name="Add product").click()
    for field in (title, price, stock):
        is_wrong(field, "Fill this in.")
    expect(title).to_be_focused()
    pictures.take(page, "form-product-phone")
    named = f"Bowl {uuid4()}"
    title.fill(named)
    is_fine(title)
    is_wrong(price, "Fill this in.")
    price.fill("a lot")
    stock.fill("-1")
    keys.press("Enter")
    is_wrong(stock, "From 0 to 1,000,000.")
    expect(stock).to_be_focused()
    stock.fill("3")
    keys.press("Enter")
    is_wrong(price, "The price is not an amount of this currency.")
    expect(price).to_be_focused()
    expect(title).to_have_value(named)
    page.emulate_media(color_scheme="dark")
    pictures.take(page, "form-product-phone-dark")
    page.emulate_media(color_scheme="light")
    price.fill("12.50")
    keys.press("Enter")
    expect(page.get_by_role("article", name=named)).to_be_visible()
    # What is about no field stands above all of them.
    form = opens_and_gives_back(page, page.get_by_role("button", name="New coupon"), "New coupon")
    form.get_by_role("textbox", name="Code").fill(f"C{uuid4().hex[:12]}")
    form.get_by_role("spinbutton", name="Percent off").fill("10")
    page.route(
        "**/api/v1/coupons", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    form.get_by_role("button", name="Make the coupon").click()
    expect(form.get_by_role("alert")).to_have_text("No connection to the server. Check your network and try again.")
    expect(form.get_by_role("alert")).to_be_in_viewport()
    expect(form.get_by_role("spinbutton", name="Percent off")).to_have_value("10")
    page.keyboard.press("Escape")
    refused = ("status of 40", "ERR_FAILED")
    assert [fault for fault in mei.faults if not any(told in fault for told in refused)] == []
    mei.leave()


def test_dialogs_of_each_kind_give_the_focus_back(shop: RunningShop, browser: Browser, pictures: Pictures) -> None:
    token = shop.log_in("mei")
    goods = [make_product(shop, token)["id"] for _ in range(2)]
    show = make_show(shop, token, goods)["show"]["id"]
    shop.call("POST", f"topics/{make_topic(shop, token)}/submit", token=token)
    mei, mo, ana = visit(browser, PHONE), visit(browser, DESKTOP), visit(browser, PHONE)

    # The studio on a phone: what a host needs at any moment stays in reach.
    page = mei.page
    enter(page, shop, "mei")
    page.goto(f"{shop.url}/studio?show={show}")
    end = page.get_by_role("button", name="End show")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(end).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    expect(end).to_be_in_viewport()
    following = page.get_by_role("button", name="Next: ")
    expect(following).to_be_in_viewport(ratio=1)
    following.click()
    expect(page.get_by_text("Explaining now")).to_be_visible()
    pictures.take(page, "studio-bar-phone")
    for opener, name in (
        (end, "End the show?"),
        (page.get_by_role("button", name="Choose goods"), "Choose goods"),
        (page.get_by_role("button", name="Open an offer"), "Open an offer"),
        (page.get_by_role("button", name="New red packet"), "New red packet"),
    ):
        opens_and_gives_back(page, opener, name)
        page.keyboard.press("Escape")
    assert mei.faults == []
    mei.leave()

    desk = mo.page
    enter(desk, shop, "mo")
    desk.goto(f"{shop.url}/desk")
    expect(desk.get_by_role("region", name="Topic queue").get_by_role("listitem").first).to_be_visible()
    desk.keyboard.press("j")
    reject = desk.get_by_role("button", name="Reject")
    form = opens_and_gives_back(desk, reject, "Reject the topic")
    # Words that were written are not lost with the line.
    desk.route("**/reject", lambda route: route.abort())
    form.get_by_role("textbox", name="Reason").fill("Bowls are not sold here.")
    desk.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_contain_text("No connection to the server.")
    expect(form.get_by_role("textbox", name="Reason")).to_have_value("Bowls are not sold here.")
    pictures.take(desk, "desk-reject-offline")
    desk.unroute("**/reject")
    desk.keyboard.press("Escape")
    mo.leave()

    settings = ana.page
    enter(settings, shop, "ana")
    settings.goto(f"{shop.url}/me")
    form = opens_and_gives_back(
        settings, settings.get_by_role("button", name="Delete my account"), "Delete your account?"
    )
    settings.get_by_role("dialog").get_by_role("button", name="Delete it for good").click()
    is_wrong(form.get_by_label("Your password"), "Fill this in. To show that it is you.")
    settings.keyboard.press("Escape")
    cap = settings.get_by_role("textbox", name="At most a day")
    cap.fill("much")
    settings.keyboard.press("Enter")
    is_wrong(cap, "This is not an amount")
    pictures.take(settings, "form-settings-phone")
    ana.leave()
