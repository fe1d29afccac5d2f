"""A shop below a prefix of a proxy: it answers with nothing, and its pages ask for nothing, outside of it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import TITLE, Pictures, approve, enter, eventually, propose, sign_in, watches
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.people import make_product, make_show, register, with_key
from tests.support.pictures import picture
from tests.support.prefix_proxy import PrefixProxy
from tests.support.push_service import Browser as PushBrowser
from tests.support.push_service import PushService, signed_by, subscribing
from tests.support.running_shop import RunningShop
from tests.support.said import LOCALES, Said

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def pushes() -> Iterator[PushService]:
    with PushService() as running:
        yield running


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory, pushes: PushService) -> Iterator[PrefixProxy]:
    with PrefixProxy("/live") as proxy:
        folder = tmp_path_factory.mktemp("moved") / "data"
        environment = {"LIVECART_PUBLIC_URL": f"{proxy.url}/", "LIVECART_PUSH_SERVICES": pushes.url}
        with RunningShop(folder, **environment) as shop:  # type: ignore[arg-type]  # each is an environment variable
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


def open_show(shop: PrefixProxy) -> str:
    """Of the topic that was approved last."""
    mei = shop.log_in("mei")
    topic = next(each for each in shop.call("GET", "topics", token=mei).body["topics"] if each["title"] == TITLE)
    show: str = shop.call("POST", "shows", {"topic": topic["id"]}, token=mei).body["show"]["id"]
    return show


def be_reminded(lin: Visitor, shop: PrefixProxy, pushes: PushService, show: str) -> PushBrowser:
    """By a browser that the service knows; answers it."""
    there, say = PushBrowser(), Said("zh")
    lin.context.grant_permissions(["notifications"], origin=shop.origin)
    lin.context.add_init_script(subscribing(f"{pushes.url}/lin", there))
    enter(lin.page, shop, "lin")
    lin.page.goto(f"{shop.url}/")
    with lin.page.expect_response(f"**/shows/{show}/reminder") as put:
        lin.page.get_by_role("button", name=f"{say('home.remind')}: {TITLE}").first.click()
    assert put.value.json() == {"reminder": {"show": show}}
    stranger = {"endpoint": "http://127.0.0.1:1/lin", "keys": there.keys}
    token = shop.log_in("lin")
    assert shop.call("PUT", f"shows/{show}/reminder", stranger, token=token).body["code"] == "push_service"
    return there


def shown_by_the_service_worker(visitor: Visitor, origin: str, told: dict[str, str]) -> list[str]:
    """What the page's service worker makes of a push: title and text of the notice, and the room it leads to."""
    worker = visitor.context.new_cdp_session(visitor.page)
    registered: list[str] = []

    def note(event: dict[str, Any]) -> None:
        registered.extend(each["registrationId"] for each in event["registrations"])

    worker.on("ServiceWorker.workerRegistrationUpdated", note)
    worker.send("ServiceWorker.enable")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    message = {"origin": origin, "registrationId": registered[-1], "data": json.dumps(told)}
    worker.send("ServiceWorker.deliverPushMessage", message)
    notices = (
        "navigator.serviceWorker.ready.then((worker) => worker.getNotifications())"
        ".then((found) => found.flatMap(({ title, body, data }) => [title, body, data.url]))"
    )
    found: list[str] = []

    def look() -> bool:
        found[:] = visitor.page.evaluate(notices)
        return bool(found)

    eventually("the notice was shown", look)
    return found


def test_going_live_watching_and_buying_stay_below_the_prefix(
    moved: PrefixProxy, pushes: PushService, browser: Browser, pictures: Pictures
) -> None:
    mei, mo, ana = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    lin = visit(browser, PHONE, locale=LOCALES["zh"])
    propose(mei.page, moved, pictures)
    approve(mo.page, moved, pictures)
    show = open_show(moved)
    there = be_reminded(lin, moved, pushes, show)
    link = f"{moved.url}/s/{show}"
    mei.page.reload()
    mei.page.get_by_role("button", name="Back to the show").first.click()
    mei.page.get_by_role("button", name="Go live").click()
    expect(mei.page.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)
    to_viewers = mei.page.get_by_role("region", name="Link for viewers").get_by_role("link")
    expect(to_viewers).to_have_attribute("href", link)
    eventually("the push service was told", lambda: bool(pushes.told(there, "/lin")))
    (told,) = pushes.told(there, "/lin")
    assert (told["title"], told["url"], told["lang"]) == (TITLE, f"/live/s/{show}", "zh")
    assert signed_by(pushes.got[0], pushes.url) == moved.call("GET", "push-key").body["push"]["key"]

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

    assert shown_by_the_service_worker(lin, moved.origin, told) == [TITLE, told["body"], f"/live/s/{show}"]

    mei.page.get_by_role("button", name="End show").click()
    mei.page.get_by_role("dialog").get_by_role("button", name="End show").click()
    expect(mei.page.get_by_role("button", name="End show")).to_have_count(0)
    for visitor in (mei, mo, ana, lin):
        assert visitor.faults == []
        visitor.context.close()
    assert (moved.leaks, moved.strays) == ([], [])
