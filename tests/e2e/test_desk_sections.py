"""The desk's sections in a browser: reached by keys and links, with what is really there, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import Pictures, broadcast, sign_in
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.people import make_show, make_topic
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(150)]

TITLE = "Cups and bowls"
SECTIONS = {
    "queue": "Topic queue",
    "wall": "Live wall",
    "chat": "Chat search",
    "cases": "Cases",
    "log": "Log",
    "lists": "Word lists",
    "figures": "Figures",
}
CHINESE = {
    "queue": "选题审核",
    "wall": "直播墙",
    "chat": "聊天检索",
    "cases": "个人处理记录",
    "log": "审核日志",
    "lists": "词库",
    "figures": "数据",
}
LETTERS = {"w": "Live wall", "m": "Chat search", "c": "Cases", "l": "Log", "b": "Word lists", "f": "Figures"}


def open_desk(browser: Browser, shop: RunningShop, viewport: dict[str, int], link: str = "") -> Visitor:
    mo = visit(browser, viewport)
    mo.page.goto(f"{shop.url}/desk{link}")
    sign_in(mo.page, "mo")
    return mo


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def is_no_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_moderators_round(tmp_path: Path, browser: Browser, pictures: Pictures) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        show = make_show(shop, mei)["show"]["id"]
        host = visit(browser, DESKTOP)
        broadcast(host.page, shop, TITLE)
        mo = open_desk(browser, shop, DESKTOP)
        page, keys = mo.page, mo.page.keyboard
        heading(page, "Topic queue")
        keys.press("?")
        expect(page.get_by_role("dialog").get_by_text("go to: Live wall")).to_be_visible()
        pictures.take(page, "desk-all-keys")
        keys.press("Escape")
        for letter, name in LETTERS.items():
            keys.press("g")
            keys.press(letter)
            heading(page, name)
            expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page).to_have_title("Figures · Desk · livecart")
        page.go_back()
        heading(page, "Word lists")

        # The wall: a picture of what the host sends.
        keys.press("g")
        keys.press("w")
        card = page.get_by_role("listitem").filter(has_text=TITLE)
        picture = card.get_by_role("img", name=f"Picture of {TITLE}")
        expect(picture).to_be_visible(timeout=30_000)
        assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") >= 100
        keys.press("j")
        expect(card.get_by_role("link", name=TITLE)).to_be_focused()
        pictures.take(page, "desk-wall")
        keys.press("x")
        expect(page.get_by_role("dialog", name="Stop the show")).to_be_visible()
        keys.press("Escape")
        expect(card.get_by_role("link", name=TITLE)).to_be_focused()
        walk(page, pictures, "desk")

        narrow = open_desk(browser, shop, PHONE, "#wall")
        heading(narrow.page, "Live wall")
        expect(narrow.page.get_by_role("img", name=f"Picture of {TITLE}")).to_be_visible(timeout=15_000)
        walk(narrow.page, pictures, "desk-phone")
        # A show that ends leaves the wall by itself.
        narrow.page.goto(f"{shop.url}/desk#wall")
        assert shop.call("POST", f"shows/{show}/end", {}, token=mei).status == 200
        expect(narrow.page.get_by_text("Nobody is live.")).to_be_visible(timeout=5_000)
        page.goto(f"{shop.url}/desk#queue")
        page.get_by_label("Page shown in").select_option("zh")
        heading(page, "选题审核")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        walk(page, pictures, "desk-zh", CHINESE)
        keys.press("?")
        expect(page.get_by_role("dialog").get_by_text("直播墙", exact=False)).to_be_visible()
        keys.press("Escape")
        page.reload()
        heading(page, "数据")
        page.get_by_label("语言").select_option("en")
        heading(page, "Figures")
        assert page.evaluate("document.documentElement.lang") == "en"
        assert mo.faults == []
        assert narrow.faults == []
        for visitor in (host, mo, narrow):
            visitor.leave()


def walk(page: Page, pictures: Pictures, name: str, labels: dict[str, str] = SECTIONS) -> None:
    for section, label in labels.items():
        page.evaluate("(section) => { location.hash = section; }", section)
        heading(page, label)
        expect(page.locator("h1 ~ *, main > *").nth(2)).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert is_no_wider_than_its_window(page), section
        pictures.take(page, f"{name}-{section}")


def test_lists_cases_log_and_chat_do_their_work(tmp_path: Path, browser: Browser, pictures: Pictures) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        topic = make_topic(shop, mei)
        shop.call("POST", f"topics/{topic}/submit", token=mei)
        shop.call("POST", f"topics/{topic}/reject", {"code": "off_topic", "reason": "Cars."}, token=shop.log_in("mo"))
        mo = open_desk(browser, shop, DESKTOP, "#lists")
        page, keys = mo.page, mo.page.keyboard
        expect(page.get_by_text("There is no word list yet.")).to_be_visible()
        keys.press("n")
        page.get_by_role("textbox", name="Name").fill("spam")
        keys.press("Enter")
        editor = page.get_by_role("dialog", name="Word list “spam”")
        editor.get_by_role("textbox", name="One entry a line").fill("casino | deny\n| nothing\ngold")
        editor.get_by_role("button", name="Save").click()
        expect(editor.get_by_role("alert")).to_contain_text("line 2")
        pictures.take(page, "desk-list-faults")
        editor.get_by_role("textbox", name="One entry a line").fill("casino | deny\ngold")
        editor.get_by_role("button", name="Save").click()
        expect(editor).to_have_count(0)
        expect(page.get_by_text("2 entries · version 1")).to_be_visible()

        page.goto(f"{shop.url}/desk#cases/mei")
        entry = page.get_by_role("listitem").filter(has_text="Topic rejected")
        entry.locator("summary").click()
        expect(entry.get_by_text("Cars.").last).to_be_visible()
        pictures.take(page, "desk-cases-of")

        keys.press("g")
        keys.press("l")
        expect(page.get_by_text("Word list changed").last).to_be_visible()
        keys.press("/")
        keys.type("nobody-at-all")
        keys.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Nobody has the handle “nobody-at-all”.")
        page.get_by_label("About (handle)").fill("mei")
        page.get_by_role("combobox", name="Kind").select_option("topic.rejected")
        keys.press("Enter")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("region", name="Log").get_by_role("listitem")).to_have_count(1)
        assert "topic.rejected" in page.url
        page.reload()
        expect(page.get_by_role("region", name="Log").get_by_role("listitem")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all").click()
        assert '"kind":"topic.rejected"' in Path(download.value.path()).read_text()
        assert [fault for fault in mo.faults if "404" not in fault and "400" not in fault] == []
        mo.leave()
