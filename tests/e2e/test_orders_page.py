"""The buyer's page in a real browser: a coupon and an offer in the cart, paying by card, filling the wallet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from livecart.rest.sandbox_words import words_for
from livecart.services.sandbox import Press
from tests.e2e.steps import Pictures, enter
from tests.support.chromium import PHONE, Visitor, visit
from tests.support.people import PASSWORD, make_product, make_show, new_handle, with_key
from tests.support.running_shop import BareShop, RunningShop
from tests.support.said import ENGLISH, LOCALES, Said
from tests.support.ways import in_ways

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def buyer(
    shop: RunningShop, browser: Browser, size: dict[str, int] = PHONE, say: Said = ENGLISH
) -> tuple[Visitor, str]:
    """Somebody new on the page of orders, and the token of the same."""
    handle = new_handle("buyer")
    body = {"handle": handle, "password": PASSWORD, "display_name": handle}
    token = str(shop.call("POST", "auth/register", body).body["token"])
    visitor = visit(browser, size, locale=LOCALES[say.language])
    enter(visitor.page, shop, token=token)
    visitor.page.goto(f"{shop.url}/orders")
    return visitor, token


def test_a_coupon_takes_something_off_the_cart(shop: RunningShop, browser: Browser, pictures: Pictures) -> None:
    mei, code = shop.log_in("mei"), f"C{uuid4().hex[:8]}".upper()
    product = make_product(shop, mei, price_minor=2_000)
    coupon = {"code": code, "kind": "fixed", "value": 500, "minimum_minor": 4_000}
    assert shop.call("POST", "coupons", coupon, token=mei).status == 201
    guest, token = buyer(shop, browser)
    wanted = {"variant": product["variants"][0]["id"], "quantity": 1}
    assert with_key(shop, "cart/lines", wanted, token, method="PUT").status == 200
    guest.page.reload()
    cart = guest.page.get_by_role("region", name="Cart")
    field = cart.get_by_role("textbox", name="Coupon")
    field.fill("NO-SUCH-ONE")
    cart.get_by_role("button", name="Apply").click()
    expect(cart.get_by_role("alert")).to_have_text("There is no such coupon.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(code.lower())
    # Ordering means what stands in the field, applied or not.
    cart.get_by_role("button", name="Order all").click()
    expect(cart.get_by_role("alert")).to_have_text("The coupon is for larger orders than this one.")
    cart.get_by_role("spinbutton", name=f"Quantity of {product['title']}").fill("2")
    field.focus()
    expect(cart.get_by_text(f"Discount ({code})")).to_be_visible()
    expect(cart.get_by_text("35.00")).to_be_visible()
    expect(cart.get_by_role("alert")).to_have_count(0)
    pictures.take(guest.page, "cart-coupon")
    cart.get_by_role("button", name="Order all").click()
    expect(cart.get_by_text("Your cart is empty.")).to_be_visible()
    # The browser notes that the first code was unknown.
    assert ["status of 404" in fault and "coupon=NO-SUCH" in fault for fault in guest.faults] == [True]
    order = guest.page.get_by_role("region", name="Orders").get_by_role("article")
    expect(order.get_by_text(f"Discount ({code})")).to_be_visible()
    expect(order.get_by_text("35.00")).to_be_visible()
    guest.leave()


def test_an_offer_in_the_cart_counts_down_and_its_end_wants_a_yes(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei, price_minor=2_000)
    show, variant = make_show(shop, mei, [product["id"]])["show"]["id"], product["variants"][0]["id"]
    guest, token = buyer(shop, browser)
    offer = {"variant": variant, "price_minor": 1_500, "quantity": 5, "ends_at": soon(8)}
    assert shop.call("POST", f"shows/{show}/offers", offer, token=mei).status == 201
    wanted = {"variant": variant, "quantity": 2, "show": show}
    assert with_key(shop, "cart/lines", wanted, token, method="PUT").status == 200
    guest.page.reload()
    cart = guest.page.get_by_role("region", name="Cart")
    expect(cart.get_by_role("timer")).to_contain_text("ends in 0:0")
    expect(cart.get_by_role("listitem").get_by_text("30.00")).to_be_visible()
    expect(cart.get_by_title("Usual price")).to_contain_text("40.00")
    pictures.take(guest.page, "cart-offer")
    expect(cart.get_by_text("The offer is over.")).to_contain_text("20.00 now. It was", timeout=15_000)
    expect(cart.get_by_text("40.00")).to_have_count(2)
    expect(cart.get_by_role("button", name="Order all")).to_be_disabled()
    pictures.take(guest.page, "cart-offer-over")
    cart.get_by_role("button", name="Take it at this price").click()
    cart.get_by_role("button", name="Order all").click()
    order = guest.page.get_by_role("region", name="Orders").get_by_role("article")
    expect(order.get_by_text("40.00")).to_be_visible()
    assert guest.faults == []
    guest.context.close()


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@in_ways("phone-zh")
def test_an_order_is_paid_by_card_there_and_another_is_cancelled(
    shop: RunningShop, browser: Browser, pictures: Pictures, size: dict[str, int], say: Said
) -> None:
    product = make_product(shop, shop.log_in("mei"), stock=2, price_minor=2_000)
    guest, token = buyer(shop, browser, size, say)
    body = {"variant": product["variants"][0]["id"], "quantity": 1}
    for _ in range(2):
        assert with_key(shop, "orders", body, token).status == 201
    guest.page.reload()
    orders = guest.page.get_by_role("region", name=say("shop.orders.title"), exact=True).get_by_role("article")
    expect(orders.nth(1).get_by_role("timer")).to_contain_text(say("shop.orders.left", "14:"))
    pictures.take(guest.page, "orders-unpaid")
    orders.nth(1).get_by_role("button", name=say("shop.orders.cancel")).click()
    expect(orders.nth(1).get_by_text(say("shop.orders.state.cancelled"))).to_be_visible()
    orders.nth(0).get_by_role("group", name=say("buy.way")).get_by_role("radio", name=say("buy.ways.sandbox")).check()
    orders.nth(0).get_by_role("button", name=say("shop.orders.pay"), exact=True).click()
    sandbox = words_for(LOCALES[say.language]).buttons
    guest.page.get_by_role("button", name=sandbox[Press.DECLINE], exact=True).click()
    dialog = guest.page.get_by_role("dialog", name=say("return.title"))
    expect(dialog.get_by_text(say("return.failed", "declined"))).to_be_visible()
    dialog.get_by_role("button", name=say("shop.orders.toOrders")).click()
    expect(guest.page).to_have_url(f"{shop.url}/orders")
    expect(orders.nth(0).get_by_text(say("shop.orders.payment.failed"))).to_be_visible()
    # The way that was tried stands there still.
    orders.nth(0).get_by_role("button", name=say("shop.orders.pay"), exact=True).click()
    guest.page.get_by_role("button", name=sandbox[Press.SUCCEED], exact=True).click()
    expect(dialog.get_by_text(say("buy.paid"))).to_be_visible()
    pictures.take(guest.page, "orders-paid-by-card")
    dialog.get_by_role("button", name=say("shop.orders.toOrders")).click()
    expect(orders.nth(0).get_by_text(say("shop.orders.state.paid"), exact=True)).to_be_visible()
    assert guest.faults == []
    guest.leave()


@in_ways("desktop-en")
def test_the_wallet_is_filled_by_card_and_in_the_demo_for_nothing(
    shop: RunningShop, browser: Browser, pictures: Pictures, size: dict[str, int], say: Said
) -> None:
    guest, token = buyer(shop, browser, size, say)
    wallet = guest.page.get_by_role("region", name=say("wallet.title"))
    filled = wallet.get_by_text(say("wallet.filled", "").strip())
    wallet.get_by_role("textbox", name=say("wallet.amount")).fill("a lot")
    wallet.get_by_role("button", name=say("wallet.topUp"), exact=True).click()
    expect(wallet.get_by_role("alert")).to_have_text(say("wallet.badAmount"))
    wallet.get_by_role("textbox", name=say("wallet.amount")).fill("12.50")
    wallet.get_by_role("button", name=say("wallet.topUp"), exact=True).click()
    expect(filled.filter(has_text="12.50")).to_be_visible()
    wallet.get_by_role("textbox", name=say("wallet.amount")).fill("7.50")
    wallet.get_by_role("group", name=say("buy.way")).get_by_role("radio", name=say("buy.ways.sandbox")).check()
    pictures.take(guest.page, "wallet")
    wallet.get_by_role("button", name=say("wallet.topUp"), exact=True).click()
    expect(guest.page.get_by_text("7.50 CNY")).to_be_visible()
    sandbox = words_for(LOCALES[say.language])
    guest.page.get_by_label(sandbox.late.partition("{}")[0].strip()).fill("2")
    guest.page.get_by_role("button", name=sandbox.buttons[Press.LATE], exact=True).click()
    expect(wallet.get_by_text(say("wallet.waiting"))).to_be_visible()
    expect(filled.filter(has_text="7.50")).to_be_visible(timeout=15_000)
    expect(wallet.get_by_text("20.00", exact=False)).to_be_visible()
    balance = shop.call("GET", "wallet", token=token).body["wallet"]["balances"]
    assert balance == [{"amount_minor": 2_000, "currency": "CNY"}]
    assert guest.faults == []
    guest.leave()


def test_outside_of_the_demo_an_empty_wallet_sends_to_the_provider(tmp_path: Path, browser: Browser) -> None:
    with BareShop(tmp_path / "data", LIVECART_PAYMENTS="wallet,sandbox") as real:
        guest, token = buyer(real, browser)
        wallet = guest.page.get_by_role("region", name="Wallet")
        # One way is no choice.
        expect(wallet.get_by_role("textbox", name="Amount")).to_be_visible()
        expect(wallet.get_by_role("combobox")).to_have_count(0)
        wallet.get_by_role("textbox", name="Amount").fill("5")
        wallet.get_by_role("button", name="Top up").click()
        guest.page.get_by_role("button", name="Pay", exact=True).click()
        expect(wallet.get_by_text("5.00 is in your wallet.")).to_be_visible()
        assert real.call("GET", "wallet", token=token).body["wallet"]["balances"][0]["amount_minor"] == 500
        assert guest.faults == []
        guest.leave()
