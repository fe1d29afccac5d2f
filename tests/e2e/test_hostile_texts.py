"""Markup in names, titles and chat lines is shown as what was typed: nothing of it runs, nothing becomes an element."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import DESKTOP, visit
from tests.support.markup import MARKUP
from tests.support.people import PASSWORD, make_show, new_handle
from tests.support.running_shop import RunningShop
from tests.support.talk import talked

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

LINES = tuple(text for text in MARKUP if "pwned" in text)


def test_a_room_full_of_markup_is_a_room_full_of_text(shop: RunningShop, browser: Browser) -> None:
    mei = shop.log_in("mei")
    title = "<img src=x alt=cup onerror=window.pwned=1>"
    variants = [{"title": title, "price_minor": 1, "stock": 1}]
    product = shop.call("POST", "products", {"title": title, "variants": variants}, token=mei).body["product"]["id"]
    show = make_show(shop, mei, [product])["show"]["id"]
    shop.call("PUT", f"shows/{show}/bag", {"products": [product]}, token=mei)
    shop.call("POST", f"shows/{show}/showing", {"product": product}, token=mei)
    body = {"handle": new_handle("markup"), "password": PASSWORD, "display_name": "<b onclick=pwned=1>me</b>"}
    token = shop.call("POST", "auth/register", body).body["token"]
    visitor = visit(browser, DESKTOP)
    faults: list[str] = []
    visitor.page.on("dialog", lambda dialog: faults.append(dialog.message))
    visitor.page.goto(f"{shop.url}/s/{show}")
    expect(visitor.page.get_by_role("status", name="Connection")).to_have_text("Connected")
    talked(shop, show, token, LINES)
    chat = visitor.page.get_by_role("log")
    for line in LINES:
        expect(chat.get_by_text(" ".join(line.split()), exact=True)).to_have_count(1)
    assert visitor.page.evaluate("window.pwned") is None
    assert visitor.page.locator("iframe, object, [onerror], [onload], [onclick], img[src=x]").count() == 0
    assert faults == []
    visitor.leave()
    shop.call("POST", f"shows/{show}/end", token=mei)
