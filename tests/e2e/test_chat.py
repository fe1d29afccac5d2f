"""The chat between people, in real browsers: a host in the studio, two viewers, one of them on a phone."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.steps import Pictures, eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import add_with_role, make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def say(page: Page, line: str) -> None:
    page.get_by_role("textbox", name="Message").fill(line)
    page.get_by_role("button", name="Send", exact=True).click()


def chat_of(page: Page) -> Locator:
    return page.get_by_role("log", name="Chat")


def act(page: Page, line: str, action: str) -> None:
    """Opens the options of a line and takes one."""
    row = chat_of(page).locator("div", has=page.get_by_text(line, exact=True)).last
    row.get_by_role("button", name="Options for the message of").click()
    chat_of(page).get_by_role("button", name=action, exact=True).click()


def test_people_answer_mention_delete_and_the_host_keeps_order(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    creator = shop.log_in("mei")
    product = make_product(shop, creator, price_minor=1_990)
    show = make_show(shop, creator, [product["id"]])["show"]["id"]
    mei, ana, lin = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)

    expect(mei.page.get_by_role("region", name="Chat", exact=True).get_by_text("joined")).to_be_visible()
    for _ in range(3):
        ana.page.get_by_role("button", name="Like").click()
    for viewer in (ana, lin):
        expect(viewer.page.get_by_role("button", name="Like, 3 likes")).to_be_visible()
    figures = mei.page.get_by_role("region", name="Figures")
    # Both were there as guests before they signed in, from one address and browser: a third face, if it was seen.
    expect(figures.get_by_text(re.compile("about [23]"))).to_be_visible(timeout=25_000)

    say(ana.page, "Which one is milder?")
    say(ana.page, "My number is 555 1234")
    act(ana.page, "My number is 555 1234", "Delete")
    for page in (ana.page, lin.page, mei.page):
        expect(chat_of(page).get_by_text("Which one is milder?", exact=True)).to_be_visible()
        expect(chat_of(page).get_by_text("My number is 555 1234")).to_have_count(0)

    act(lin.page, "Which one is milder?", "Reply")
    expect(lin.page.get_by_text("Reply to Ana")).to_be_visible()
    say(lin.page, "I think the ripe one. @mei?")
    expect(chat_of(ana.page).get_by_text("to Ana: Which one is milder?")).to_be_visible()
    for page in (ana.page, mei.page):
        expect(chat_of(page).get_by_text("For you")).to_be_visible()
    expect(chat_of(lin.page).get_by_text("For you")).to_have_count(0)

    say(mei.page, "Orders ship today.")
    act(mei.page, "Orders ship today.", "Pin")
    for page in (ana.page, lin.page):
        expect(page.get_by_role("region", name="Pinned message").get_by_text("Orders ship today.")).to_be_visible()

    replies = mei.page.get_by_role("region", name="Canned replies")
    replies.get_by_role("button", name="Edit replies").click()
    mei.page.get_by_role("textbox", name="One reply a line").fill("Welcome!\n{product} is {price}")
    mei.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    replies.get_by_role("button", name="{product} is {price}").click()
    expect(replies.get_by_text("Show a product first")).to_be_visible()
    mei.page.get_by_role("button", name="Show product").first.click()
    expect(mei.page.get_by_text("Explaining now")).to_be_visible()
    replies.get_by_role("button", name="{product} is {price}").click()
    expect(chat_of(ana.page).get_by_text(f"{product['title']} is 19.90 CNY")).to_be_visible()

    say(ana.page, "see www.example.test")
    expect(ana.page.get_by_text("Links are not allowed in this chat.")).to_be_visible()
    mei.page.get_by_role("combobox", name="Slow mode").select_option("30")
    expect(ana.page.get_by_placeholder("One message in 30 s")).to_be_visible()
    expect(lin.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    say(ana.page, "Thank you")
    expect(ana.page.get_by_text("Slow mode: you can write again in")).to_be_visible()
    expect(ana.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    lin.page.get_by_role("textbox", name="Message").fill("🫖" * 201)
    expect(lin.page.get_by_text("201 of 200 characters")).to_be_visible()
    expect(lin.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    for visitor, name in ((mei, "chat-studio"), (ana, "chat-desktop"), (lin, "chat-phone")):
        visitor.page.get_by_role("textbox", name="Message").scroll_into_view_if_needed()
        pictures.take(visitor.page, name)
    mei.page.set_viewport_size(ViewportSize(width=375, height=740))
    replies.scroll_into_view_if_needed()
    pictures.take(mei.page, "chat-studio-phone")

    act(mei.page, "Orders ship today.", "Delete")
    for page in (ana.page, lin.page, mei.page):
        expect(page.get_by_text("Orders ship today.")).to_have_count(0)
    mei.page.locator("summary", has_text="Chat rules").click()
    mei.page.get_by_role("combobox", name="Who may write").select_option("staff")
    expect(lin.page.get_by_text("Only the host writes here now.")).to_be_visible()
    mei.page.get_by_role("combobox", name="Who may write").select_option("followers")
    mei.page.get_by_role("combobox", name="Have followed for").select_option("10")
    expect(lin.page.get_by_text("Only people who have followed for 10 minutes write here.")).to_be_visible()
    for visitor in (mei, ana, lin):
        assert visitor.faults == []
        visitor.leave()


def test_where_only_followers_write_a_viewer_follows_and_writes(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    creator = add_with_role(shop, "creator")
    host = shop.call("GET", "me", token=creator).body["user"]["display_name"]
    show = make_show(shop, creator)["show"]["id"]
    lin, guest = visit(browser, PHONE), visit(browser, DESKTOP)
    for viewer in (lin, guest):
        viewer.page.goto(f"{shop.url}/s/{show}")
    sign_in(lin.page, "lin")
    expect(lin.page.get_by_role("textbox", name="Message")).to_be_visible()
    assert shop.call("PATCH", f"shows/{show}/chat", {"who": "followers"}, token=creator).status == 200
    chat = lin.page.get_by_role("region", name="Chat", exact=True)
    expect(chat.get_by_text("Only followers write here. Follow to write.")).to_be_visible()
    expect(lin.page.get_by_role("textbox", name="Message")).to_have_count(0)
    chat.get_by_role("button", name=f"Follow {host}").scroll_into_view_if_needed()
    pictures.take(lin.page, "chat-followers-phone")
    chat.get_by_role("button", name=f"Follow {host}").click()
    expect(lin.page.get_by_text("1 follower", exact=False)).to_be_visible()
    say(lin.page, "Now I may")
    expect(chat_of(guest.page).get_by_text("Now I may")).to_be_visible()

    # Whoever follows no longer is told so at once, and the server agrees.
    following = lin.page.get_by_role("button", name=f"Following {host}")
    expect(following).to_have_attribute("aria-pressed", "true")
    following.click()
    expect(chat.get_by_text("Only followers write here. Follow to write.")).to_be_visible()

    # A guest who presses the button signs in first, and then follows.
    guest.page.get_by_role("button", name=f"Follow {host}").click()
    guest.page.get_by_role("textbox", name="Handle").fill("ana")
    guest.page.get_by_label("Password").fill("livecart-demo")
    guest.page.locator("form").get_by_role("button", name="Sign in").click()
    expect(guest.page.get_by_role("button", name=f"Following {host}")).to_be_visible()
    assert shop.call("PATCH", f"shows/{show}/chat", {"followed_minutes": 5}, token=creator).status == 200
    say(guest.page, "Too early")
    expect(guest.page.get_by_text("Only people who have followed the host for a while write here.")).to_be_visible()
    for viewer in (lin, guest):
        assert viewer.faults == []
        viewer.leave()


def test_in_a_crowded_chat_the_room_hears_what_was_left_out_and_the_sender_too(
    tmp_path: Path, browser: Browser, pictures: Pictures
) -> None:
    with RunningShop(tmp_path / "data", LIVECART_LIMITS_EXEMPT="", LIVECART_CHAT_PER_SHOW="1") as shop:
        show = make_show(shop, shop.log_in("mei"))["show"]["id"]
        ana, lin = visit(browser, DESKTOP), visit(browser, PHONE)
        for viewer, handle in ((ana, "ana"), (lin, "lin")):
            viewer.page.goto(f"{shop.url}/s/{show}")
            sign_in(viewer.page, handle)
        told = ana.page.get_by_text("So many are writing that your message was left out.")
        numbers = count()

        def is_told() -> bool:
            say(ana.page, f"line {next(numbers)}")
            expect(ana.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
            return told.is_visible()

        eventually("a line was left out", is_told)
        expect(ana.page.get_by_role("textbox", name="Message")).to_have_value(re.compile("line"))
        expect(lin.page.get_by_text("So many are writing: 1 message was left out")).to_be_visible()
        pictures.take(lin.page, "chat-crowded-phone")
        for viewer in (ana, lin):
            assert viewer.faults == []
            viewer.leave()
