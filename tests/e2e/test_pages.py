"""What viewers and hosts do besides the sale: sheets, passing on, reading back; rehearsing, running, looking back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.steps import Pictures, eventually, sign_in
from tests.support.accessible import violations
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
SMALL = {"width": 320, "height": 640}
WIDE = {"width": 2_560, "height": 1_440}
SIDEWAYS = {"width": 844, "height": 390}


def inside(page: Page) -> list[str]:
    """Which of the room's parts cannot be seen whole, lie under others, or make the page wider than the screen."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main h1, main input, main button")]
            .filter((part) => part.checkVisibility({ visibilityProperty: true }))
            .filter((part) => {
                const { left, right, top, bottom } = part.getBoundingClientRect();
                const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                return left < 0 || right > innerWidth + 1 || top < 0 || bottom > innerHeight + 1 || !part.contains(hit);
            })
            .filter((part) => !part.closest("[role=log], div[class*=docks]"))
            .map((part) => part.ariaLabel || part.textContent)
            .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])"""
    )
    return found


def test_a_host_rehearses_runs_his_show_and_sees_how_it_went(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    creator = shop.log_in("mei")
    goods = [make_product(shop, creator) for _ in range(3)]
    show = make_show(shop, creator, [each["id"] for each in goods])["show"]
    first, second, _ = (each["title"] for each in goods)
    mei, ana = visit(browser, DESKTOP), visit(browser, PHONE, touch=True)
    host, page = mei.page, ana.page

    host.goto(f"{shop.url}/studio?show={show['id']}")
    sign_in(host, "mei")
    host.get_by_role("button", name="Test my connection").click()
    tested = host.get_by_role("region", name="Connection test")
    expect(tested.get_by_text("Your connection is good.")).to_be_visible(timeout=20_000)
    expect(tested.get_by_text("the fast way (UDP)")).to_be_visible()
    host.get_by_text("Stream with OBS").click()
    host.get_by_role("button", name="Make a key").click()
    expect(host.get_by_role("textbox", name="Server")).to_have_value(f"{shop.url}/whip/{show['id']}")
    old = host.get_by_role("textbox", name="Bearer token").input_value()
    eventually("another key was made", lambda: _renewed(host) != old)
    expect(host.get_by_text("A new one ends it at once")).to_be_visible()
    assert violations(host) == []
    pictures.take(host, "studio-rehearsal")
    host.get_by_role("button", name="Remove the key").click()
    expect(host.get_by_role("button", name="Make a key")).to_be_visible()
    expect(host.get_by_role("textbox", name="Bearer token")).to_have_count(0)

    # It is found by what it sells, and nobody is asked for leave before there is something to be reminded of.
    page.goto(shop.url)
    page.get_by_role("searchbox", name="Search shows").fill(second)
    page.get_by_role("searchbox", name="Search shows").press("Enter")
    coming = page.get_by_role("link", name=show["title"])
    expect(coming).to_have_count(1)
    page.get_by_role("button", name=f"Remind me: {show['title']}").click()
    page.reload()
    expect(page.get_by_role("button", name=f"Reminder set: {show['title']}").first).to_be_visible()
    assert violations(page) == []
    pictures.take(page, "home-coming")

    host.get_by_role("button", name="Go live").click()
    expect(host.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)

    # One key after the other shows what was planned, but not while somebody writes.
    host.get_by_role("heading", name="Bag").click()
    host.keyboard.press("n")
    explained = host.get_by_role("article").filter(has_text="Explaining now")
    expect(explained).to_have_accessible_name(first)
    host.get_by_role("textbox", name="Message").press("n")
    host.get_by_role("button", name=f"Move {first} down").click()
    expect(host.get_by_role("region", name="Bag").get_by_role("article").first).to_have_accessible_name(second)
    host.get_by_role("heading", name="Bag").click()
    host.keyboard.press("p")
    expect(explained).to_have_accessible_name(second)

    # The viewer comes by somebody's link.
    page.goto(f"{shop.url}/s/{show['id']}?by=lin")
    expect(page.get_by_text("Being shown now")).to_be_visible()
    expect(page.get_by_role("button", name="Picture in picture")).to_be_visible()
    expect(page).to_have_url(f"{shop.url}/s/{show['id']}")
    sign_in(page, "ana")
    for size in (PHONE, SMALL):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert inside(page) == [], size
        assert violations(page) == [], size
        pictures.take(page, f"room-{size['width']}")

    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share this show")
    expect(dialog.get_by_role("textbox", name="Link")).to_have_value(f"{shop.url}/s/{show['id']}?by=ana")
    code = dialog.get_by_role("img", name="Code with the link")
    eventually("the code is drawn", lambda: bool(code.evaluate("(image) => image.complete && image.naturalWidth > 0")))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share")).to_be_focused()

    # Two taps from the card to what is paid, and the focus is where it was.
    page.get_by_role("button", name="Bag", exact=True).click()
    sheet = page.get_by_role("dialog", name="Bag")
    expect(sheet.get_by_role("article")).to_have_count(3)
    assert violations(page) == []
    sheet.get_by_role("article", name=first).get_by_role("button", name="Buy").click()
    expect(sheet).to_have_count(0)
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Buy now").click()
    expect(page.get_by_text("Paid. Thank you!")).to_be_visible()
    page.get_by_role("button", name="Back to the show").click()
    expect(page.get_by_role("button", name="Bag", exact=True)).to_be_focused()
    page.get_by_role("button", name="Like").click()

    # Who reads further up is told how much came meanwhile, and what one writes stays above the keyboard.
    log = page.get_by_role("log", name="Chat")
    for number in range(12):
        shop_say(host, f"line {number}")
    expect(log.get_by_text("line 11")).to_be_visible()
    log.evaluate("(log) => log.scrollTo({ top: 0 })")
    shop_say(host, "and one more")
    page.get_by_role("button", name="1 new message").click()
    expect(page.get_by_text("1 new message")).to_have_count(0)
    page.set_viewport_size({"width": PHONE["width"], "height": 380})
    page.get_by_role("textbox", name="Message").focus()
    expect(page.get_by_role("textbox", name="Message")).to_be_in_viewport(ratio=1)
    expect(log.get_by_text("and one more")).to_be_in_viewport()
    page.get_by_role("textbox", name="Message").blur()
    page.set_viewport_size({"width": SIDEWAYS["width"], "height": SIDEWAYS["height"]})
    call_in = page.get_by_role("button", name="Call in").bounding_box()
    assert call_in is not None
    assert call_in["y"] > SIDEWAYS["height"] / 2, "it is clear of the picture's middle"
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    expect(page.get_by_role("region", name="Bag")).to_be_in_viewport(ratio=1)
    expect(log).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    pictures.take(page, "room-2560")

    host.get_by_role("button", name="Share screen").click()
    expect(host.get_by_role("button", name="Back to the camera")).to_be_visible()
    # Its one size is by its number the lowest of a camera's, and is not called so.
    health = host.get_by_role("region", name="Broadcast health")
    expect(health.get_by_role("rowheader")).to_have_text([re.compile("^Screen")], timeout=20_000)
    host.get_by_role("button", name="Back to the camera").click()
    expect(host.get_by_role("button", name="Share screen")).to_be_visible()
    expect(host.get_by_text("You are live", exact=True)).to_be_visible()
    expect(host.get_by_role("img", name="Orders: 1")).to_be_visible(timeout=20_000)
    assert violations(host) == []
    pictures.take(host, "studio-charts")

    host.get_by_role("button", name="End show").click()
    host.get_by_role("dialog").get_by_role("button", name="End show").click()
    summary = host.get_by_role("region", name="How it went")
    expect(summary.get_by_text("1 person")).to_be_visible()
    expect(summary.get_by_text("Lin (1)")).to_be_visible()
    expect(page.get_by_role("status", name="Connection")).to_have_text("Ended")
    # However small the phone, nothing lies over the way on.
    for size in (PHONE, SMALL, SIDEWAYS):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert inside(page) == []
        page.get_by_role("link", name="See other shows").click(trial=True)
    pictures.take(page, "room-ended")
    assert violations(host) == []
    pictures.take(host, "studio-summary")
    host.get_by_role("button", name="All topics and goods").click()
    past = host.get_by_role("region", name="Past shows")
    past.get_by_role("button", name=f"How it went: {show['title']}").first.click()
    expect(summary).to_be_visible()

    host.get_by_role("button", name="All topics and goods").click()
    host.get_by_role("button", name="Import CSV").click()
    table = f"title,price,stock\nBowl of {show['id']},12.50,4\nVase,free,1\n"
    host.get_by_label("CSV file").set_input_files(
        FilePayload(name="goods.csv", mimeType="text/csv", buffer=table.encode())
    )
    row = host.get_by_role("row").filter(has_text="The price is not an amount")
    expect(row.get_by_role("cell").first).to_have_text("3")
    assert violations(host) == []
    pictures.take(host, "studio-import")
    host.get_by_role("button", name="Add 1 product").click()
    expect(host.get_by_role("article", name=f"Bowl of {show['id']}").get_by_text("4 left")).to_be_visible()
    for visitor in (mei, ana):
        assert visitor.faults == []
        visitor.leave()


def _renewed(host: Page) -> str:
    host.get_by_role("button", name="Make a new key").click()
    expect(host.get_by_role("button", name="Make a new key")).to_be_enabled()
    return host.get_by_role("textbox", name="Bearer token").input_value()


def shop_say(host: Page, line: str) -> None:
    host.get_by_role("textbox", name="Message").fill(line)
    host.get_by_role("textbox", name="Message").press("Enter")
    expect(host.get_by_role("textbox", name="Message")).to_have_value("")
