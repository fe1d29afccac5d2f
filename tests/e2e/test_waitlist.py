"""Sold out, and then not: two viewers wait on their phones, the first lets it pass, the second buys what was kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def test_what_comes_back_is_kept_for_whoever_waited_longest(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    token, holder = shop.log_in("mei"), register(shop)
    product = make_product(shop, token, stock=1, price_minor=2_000)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    wish = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
    order = with_key(shop, "orders", wish, holder).body["order"]["id"]

    ana, lin = visit(browser, PHONE), visit(browser, PHONE)
    for viewer, name in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, name)
        viewer.page.get_by_role("button", name=f"Join the waitlist for {product['title']}").click()
    places = [viewer.page.get_by_role("region", name="Waitlist").get_by_role("article") for viewer in (ana, lin)]
    expect(places[0].get_by_text("You are next in line.")).to_be_visible()
    expect(places[1].get_by_text("You are number 2 in line.")).to_be_visible()
    pictures.take(lin.page, "room-waiting")
    # A page that is loaded anew still knows.
    lin.page.reload()
    expect(places[1].get_by_text("You are number 2 in line.")).to_be_visible()

    mei = visit(browser, DESKTOP)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    expect(mei.page.get_by_role("region", name="Waitlist").get_by_text("2 waiting")).to_be_visible()
    pictures.take(mei.page, "studio-waiting")

    assert with_key(shop, f"orders/{order}/cancel", None, holder).status == 200
    expect(places[0].get_by_text("One is yours until")).to_be_visible()
    expect(places[0].get_by_role("button", name="Buy now")).to_be_in_viewport()
    expect(places[0].get_by_role("timer")).to_contain_text("1:5")
    pictures.take(ana.page, "room-invited")
    places[0].get_by_role("button", name="Let the next one have it").click()
    expect(places[0]).to_have_count(0)

    expect(places[1].get_by_text("One is yours until")).to_be_visible()
    places[1].get_by_role("button", name="Buy now").click()
    buying = lin.page.get_by_role("dialog")
    pictures.take(lin.page, "room-invited-buy")
    buying.get_by_role("button", name="Buy now").click()
    expect(buying.get_by_text("Paid. Thank you!")).to_be_visible()
    buying.get_by_role("button", name="Back to the show").click()
    expect(places[1]).to_have_count(0)
    # The other one may wait again.
    expect(ana.page.get_by_role("button", name=f"Join the waitlist for {product['title']}")).to_be_visible()
    for viewer in (ana, lin, mei):
        assert viewer.faults == []
        viewer.leave()
