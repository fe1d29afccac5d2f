"""The buy sheet on a phone: chips by keyboard, quantities by steps, what is sold out meanwhile; then the cart."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.steps import Pictures, enter
from tests.support.accessible import violations
from tests.support.chromium import PHONE, visit
from tests.support.people import make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def cups(shop: RunningShop, token: str) -> dict[str, Any]:
    variants = [
        {"title": "Celadon", "price_minor": 2_000, "stock": 3},
        {"title": "Cobalt", "price_minor": 2_500, "stock": 2},
        {"title": "Moon white", "price_minor": 2_000, "stock": 0},
    ]
    answer = shop.call("POST", "products", {"title": f"Cup {uuid4()}", "variants": variants}, token=token)
    assert answer.status == 201, answer
    product: dict[str, Any] = answer.body["product"]
    return product


def step(sheet: Locator, how: str) -> None:
    sheet.get_by_role("button", name=f"Quantity: one {how}").click()


def test_what_is_sold_out_while_the_sheet_is_open_is_told_there_and_nothing_is_lost(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    token = shop.log_in("mei")
    product = cups(shop, token)
    cobalt = product["variants"][1]["id"]
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    ana = visit(browser, PHONE, touch=True)
    enter(ana.page, shop, "ana")
    ana.page.goto(f"{shop.url}/s/{show}")
    ana.page.get_by_role("button", name="Buy", exact=True).click()
    sheet = ana.page.get_by_role("dialog")
    chips = sheet.get_by_role("group", name="Variant")
    # The arrow keys go past what is sold out.
    expect(chips.get_by_role("radio", name="Celadon")).to_be_checked()
    expect(chips.get_by_role("radio", name="Moon white")).to_be_disabled()
    chips.get_by_role("radio", name="Celadon").focus()
    ana.page.keyboard.press("ArrowRight")
    expect(chips.get_by_role("radio", name="Cobalt")).to_be_checked()
    ana.page.keyboard.press("ArrowRight")
    expect(chips.get_by_role("radio", name="Celadon")).to_be_checked()
    chips.get_by_role("radio", name="Cobalt").check()

    quantity = sheet.get_by_role("spinbutton", name="Quantity")
    step(sheet, "more")
    expect(quantity).to_have_value("2")
    expect(sheet.get_by_role("button", name="Quantity: one more")).to_be_disabled()
    expect(sheet.get_by_text("CN¥50.00")).to_be_visible()
    quantity.fill("9")
    expect(sheet.get_by_role("alert")).to_have_text("Only 2 left.")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    sheet.get_by_role("textbox", name="Coupon").fill("KEPT")
    sheet.get_by_role("button", name="Buy now").click()
    expect(quantity).to_be_focused()
    assert violations(ana.page) == []
    pictures.take(ana.page, "buy-too-many")

    for _ in range(2):
        wish = {"show": show, "variant": cobalt, "quantity": 1}
        assert with_key(shop, "orders", wish, register(shop)).status == 201
    expect(sheet.get_by_text("Cobalt has just been sold out.")).to_be_visible()
    expect(sheet.get_by_role("button", name="Buy now")).to_be_disabled()
    expect(chips.get_by_role("radio", name="Cobalt")).to_be_checked()
    expect(quantity).to_have_value("9")
    expect(sheet.get_by_role("textbox", name="Coupon")).to_have_value("KEPT")
    sheet.get_by_text("Wait for one that is sold out").click()
    sheet.get_by_role("button", name=f"Join the waitlist for {product['title']}, Moon white").click()
    expect(sheet.get_by_text("You are next in line.")).to_be_visible()
    assert violations(ana.page) == []
    pictures.take(ana.page, "buy-sold-out")

    chips.get_by_role("radio", name="Celadon").check()
    expect(sheet.get_by_role("alert")).to_have_text("Only 3 left.")
    step(sheet, "less")
    expect(quantity).to_have_value("3")
    step(sheet, "less")
    sheet.get_by_role("button", name="Buy now").click()
    coupon = sheet.get_by_role("textbox", name="Coupon")
    expect(sheet.get_by_role("alert")).to_have_text("There is no such coupon.")
    expect(coupon).to_be_focused()
    coupon.fill("")
    sheet.get_by_role("button", name="Put into the cart").click()
    expect(sheet.get_by_text("It is in your cart.")).to_be_visible()
    sheet.get_by_role("button", name="Buy now").click()
    expect(sheet.get_by_text("Paid. Thank you!")).to_be_visible()

    # In the cart the last of several quick steps counts, and what cannot be stays as it was typed.
    ana.page.goto(f"{shop.url}/orders")
    cart = ana.page.get_by_role("region", name="Cart")
    name = f"Quantity of {product['title']}"
    expect(cart.get_by_text("There are not that many left.")).to_be_visible()
    cart.get_by_role("button", name=f"{name}: one less").click()
    expect(cart.get_by_text("There are not that many left.")).to_have_count(0)
    expect(cart.get_by_role("spinbutton", name=name)).to_have_value("1")
    cart.get_by_role("spinbutton", name=name).fill("7")
    cart.get_by_role("textbox", name="Coupon").focus()
    expect(cart.get_by_role("alert")).to_have_text("Only 1 left.")
    expect(cart.get_by_role("spinbutton", name=name)).to_have_value("7")
    assert violations(ana.page) == []
    pictures.take(ana.page, "cart-too-many")
    cart.get_by_role("button", name="Take out").click()
    expect(cart.get_by_text("Your cart is empty.")).to_be_visible()
    # The browser notes the coupon that is none.
    assert ["status of 404" in fault and "/orders" in fault for fault in ana.faults] == [True], ana.faults
    ana.context.close()
