"""Being reminded by the browser itself: leave asked for and refused or given, the subscription, and taking it back.

Only the browser's line to its push service is ours: there is none here. That what the shop then sends arrives and
is shown by the service worker is in test_path_prefix.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, enter
from tests.support.accessible import violations
from tests.support.chromium import PHONE, visit
from tests.support.people import make_show, register
from tests.support.push_service import Browser as PushBrowser
from tests.support.push_service import subscribing
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]
WORKER = "navigator.serviceWorker.getRegistrations().then((found) => found.map(({ scope }) => scope))"


def test_a_browser_is_subscribed_with_leave_alone_and_taken_off_again(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]
    there, endpoint = PushBrowser(), "https://fcm.googleapis.com/fcm/send/of-lin"
    lin = visit(browser, PHONE)
    page, path = lin.page, f"**/api/v1/shows/{show['id']}/reminder"
    lin.context.add_init_script(subscribing(endpoint, there))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/reminder" in request.url else None)
    enter(page, shop, token=register(shop))
    page.goto(shop.url)
    remind = page.get_by_role("button", name=f"Remind me: {show['title']}").first
    reminded = page.get_by_role("button", name=f"Reminder set: {show['title']}").first

    # Refused: told on the page, here and later, and nothing is subscribed.
    remind.click()
    expect(page.get_by_text("This browser shows no notices of this site.")).to_be_visible()
    expect(reminded).to_have_attribute("aria-pressed", "true")
    pictures.take(page, "home-notices-refused")
    reminded.click()
    expect(remind).to_have_attribute("aria-pressed", "false")
    assert (page.evaluate(WORKER), sent) == ([], [])

    lin.context.grant_permissions(["notifications"], origin=shop.url)
    with page.expect_response(path) as put:
        remind.click()
    told = json.loads(put.value.request.post_data or "")
    assert (put.value.status, told["endpoint"], told["keys"]) == (200, endpoint, there.keys)
    assert put.value.json() == {"reminder": {"show": show["id"]}}
    # The browser was given the shop's own key, and its worker is the shop's, for all of it.
    assert page.evaluate("window.subscribedWith") == shop.call("GET", "push-key").body["push"]["key"]
    assert page.evaluate(WORKER) == [f"{shop.url}/"]
    # The settings name what was asked for, and it is taken back there as well.
    page.goto(f"{shop.url}/me")
    notices = page.get_by_role("region", name="Notices")
    expect(notices.get_by_text("This browser may show notices")).to_be_visible()
    expect(notices.get_by_role("link", name=show["title"])).to_be_visible()
    assert violations(page) == []
    pictures.take(page, "settings-notices")
    with page.expect_response(path) as removed:
        notices.get_by_role("button", name=f"Remove the reminder: {show['title']}").click()
    expect(notices.get_by_text("No reminder is set.")).to_be_visible()
    page.goto(shop.url)
    assert (removed.value.status, removed.value.request.method) == (204, "DELETE")
    expect(remind).to_have_attribute("aria-pressed", "false")
    assert sent == ["PUT", "DELETE"]
    assert lin.faults == []
    lin.leave()
