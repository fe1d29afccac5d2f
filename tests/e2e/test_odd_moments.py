"""A clock that is hours off, a log-in that runs out while paying, a network that lets no WebSocket through."""

from __future__ import annotations

import re
import sqlite3
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import PASSWORD, make_product, make_show, new_handle, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(150)]


def buyer_of(shop: RunningShop) -> tuple[str, str]:
    """Handle and token of somebody new with money."""
    handle = new_handle("viewer")
    body = {"handle": handle, "password": PASSWORD, "display_name": handle}
    token = str(shop.call("POST", "auth/register", body).body["token"])
    assert with_key(shop, "wallet/topups", {"amount_minor": 100_000}, token).status == 201
    return handle, token


def let_sessions_run_out(shop: RunningShop, token: str) -> None:
    person = shop.call("GET", "me", token=token).body["user"]["id"]
    with sqlite3.connect(shop.data / "livecart.db", timeout=20) as database:
        database.execute("UPDATE sessions SET expires_at_ms = 1 WHERE person_id = ?", (person,))
    database.close()


def test_buying_survives_a_wrong_clock_and_a_log_in_that_runs_out(shop: RunningShop, browser: Browser) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei, stock=5, price_minor=2_000)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    ends_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
    terms = {"price_minor": 1_500, "quantity": 3, "per_buyer": 2, "ends_at": ends_at}
    offer = with_key(shop, f"shows/{show}/offers", {"variant": product["variants"][0]["id"], **terms}, mei)
    assert offer.status == 201, offer
    handle, token = buyer_of(shop)
    ana = visit(browser, DESKTOP)
    ana.page.clock.set_system_time((time.time() + 5 * 3600) * 1000)
    ana.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, handle, PASSWORD)
    card = ana.page.get_by_role("region", name="Offers").get_by_role("article")
    # By the server's clock: by this browser's it was over hours ago.
    expect(card.get_by_text(re.compile(r"Ends in [89]:\d\d"))).to_be_visible()
    card.get_by_role("button", name="Buy at this price").click()
    buying = ana.page.get_by_role("dialog")
    expect(buying.get_by_role("button", name="Buy now")).to_be_visible()
    expect(buying.get_by_role("timer")).to_have_text(re.compile(r"Ends in [89]:\d\d"))
    buying.get_by_role("button", name="Put into the cart").click()
    expect(buying.get_by_text("It is in your cart.")).to_be_visible()

    buying.get_by_role("spinbutton", name="Quantity").fill("2")
    let_sessions_run_out(shop, token)
    buying.get_by_role("button", name="Buy now").click()
    expect(ana.page.get_by_text("Please sign in again.").first).to_be_visible()
    ana.page.screenshot(path="tests/output/room-expired.png")
    assert shop.call("GET", f"shows/{show}/offers").body["offers"][0]["sold"] == 0
    # The sheet stays below the question, with what was chosen.
    asked = ana.page.get_by_role("dialog").filter(has=ana.page.get_by_label("Password"))
    asked.get_by_role("textbox", name="Handle").fill(handle)
    asked.get_by_label("Password").fill(PASSWORD)
    asked.get_by_role("button", name="Sign in").click()
    expect(asked).to_have_count(0)
    buying.get_by_role("button", name="Buy now").click()
    expect(buying.get_by_text("Paid. Thank you!")).to_be_visible()
    token = shop.call("POST", "auth/login", {"handle": handle, "password": PASSWORD}).body["token"]
    (order,) = shop.call("GET", "orders", token=token).body["orders"]
    assert (order["state"], order["lines"][0]["quantity"]) == ("paid", 2)
    ana.context.close()


def test_without_a_websocket_the_page_says_so_and_sells_all_the_same(shop: RunningShop, browser: Browser) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei, stock=5)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    handle, _ = buyer_of(shop)
    ana = visit(browser, DESKTOP)
    ana.page.route_web_socket(re.compile(r"/ws$"), lambda socket: socket.close(code=1013, reason="blocked"))
    ana.page.goto(f"{shop.url}/s/{show}")
    sign_in(ana.page, handle, PASSWORD)
    expect(ana.page.get_by_role("alert").filter(has_text="Live updates do not get through")).to_be_visible(
        timeout=40_000
    )
    expect(ana.page.get_by_text("Reconnecting…").or_(ana.page.get_by_text("Connecting…")).first).to_be_visible()
    ana.page.get_by_role("button", name="Buy", exact=True).first.click()
    ana.page.get_by_role("dialog").get_by_role("button", name="Buy now").click()
    expect(ana.page.get_by_text("Paid. Thank you!")).to_be_visible()
    ana.page.screenshot(path="tests/output/room-unreachable.png")
    ana.context.close()
