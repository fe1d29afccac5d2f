"""What a page does when its person is signed out in another tab, or banned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import PASSWORD, make_show, new_handle
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
def someone(shop: RunningShop) -> tuple[str, str]:
    """A viewer's handle and id."""
    handle = new_handle("tabs")
    made = shop.call("POST", "auth/register", {"handle": handle, "password": PASSWORD, "display_name": handle})
    return handle, made.body["user"]["id"]


@pytest.fixture
def room(shop: RunningShop) -> Iterator[str]:
    token = shop.log_in("mei")
    show = make_show(shop, token)["show"]["id"]
    yield f"{shop.url}/s/{show}"
    shop.call("POST", f"shows/{show}/end", token=token)


def connected(page: Page) -> None:
    expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")


def test_signing_out_in_one_tab_makes_a_guest_of_the_other(
    room: str, someone: tuple[str, str], browser: Browser
) -> None:
    visitor = visit(browser, DESKTOP)
    here, other = visitor.page, visitor.context.new_page()
    here.goto(room)
    sign_in(here, someone[0])
    other.goto(room)
    expect(other.get_by_role("textbox", name="Message")).to_be_visible()
    connected(other)
    here.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in to chat")).to_be_visible()
    connected(other)
    visitor.leave()


def test_a_ban_is_said_and_the_room_stays_closed(
    shop: RunningShop, room: str, someone: tuple[str, str], browser: Browser
) -> None:
    visitor = visit(browser, DESKTOP)
    visitor.page.goto(room)
    sign_in(visitor.page, someone[0])
    connected(visitor.page)
    banned = shop.call("POST", f"users/{someone[1]}/ban", {"reason": "sells elsewhere"}, token=shop.log_in("mo"))
    assert banned.status == 201
    expect(visitor.page.get_by_role("alert")).to_have_text("This account is banned, so the room is closed to it.")
    expect(visitor.page.get_by_role("status", name="Connection")).to_have_text("Disconnected")
    visitor.page.get_by_role("button", name="Sign in to chat").click()
    visitor.page.get_by_role("textbox", name="Handle").fill(someone[0])
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.locator("form").get_by_role("button", name="Sign in").click()
    expect(visitor.page.get_by_text("sells elsewhere")).to_be_visible()
    visitor.leave()
    assert shop.call("POST", f"users/{someone[1]}/unban", token=shop.log_in("mo")).status == 200
