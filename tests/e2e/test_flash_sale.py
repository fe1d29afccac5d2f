"""A flash sale on the pages: the host opens an offer, a viewer on a phone buys it with a coupon, the host closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def test_an_offer_is_opened_bought_and_closed(shop: RunningShop, browser: Browser, pictures: Pictures) -> None:
    token, coupon = shop.log_in("mei"), f"T{uuid4().hex[:8]}".upper()
    product = make_product(shop, token, stock=5, price_minor=2_000)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    made = {"code": coupon, "kind": "percent", "value": 10}
    assert shop.call("POST", "coupons", made, token=token).status == 201
    mei, ana = visit(browser, DESKTOP), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    ana.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, "ana")
    expect(ana.page.get_by_role("region", name="Offers")).to_have_count(0)

    console = mei.page.get_by_role("region", name="Offers")
    console.get_by_role("button", name="Open an offer").click()
    form = mei.page.get_by_role("dialog")
    form.get_by_role("textbox", name="Offer price").fill("0.05")
    form.get_by_role("spinbutton", name="Units").fill("3")
    form.get_by_role("spinbutton", name="For each buyer").fill("2")
    form.get_by_role("button", name="Start the offer").click()
    # The price was typed wrongly, and it is asked whether it is meant.
    expect(form.get_by_role("alert")).to_be_visible()
    expect(form.get_by_role("checkbox", name="Yes, this price is meant")).to_be_visible()
    form.get_by_role("textbox", name="Offer price").fill("9.90")
    pictures.take(mei.page, "studio-offer-form")
    form.get_by_role("button", name="Start the offer").click()
    expect(console.get_by_role("timer")).to_contain_text("Ends in 4:5")

    offer = ana.page.get_by_role("region", name="Offers").get_by_role("article")
    expect(offer.get_by_text("3 of 3 left")).to_be_visible()
    expect(offer.get_by_text("at most 2 for each buyer")).to_be_visible()
    expect(offer.get_by_text("Ends in 4:5")).to_be_visible()
    pictures.take(ana.page, "room-offer")
    offer.get_by_role("button", name="Buy at this price").click()
    buying = ana.page.get_by_role("dialog")
    buying.get_by_role("spinbutton", name="Quantity").fill("2")
    buying.get_by_role("textbox", name="Coupon").fill("NO-SUCH-ONE")
    buying.get_by_role("button", name="Buy now").click()
    expect(buying.get_by_text("There is no such coupon.")).to_be_visible()
    buying.get_by_role("textbox", name="Coupon").fill(coupon.lower())
    pictures.take(ana.page, "room-offer-buy")
    buying.get_by_role("button", name="Buy now").click()
    expect(buying.get_by_text("Paid. Thank you!")).to_be_visible()
    expect(buying.get_by_text(f"Discount ({coupon})")).to_be_visible()
    expect(buying.get_by_text("17.82")).to_be_visible()
    pictures.take(ana.page, "room-offer-paid")
    buying.get_by_role("button", name="Back to the show").click()

    for page in (mei.page, ana.page):
        expect(page.get_by_role("region", name="Offers").get_by_text("1 of 3 left")).to_be_visible()
    # Two are what each buyer may have.
    expect(offer.get_by_text("You have yours")).to_be_visible()
    expect(offer.get_by_role("button")).to_have_count(0)
    pictures.take(ana.page, "room-offer-had")
    expect(console.get_by_text("2 sold")).to_be_visible()
    console.get_by_role("button", name="Close offer").click()
    expect(offer).to_have_count(0)
    expect(console.get_by_text("No offer is open.")).to_be_visible()
    # The browser notes the two refusals, and nothing else went wrong.
    assert ["status of 404" in fault and "/orders" in fault for fault in ana.faults] == [True], ana.faults
    assert ["status of 409" in fault and "/offers" in fault for fault in mei.faults] == [True], mei.faults
    for visitor in (mei, ana):
        visitor.leave()


def test_on_a_phone_the_product_comes_back_when_the_clock_has_ended_its_offer(
    shop: RunningShop, browser: Browser
) -> None:
    token = shop.log_in("mei")
    product = make_product(shop, token, stock=5, price_minor=2_000)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    shop.call("POST", f"shows/{show}/showing", {"product": product["id"]}, token=token)
    ana = visit(browser, PHONE)
    ana.page.goto(f"{shop.url}/s/{show}")
    card = ana.page.get_by_role("region", name="Being shown").get_by_role("article")
    expect(card).to_be_visible()
    ends_at = (datetime.now(UTC) + timedelta(seconds=6)).isoformat()
    terms = {"variant": product["variants"][0]["id"], "price_minor": 1_500, "quantity": 2, "per_buyer": 1}
    assert shop.call("POST", f"shows/{show}/offers", terms | {"ends_at": ends_at}, token=token).status == 201
    offer = ana.page.get_by_role("region", name="Offers").get_by_role("article")
    expect(offer).to_be_visible()
    expect(card).to_have_count(0)
    expect(card).to_be_visible(timeout=10_000)
    expect(offer).to_have_count(0)
    ana.leave()
