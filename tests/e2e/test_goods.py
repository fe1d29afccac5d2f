"""From a seller's picture and edit to a viewer's cart and order, and back to the seller's list, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show, with_key
from tests.support.pictures import photo
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def test_goods_are_pictured_carted_ordered_and_listed(
    shop: RunningShop, browser: Browser, pictures: Pictures, tmp_path: Path
) -> None:
    token = shop.log_in("mei")
    product = make_product(shop, token, stock=9, price_minor=1_250)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    file = tmp_path / "cup.jpg"
    file.write_bytes(photo())
    mei, ana = visit(browser, DESKTOP), visit(browser, PHONE)

    mei.page.goto(f"{shop.url}/studio")
    sign_in(mei.page, "mei")
    mei.page.get_by_role("article", name=product["title"]).get_by_role("button", name="Edit").click()
    editor = mei.page.get_by_role("dialog")
    editor.get_by_label("Add picture").set_input_files(file)
    expect(editor.get_by_role("img", name="Picture 1")).to_be_visible()
    editor.get_by_role("textbox", name="Product title").fill("Celadon cup")
    editor.get_by_role("textbox", name="Link to your own page").fill("https://shop.example/cup")
    pictures.take(mei.page, "studio-edit-product")
    editor.get_by_role("button", name="Save").click()
    expect(mei.page.get_by_role("article", name="Celadon cup").get_by_role("img")).to_be_hidden()
    expect(mei.page.get_by_role("article", name="Celadon cup").locator("img")).to_be_visible()

    ana.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, "ana")
    card = ana.page.get_by_role("article", name="Celadon cup")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 225)
    card.get_by_role("button", name="Buy", exact=True).click()
    dialog = ana.page.get_by_role("dialog")
    link = dialog.get_by_role("link", name="More at shop.example")
    expect(link).to_have_attribute("href", "https://shop.example/cup")
    dialog.get_by_role("spinbutton", name="Quantity").fill("2")
    dialog.get_by_role("button", name="Put into the cart").click()
    expect(dialog.get_by_text("It is in your cart.")).to_be_visible()
    dialog.get_by_role("link", name="Open the cart").click()

    cart = ana.page.get_by_role("region", name="Cart")
    expect(cart.get_by_text("Celadon cup (Plain) \u00d7 2")).to_be_visible()
    edit = {
        "title": "Celadon cup",
        "variants": [{"id": product["variants"][0]["id"], "title": "Plain", "price_minor": 1_300}],
    }
    assert shop.call("PUT", f"products/{product['id']}", edit, token=token).status == 200
    ana.page.reload()
    expect(cart.get_by_text("The price has changed.")).to_be_visible()
    expect(cart.get_by_role("button", name="Order all")).to_be_disabled()
    pictures.take(ana.page, "cart-price-changed")
    cart.get_by_role("button", name="Take it at this price").click()
    cart.get_by_role("button", name="Order all").click()
    expect(cart.get_by_text("1 order is reserved for you.")).to_be_visible()
    expect(cart.get_by_text("Your cart is empty.")).to_be_visible()
    orders = ana.page.get_by_role("region", name="Orders")
    order = orders.get_by_role("article").first
    expect(order.get_by_role("timer")).to_be_visible()
    order.get_by_role("button", name="Pay").click()
    expect(order.get_by_text("Paid", exact=True)).to_be_visible()
    pictures.take(ana.page, "orders")
    ana.page.get_by_role("link", name="Settings: purchases").click()
    privacy = ana.page.get_by_role("checkbox", name="Tell a show's room")
    privacy.click()
    expect(privacy).not_to_be_checked()
    ana.page.reload()
    expect(privacy).not_to_be_checked()

    sales = mei.page.get_by_role("region", name="Orders of my goods")
    sales.get_by_role("combobox", name="State").select_option("paid")
    expect(sales.get_by_role("row").filter(has_text="Celadon cup (Plain) \u00d7 2")).to_be_visible()
    pictures.take(mei.page, "studio-sales")
    with mei.page.expect_download() as download:
        sales.get_by_role("link", name="Download as CSV").click()
    content = Path(download.value.path()).read_text("utf-8")
    assert content.startswith("\ufefforder,state,")
    assert ",ana,Celadon cup,Plain,2,CNY,13.00,1300,0.00,0,26.00,2600\n" in content.replace("\r\n", "\n")
    for visitor in (mei, ana):
        assert visitor.faults == []
        visitor.leave()
    back = {"show_my_purchases": True}
    assert shop.call("PUT", "me/settings", back, token=shop.log_in("ana")).status == 200
    assert with_key(shop, "cart/checkout", None, shop.log_in("ana")).body["code"] == "cart_empty"
