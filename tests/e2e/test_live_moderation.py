"""Live moderation in real browsers: a line's menu, the assistant's tools, the host's warnings, a stopped show."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def say(page: Page, line: str) -> None:
    page.get_by_role("textbox", name="Message").fill(line)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")


def chat_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Chat")


def moderate(page: Page, name: str, action: str) -> None:
    """On the newest line of somebody."""
    page.get_by_role("button", name=f"Options for the message of {name}").last.click()
    page.get_by_role("button", name="Moderate").click()
    tools = page.get_by_role("region", name=f"Moderate {name}")
    tools.get_by_role("button", name=action).click()
    expect(tools.get_by_role("button", name="Ban now") if action.startswith("Ban") else tools).to_have_count(
        1 if action.startswith("Ban") else 0
    )


def test_staff_silences_from_a_lines_menu_and_an_assistant_has_what_he_was_given(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    mei, ana, lin = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)
    say(ana.page, "you are all fools")
    expect(chat_of(lin.page).get_by_text("you are all fools")).to_be_visible()
    lin.page.get_by_role("button", name="Options for the message of Ana").last.click()
    expect(lin.page.get_by_role("button", name="Reply")).to_be_visible()
    expect(lin.page.get_by_role("button", name="Moderate")).to_have_count(0)

    helpers = mei.page.get_by_role("region", name="Assistants")
    helpers.get_by_role("textbox", name="Handle").fill("lin")
    helpers.get_by_role("button", name="Appoint").click()
    expect(helpers.get_by_text("Lin: delete messages, review held messages, mute people")).to_be_visible()

    # Her open menu and her page have the tools without a reload.
    expect(lin.page.get_by_role("region", name="Moderation")).to_be_visible()
    lin.page.get_by_role("button", name="Moderate").click()
    tools = lin.page.get_by_role("region", name="Moderate Ana")
    expect(tools.get_by_role("button", name="Ban from the show")).to_have_count(0)
    pictures.take(lin.page, "room-staff-tools-phone")
    tools.get_by_role("button", name="Mute 10 min").click()
    expect(ana.page.get_by_text("You are muted in this show until")).to_be_visible()
    expect(ana.page.get_by_text("Reason: Insults or threats")).to_be_visible()
    expect(ana.page.get_by_role("textbox", name="Message")).to_have_count(0)
    pictures.take(ana.page, "room-muted")
    ana.page.reload()
    expect(ana.page.get_by_text("You are muted in this show until")).to_be_visible()

    moderate(mei.page, "Ana", "Unmute")
    say(ana.page, "sorry")
    moderate(mei.page, "Ana", "Ban from the show")
    mei.page.get_by_role("button", name="Ban now").click()
    expect(ana.page.get_by_text("You are banned from this show.")).to_be_visible()
    helpers.get_by_role("button", name="Dismiss Lin").click()
    expect(lin.page.get_by_role("region", name="Moderation")).to_have_count(0)
    assert shop.call("DELETE", f"shows/{show}/bans/{person(shop, 'ana')}", token=shop.log_in("mei")).status == 200
    assert lin.faults == mei.faults == []


def person(shop: RunningShop, handle: str) -> str:
    return str(shop.call("GET", "me", token=shop.log_in(handle)).body["user"]["id"])


def test_a_moderator_warns_closes_a_product_and_stops_the_show(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    token = shop.log_in("mei")
    product = make_product(shop, token)
    show = make_show(shop, token, [product["id"]])["show"]["id"]
    mei, mo, ana = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    ana.page.goto(f"{shop.url}/s/{show}")
    mo.page.goto(f"{shop.url}/s/{show}")
    sign_in(mo.page, "mo")
    mo.page.goto(f"{shop.url}/s/{show}?invisible")
    tools = mo.page.get_by_role("region", name="Moderation")
    expect(tools.get_by_text("You are here invisibly")).to_be_visible()

    tools.get_by_role("button", name="Warn the host").click()
    dialog = mo.page.get_by_role("dialog", name="Warn the host")
    dialog.get_by_label("Reason").select_option("misleading")
    dialog.get_by_role("textbox", name="What the host is to change").fill("Say that it is no medicine.")
    dialog.get_by_role("button", name="Warn the host").click()
    expect(tools.get_by_text("The host was warned.")).to_be_visible()
    notices = mei.page.get_by_role("region", name="From the moderators")
    expect(notices.get_by_text("Say that it is no medicine.")).to_be_visible()
    expect(ana.page.get_by_text("no medicine")).to_have_count(0)
    mei.page.reload()
    expect(notices.get_by_role("button", name="I have read this")).to_be_visible()
    pictures.take(mei.page, "studio-warning")
    notices.get_by_role("button", name="I have read this").click()
    expect(notices.get_by_role("button", name="I have read this")).to_have_count(0)

    tools.get_by_role("button", name="Close a product").click()
    dialog = mo.page.get_by_role("dialog", name="Close a product")
    dialog.get_by_role("textbox", name="Why, for the host").fill("Not allowed here.")
    dialog.get_by_role("button", name="Close a product").click()
    expect(ana.page.get_by_text(product["title"])).to_have_count(0)
    expect(notices.get_by_text(f"A moderator has taken “{product['title']}” out of this show")).to_be_visible()

    tools.get_by_role("button", name="Stop the show").click()
    dialog = mo.page.get_by_role("dialog", name="Stop the show")
    dialog.get_by_role("textbox", name="Why, for the host").fill("Sells prescription drugs.")
    dialog.get_by_role("button", name="Stop the show").click()
    expect(ana.page.get_by_text("Moderators have ended this show.")).to_be_visible()
    expect(ana.page.get_by_text("prescription drugs")).to_have_count(0)
    expect(notices.get_by_text("Sells prescription drugs.")).to_be_visible()
    mei.page.reload()
    expect(notices.get_by_text("Sells prescription drugs.")).to_be_visible()
    assert ana.faults == mei.faults == mo.faults == []
    for visitor in (ana, mei, mo):
        visitor.leave()
