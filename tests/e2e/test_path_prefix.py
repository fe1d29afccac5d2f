"""A shop below a prefix of a proxy: it answers with nothing, and its pages ask for nothing, outside of it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import TITLE, Pictures, approve, go_live, propose, sign_in, watches
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show, register, with_key
from tests.support.pictures import picture
from tests.support.prefix_proxy import PrefixProxy
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefixProxy]:
    with PrefixProxy("/live") as proxy:
        folder = tmp_path_factory.mktemp("moved") / "data"
        with RunningShop(folder, LIVECART_PUBLIC_URL=f"{proxy.url}/") as shop:
            proxy.target = shop.url
            yield proxy


def test_no_answer_names_a_path_outside_of_the_prefix(moved: PrefixProxy) -> None:
    # Each answer goes through the proxy, which reads it.
    mei, buyer = moved.log_in("mei"), register(moved)
    product = make_product(moved, mei)
    upload = f"{moved.url}/api/v1/products/{product['id']}/images"
    headers = {"Authorization": f"Bearer {mei}", "Content-Type": "image/jpeg"}
    with urllib.request.urlopen(urllib.request.Request(upload, picture(), headers, method="POST")) as response:
        images = json.load(response)["product"]["images"]
    assert images[0].startswith("/live/images/")
    assert moved.call("GET", images[0].removeprefix("/live")).status == 200
    # What was answered may be sent back.
    put = moved.call("PUT", f"products/{product['id']}/images", {"images": images}, token=mei)
    assert (put.status, put.body["product"]["images"]) == (200, images)

    made = make_show(moved, mei, [product["id"]])
    show, variant = made["show"]["id"], product["variants"][0]["id"]
    assert made["whip_url"] == f"/live/whip/{show}"
    assert moved.call("GET", f"shows/{show}").body["whep_url"] == f"/live/whep/{show}"
    assert moved.call("POST", f"shows/{show}/publish-token", token=mei).body["whip_url"] == f"/live/whip/{show}"
    line = {"variant": variant, "quantity": 1, "show": show}
    assert moved.call("PUT", "cart/lines", line, token=buyer).status == 200
    assert moved.call("GET", "cart", token=buyer).body["cart"]["lines"][0]["image"] == images[0]

    order = with_key(moved, "orders", line, buyer).body["order"]
    paying = with_key(moved, f"orders/{order['id']}/pay", {"method": "sandbox"}, buyer).body["order"]["payment"]
    assert paying["url"].startswith("/live/sandbox/pay/")
    page = moved.call("GET", paying["url"].removeprefix("/live"))
    assert f'href="/live/s/{show}?order={order["id"]}"' in page.body

    login = moved.call("POST", "auth/login", {"handle": "ana", "password": "livecart-demo"})
    assert all("Path=/live/" in cookie for cookie in login.cookies.values())
    for path in ("/", "/studio", f"/s/{show}", "/me/cases", "/api/openapi.json", "/api/docs", "/manifest.webmanifest"):
        assert moved.call("GET", path).status == 200
    assert moved.call("GET", "/api/openapi.json").body["servers"] == [{"url": "/live/"}]
    assert (moved.leaks, moved.strays) == ([], [])


def test_a_proxy_that_leaves_the_prefix_is_told_so(moved: PrefixProxy) -> None:
    refused = moved.call("GET", "/live/studio")
    assert (refused.status, refused.body["code"]) == (404, "prefix_left")
    assert "/live" in refused.body["detail"]


def test_going_live_watching_and_buying_stay_below_the_prefix(
    moved: PrefixProxy, browser: Browser, pictures: Pictures
) -> None:
    mei, mo, ana = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    propose(mei.page, moved, pictures)
    approve(mo.page, moved, pictures)
    link = go_live(mei.page, pictures)
    assert link.startswith(f"{moved.url}/s/")

    ana.page.goto(f"{moved.url}/")
    ana.page.get_by_role("link", name=TITLE).first.click()
    expect(ana.page).to_have_url(link)
    watches(ana, link)
    sign_in(ana.page, "ana")
    mei.page.get_by_role("button", name="Show product").first.click()
    ana.page.get_by_role("button", name="Buy", exact=True).first.click()
    ana.page.get_by_role("dialog").get_by_role("button", name="Buy now").click()
    expect(ana.page.get_by_text("Paid. Thank you!")).to_be_visible()

    # At a provider's page, and back to the room.
    token = moved.log_in("ana")
    show = link.rpartition("/")[2]
    bag = moved.call("GET", f"shows/{show}").body["bag"]["products"]
    line = {"show": show, "variant": bag[0]["variants"][0]["id"], "quantity": 1}
    order = with_key(moved, "orders", line, token, str(uuid4())).body["order"]
    paying = with_key(moved, f"orders/{order['id']}/pay", {"method": "sandbox"}, token).body["order"]["payment"]
    ana.page.goto(f"{moved.origin}{paying['url']}")
    ana.page.get_by_role("button", name="Pay", exact=True).click()
    expect(ana.page).to_have_url(f"{link}?order={order['id']}")
    expect(ana.page.get_by_role("dialog")).to_be_visible()
    for page in ("orders", "me", "me/cases", "verify"):
        ana.page.goto(f"{moved.url}/{page}")
        expect(ana.page.get_by_role("banner")).to_be_visible()

    mei.page.get_by_role("button", name="End show").click()
    mei.page.get_by_role("dialog").get_by_role("button", name="End show").click()
    expect(mei.page.get_by_role("button", name="End show")).to_have_count(0)
    for visitor in (mei, mo, ana):
        assert visitor.faults == []
        visitor.context.close()
    assert (moved.leaks, moved.strays) == ([], [])
