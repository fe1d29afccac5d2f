"""Legal holds and deleted accounts, many lines at once, a long word list, and a show that is warned and stopped.

What of a moderator's day only a browser can show.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import PASSWORD, Pictures, broadcast, enter
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(150)]
LINES = 200_000


def lift_hold(page: Page, handle: str) -> None:
    """By keyboard."""
    while not page.get_by_role("button", name=f"Lift: {handle}").evaluate("(button) => button.matches(':focus')"):
        page.keyboard.press("j")
    page.keyboard.press("x")
    dialog = page.get_by_role("dialog", name=f"Lift the hold on {handle}?")
    dialog.get_by_role("textbox", name="Reason").fill("The case is closed.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status", name="Notices")).to_have_text("The hold is lifted.")
    expect(page.get_by_text(handle, exact=True)).to_have_count(0)


def delete_account(page: Page, password: str) -> None:
    dialog = page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_label("Your password").fill(password)
    dialog.get_by_role("button", name="Delete it for good").click()


def test_an_account_on_hold_stays_and_goes_once_it_is_lifted(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    token = register(shop)
    handle = shop.call("GET", "me", token=token).body["user"]["handle"]
    assert with_key(shop, "wallet/topups", {"amount_minor": 700}, token).status in {200, 201}
    root, leaver = visit(browser, DESKTOP), visit(browser, PHONE)
    enter(root.page, shop, "root")
    root.page.goto(f"{shop.url}/desk#holds")
    keys = root.page.keyboard
    expect(root.page.get_by_role("row", name="Follows of people who are gone")).to_contain_text("1,095 days")
    keys.press("n")
    dialog = root.page.get_by_role("dialog", name="Put something on hold")
    for who, told in (("nobody-at-all", "There is no such person"), (handle, "")):
        dialog.get_by_role("textbox", name="Which").fill(who)
        dialog.get_by_role("textbox", name="Reason").fill("A court asks for it.")
        keys.press("Control+Enter")
        if told:
            expect(dialog.get_by_role("alert")).to_contain_text(told)
    expect(root.page.get_by_text(handle, exact=True)).to_be_visible()
    pictures.take(root.page, "desk-holds")

    page = leaver.page
    enter(page, shop, handle)
    page.goto(f"{shop.url}/")
    page.get_by_role("link", name=handle).click()
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    records = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert {(each["kind"], each.get("handle")) for each in records} >= {("account", handle)}
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_role("checkbox", name="I give up what is in my wallet: CN¥7.00").check()
    delete_account(page, PASSWORD)
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be deleted for now")
    pictures.take(page, "settings-delete-held")
    lift_hold(root.page, handle)
    delete_account(page, "another word")
    expect(dialog.get_by_role("alert")).to_have_text("The password is wrong.")
    delete_account(page, PASSWORD)
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("button", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Sign in to see your settings.")).to_be_visible()
    assert shop.call("POST", "auth/login", {"handle": handle, "password": PASSWORD}).status in {401, 403}
    assert [fault for fault in leaver.faults if "403" not in fault and "409" not in fault] == []
    assert [fault for fault in root.faults if "404" not in fault] == []
    for visitor in (root, leaver):
        visitor.leave()


def say(page: Page, line: str) -> None:
    page.get_by_role("textbox", name="Message").fill(line)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")


def test_lines_lists_and_shows_are_dealt_with_from_the_desk(
    shop: RunningShop, browser: Browser, pictures: Pictures, tmp_path: Path
) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    host, ana, mo = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, DESKTOP)
    broadcast(host.page, shop, "Cups and bowls")
    enter(ana.page, shop, "ana")
    ana.page.goto(f"{shop.url}/s/{show}")
    for line in ("cheap bags, write to me", "lovely cup", "cheap watches, write to me"):
        say(ana.page, line)
    enter(mo.page, shop, "mo")
    mo.page.goto(f"{shop.url}/desk#chat/{show}")
    keys, page = mo.page.keyboard, mo.page

    # Found by a word, chosen by keyboard, deleted at once; the rest stays.
    expect(page.get_by_role("combobox", name="Show", exact=True)).to_have_value(show)
    page.get_by_role("textbox", name="Words").fill("cheap")
    keys.press("Enter")
    found = page.get_by_role("region", name="Chat search")
    expect(found.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("heading", level=1).click()
    for key in ("j", "Space", "j", "Space"):
        keys.press(key)
    expect(found.get_by_text("2 messages selected")).to_be_visible()
    pictures.take(page, "desk-chat-chosen")
    keys.press("d")
    page.get_by_role("dialog", name="Delete 2 messages?").get_by_role("button", name="Delete selected").click()
    expect(page.get_by_role("status", name="Notices")).to_have_text("2 messages were deleted.")
    chat = ana.page.get_by_role("log", name="Chat")
    expect(chat.get_by_text("write to me")).to_have_count(0)
    expect(chat.get_by_text("lovely cup")).to_be_visible()

    take_long_list(page, pictures, tmp_path)

    # Warned, which the host alone reads; then stopped, which everybody sees.
    page.goto(f"{shop.url}/desk#wall/{show}")
    card = page.get_by_role("listitem").filter(has=page.locator(f'a[href$="{show}"]'))
    expect(card).to_be_visible()
    card.get_by_role("button", name="Warn").click()
    dialog = page.get_by_role("dialog", name="Warn the host")
    dialog.get_by_role("textbox", name="Warning").fill("Say what the glaze is made of.")
    keys.press("Control+Enter")
    expect(host.page.get_by_text("Say what the glaze is made of.")).to_be_visible()
    expect(dialog).to_have_count(0)
    keys.press("x")
    dialog = page.get_by_role("dialog", name="Stop the show")
    dialog.get_by_role("textbox", name="Reason").fill("Lead in the glaze.")
    pictures.take(page, "desk-wall-stop")
    keys.press("Control+Enter")
    expect(card).to_have_count(0)
    expect(host.page.get_by_text("Lead in the glaze.").first).to_be_visible()
    expect(ana.page.get_by_text("Say what the glaze is made of.")).to_have_count(0)
    assert shop.call("GET", f"shows/{show}").body["show"]["state"] == "ended"
    assert [fault for fault in mo.faults if "status of 4" not in fault] == []
    for visitor in (host, ana, mo):
        visitor.leave()


def take_long_list(page: Page, pictures: Pictures, folder: Path) -> None:
    """Pasted with faults, which are named; chosen as a file that is too long, and as one that fits."""
    page.evaluate("location.hash = 'lists'")
    page.get_by_role("button", name="New list").click()
    page.get_by_role("textbox", name="Name").fill("long")
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog", name="Word list “long”")
    lines = [f"bad word {number}" for number in range(LINES)]
    broken = "\n".join([*lines[:-2], "| nothing", "casino | forbid"])
    paste = """(field, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }"""
    editor.get_by_role("textbox", name="One entry a line").evaluate(paste, broken)
    expect(editor.get_by_text("200,000 lines: too many to edit here.")).to_be_visible()
    editor.get_by_role("button", name="Save").click()
    faults = editor.get_by_role("alert")
    expect(faults).to_contain_text("2 lines are not in order, and nothing was saved.", timeout=20_000)
    for named in ("line 199999: ", "line 200000: 'forbid' is none of hold, deny, part"):
        expect(faults).to_contain_text(named)
    pictures.take(page, "desk-long-list-faults")
    file = folder / "words.txt"
    file.write_text("\n".join([*lines, "one more"]))
    editor.get_by_label("Or a text file").set_input_files(file)
    editor.get_by_role("button", name="Check").click()
    expect(editor.get_by_role("alert")).to_contain_text("at most 200,000 are taken. Nothing was saved.")
    file.write_text("\n".join(lines))
    editor.get_by_label("Or a text file").set_input_files(file)
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("200,000 entries · version 1")).to_be_visible()
    # Opened again, it is no text field that the page waits for; and it goes, so that other tests chat in peace.
    page.get_by_role("button", name="Edit: long").click()
    expect(editor.get_by_text("200,000 lines: too many to edit here.")).to_be_visible(timeout=10_000)
    editor.get_by_role("button", name="Begin anew").click()
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0, timeout=30_000)
