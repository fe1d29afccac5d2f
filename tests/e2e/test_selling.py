"""A seller's desk in a real browser: coupons, a bundle, the stock and its movements, floor prices, orders sent and
refunded."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.people import make_product, make_show, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def at_desk(shop: RunningShop, browser: Browser, path: str, size: dict[str, int] = DESKTOP) -> Visitor:
    mei = visit(browser, size)
    mei.page.goto(f"{shop.url}{path}")
    sign_in(mei.page, "mei")
    return mei


def refusals(visitor: Visitor) -> list[str]:
    """The browser notes each refusal; anything else is a fault."""
    assert all("status of 4" in fault for fault in visitor.faults), visitor.faults
    return visitor.faults


def test_a_coupon_is_made_counted_and_ended(shop: RunningShop, browser: Browser, pictures: Pictures) -> None:
    code = f"E{uuid4().hex[:8]}".upper()
    product = make_product(shop, shop.log_in("mei"), price_minor=5_000)
    mei = at_desk(shop, browser, "/studio", PHONE)
    coupons = mei.page.get_by_role("region", name="Coupons")

    def fill(code: str) -> Page:
        coupons.get_by_role("button", name="New coupon").click()
        form = mei.page.get_by_role("dialog", name="New coupon")
        form.get_by_role("textbox", name="Code").fill(code)
        form.get_by_role("spinbutton", name="Percent off").fill("20")
        form.get_by_role("textbox", name="Smallest order").fill("10")
        form.get_by_role("spinbutton", name="Uses in all").fill("5")
        return mei.page

    fill(code.lower())
    pictures.take(mei.page, "studio-coupon-form")
    form = mei.page.get_by_role("dialog")
    form.get_by_role("button", name="Make the coupon").click()
    made = coupons.get_by_role("article", name=code)
    expect(made.get_by_text("20 % off")).to_be_visible()
    expect(made.get_by_text("used 0 of 5 times")).to_be_visible()

    fill(code)
    form.get_by_role("button", name="Make the coupon").click()
    expect(form.get_by_role("alert")).to_contain_text("This code is taken.")
    form.get_by_role("button", name="Close").click()

    ana = shop.log_in("ana")
    body = {"variant": product["variants"][0]["id"], "quantity": 1, "coupon": code}
    assert with_key(shop, "orders", body, ana).body["order"]["total"]["amount_minor"] == 4_000
    mei.page.reload()
    expect(made.get_by_text("used 1 of 5 times")).to_be_visible()
    pictures.take(mei.page, "studio-coupons")
    made.get_by_role("button", name="End now").click()
    mei.page.get_by_role("dialog", name=f"End {code}?").get_by_role("button", name="End now").click()
    expect(made.get_by_text("Ended", exact=True)).to_be_visible()
    expect(made.get_by_role("button")).to_have_count(0)
    assert with_key(shop, "orders", body, ana).body["code"] == "coupon_disabled"
    assert ["status of 409" in fault for fault in refusals(mei)] == [True]
    mei.leave()


def test_the_stock_is_corrected_with_a_cause(shop: RunningShop, browser: Browser, pictures: Pictures) -> None:
    product = make_product(shop, shop.log_in("mei"), stock=3)
    mei = at_desk(shop, browser, "/studio", PHONE)
    mine = mei.page.get_by_role("article", name=product["title"])
    mine.get_by_role("button", name="Stock").click()
    dialog = mei.page.get_by_role("dialog")
    moves = dialog.get_by_role("region", name="What moved it")
    expect(moves.get_by_role("listitem")).to_have_count(1)

    def correct(what: str, label: str, units: int, cause: str) -> None:
        dialog.get_by_role("combobox", name="What happened").select_option(label=what)
        dialog.get_by_role("spinbutton", name=label).fill(str(units))
        dialog.get_by_role("textbox", name="Cause").fill(cause)
        dialog.get_by_role("button", name="Correct the stock").click()

    correct("Came in", "Units", 9, "delivery")
    expect(dialog.get_by_text("12 in all, 12 free to sell")).to_be_visible()
    correct("Went out", "Units", 20, "broken")
    expect(dialog.get_by_role("alert")).to_contain_text("There are not that many left.")
    correct("Counted", "Units in all", 10, "stocktaking")
    expect(dialog.get_by_text("10 in all, 10 free to sell")).to_be_visible()
    for at, (moved, cause) in enumerate((("Went out: 2", "stocktaking"), ("Came in: 9", "delivery"))):
        expect(moves.get_by_role("listitem").nth(at)).to_contain_text(moved)
        expect(moves.get_by_role("listitem").nth(at)).to_contain_text(cause)
    pictures.take(mei.page, "studio-stock")
    dialog.get_by_role("button", name="Close").click()
    expect(mine.get_by_text("10 left")).to_be_visible()
    assert ["status of 409" in fault for fault in refusals(mei)] == [True]
    mei.leave()


def test_a_bundle_is_opened_at_one_price_and_not_below_the_floor(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    token = shop.log_in("mei")
    cup = make_product(shop, token, stock=8, price_minor=2_000, floor_minor=1_500)
    bowl = make_product(shop, token, stock=9, price_minor=3_000)
    show = make_show(shop, token, [cup["id"], bowl["id"]])["show"]["id"]
    mei = at_desk(shop, browser, f"/studio?show={show}")
    console = mei.page.get_by_role("region", name="Offers")
    console.get_by_role("button", name="Open a bundle").click()
    form = mei.page.get_by_role("dialog")
    form.get_by_role("button", name="Start the offer").click()
    form.get_by_role("textbox", name="Price of the bundle").fill("25")
    form.get_by_role("button", name="Start the offer").click()
    expect(form.get_by_role("alert")).to_have_text("Choose what is in the bundle.")
    form.get_by_role("spinbutton", name=cup["title"]).fill("2")
    form.get_by_role("spinbutton", name=bowl["title"]).fill("1")
    expect(form.get_by_role("status")).to_contain_text("70.00")
    expect(form.get_by_role("status")).to_contain_text("enough for 4")
    form.get_by_role("textbox", name="Name of the bundle").fill("A table for two")
    form.get_by_role("spinbutton", name="Units").fill("4")
    pictures.take(mei.page, "studio-bundle-form")
    form.get_by_role("button", name="Start the offer").click()
    expect(form.get_by_role("alert")).to_have_text("The price is below the lowest that you set for these goods.")
    form.get_by_role("textbox", name="Price of the bundle").fill("55")
    form.get_by_role("button", name="Start the offer").click()
    expect(console.get_by_role("article", name="A table for two")).to_be_visible()
    pictures.take(mei.page, "studio-bundle")

    ana = visit(browser, PHONE)
    ana.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, "ana")
    offer = ana.page.get_by_role("article", name="A table for two")
    expect(offer.get_by_text("4 of 4 left")).to_be_visible()
    offer.get_by_role("button", name="Buy at this price").click()
    dialog = ana.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Buy now").click()
    expect(dialog.get_by_text("Paid. Thank you!")).to_be_visible()
    expect(dialog.get_by_text("55.00")).to_be_visible()
    expect(console.get_by_text("1 sold")).to_be_visible()
    assert ["status of 409" in fault for fault in refusals(mei)] == [True]
    assert ana.faults == []
    for visitor in (mei, ana):
        visitor.leave()


def test_a_product_with_a_floor_is_added(shop: RunningShop, browser: Browser) -> None:
    mei, title = at_desk(shop, browser, "/studio"), f"Teapot {uuid4()}"
    mei.page.get_by_role("button", name="Add product").click()
    form = mei.page.get_by_role("dialog")
    form.get_by_role("textbox", name="Product title").fill(title)
    form.get_by_role("textbox", name="Price", exact=True).fill("30")
    form.get_by_role("spinbutton", name="Stock").fill("2")
    form.get_by_role("textbox", name="Lowest price in offers").fill("31")
    form.get_by_role("button", name="Add product").click()
    expect(form.get_by_role("alert")).to_contain_text("is above the price")
    form.get_by_role("textbox", name="Lowest price in offers").fill("25")
    form.get_by_role("button", name="Add product").click()
    expect(mei.page.get_by_role("article", name=title)).to_be_visible()
    token = shop.log_in("mei")
    product = shop.call("GET", f"products?q={title.replace(' ', '%20')}", token=token).body["products"][0]
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    offer = {"variant": product["variants"][0]["id"], "price_minor": 2_499, "quantity": 1}
    assert shop.call("POST", f"shows/{show}/offers", offer, token=token).body["code"] == "below_floor"
    assert mei.faults == []
    mei.leave()


def test_an_order_is_marked_as_sent_and_refunded_in_part_and_whole(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    product, ana = make_product(shop, shop.log_in("mei"), price_minor=2_000), shop.log_in("ana")
    body = {"variant": product["variants"][0]["id"], "quantity": 1}
    order = with_key(shop, "orders", body, ana).body["order"]["id"]
    assert with_key(shop, f"orders/{order}/pay", {"method": "wallet"}, ana).status == 200
    mei = at_desk(shop, browser, "/studio")
    row = mei.page.get_by_role("region", name="Orders of my goods").get_by_role("row").filter(has_text=product["title"])
    row.get_by_role("button", name="Mark as sent").click()
    expect(row.get_by_text("Delivered")).to_be_visible()
    expect(row.get_by_role("button", name="Mark as sent")).to_have_count(0)

    def refund(amount: str) -> None:
        row.get_by_role("button", name="Refund").click()
        form = mei.page.get_by_role("dialog", name="Refund to ana")
        form.get_by_role("textbox", name="Amount").fill(amount)
        form.get_by_role("textbox", name="Reason").fill("a scratch")
        form.get_by_role("button", name="Give it back").click()

    refund("5")
    expect(row.get_by_text("5.00 given back")).to_be_visible()
    refund("15.01")
    expect(mei.page.get_by_role("alert")).to_have_text("That is more than what is left of the payment.")
    pictures.take(mei.page, "studio-refund")
    mei.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    refund("")
    expect(row.get_by_role("cell", name="Refunded")).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)
    assert shop.call("GET", f"orders/{order}", token=ana).body["order"]["refunded_minor"] == 2_000
    assert ["status of 409" in fault for fault in refusals(mei)] == [True]
    mei.leave()
