"""The main job, in real browsers: a topic is approved, its creator goes live, two viewers watch, chat and buy.

Of four people, at both sizes and in both languages: all combinations in `make test-full`, else each size in one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import TEA, TITLE, Pictures, approve, go_live, propose, sign_in, watches
from tests.support.chromium import visit
from tests.support.running_shop import RunningShop
from tests.support.said import LOCALES, Said
from tests.support.ways import in_ways

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def writes(page: Page, line: str, say: Said) -> None:
    page.get_by_role("textbox", name=say("text.chat.message")).fill(line)
    page.get_by_role("button", name=say("text.chat.send"), exact=True).click()


def heard(page: Page, line: str, say: Said) -> None:
    expect(page.get_by_role("log", name=say("text.chat.title")).get_by_text(line)).to_be_visible()


@in_ways("desktop-en", "phone-zh")
def test_a_topic_is_approved_shown_watched_and_its_tea_is_sold(
    tmp_path: Path, browser: Browser, pictures: Pictures, size: dict[str, int], say: Said
) -> None:
    pictures = pictures.of(f"{size['width']}-{say.language}")
    with RunningShop(tmp_path / "data") as shop:
        mei, mo, ana, lin = (visit(browser, size, locale=LOCALES[say.language]) for _ in range(4))
        propose(mei.page, shop, pictures, say)
        approve(mo.page, shop, pictures, say)
        link = go_live(mei.page, pictures, say)

        ana.page.goto(shop.url)
        expect(ana.page.get_by_role("link", name=TITLE)).to_be_visible()
        pictures.take(ana.page, "home")
        watches(ana, link, say)
        watches(lin, link, say)
        sign_in(ana.page, "ana", say=say)
        sign_in(lin.page, "lin", say=say)
        writes(ana.page, "Which one is milder?", say)
        writes(lin.page, "你好", say)
        for page in (ana.page, lin.page, mei.page):
            heard(page, "Which one is milder?", say)
            heard(page, "你好", say)
        writes(mei.page, "The ripe one.", say)
        heard(ana.page, "The ripe one.", say)

        mei.page.get_by_role("button", name=say("work.studio.showProduct")).first.click()
        for page in (ana.page, lin.page):
            expect(page.get_by_text(say("text.goods.showing"))).to_be_visible()
        expect(ana.page.get_by_text(say("text.goods.left", 28)).first).to_be_visible()
        pictures.take(ana.page, "room")

        ana.page.get_by_role("button", name=say("text.goods.buy"), exact=True).first.click()
        pictures.take(ana.page, "room-buy")
        ana.page.get_by_role("dialog").get_by_role("button", name=say("buy.buyNow")).click()
        expect(ana.page.get_by_text(say("buy.paid"))).to_be_visible()
        pictures.take(ana.page, "room-paid")
        for page in (lin.page, mei.page):
            expect(page.get_by_text(say("text.goods.left", 27)).first).to_be_visible()
        expect(lin.page.get_by_text(say("text.show.purchase", "", TEA, 1).strip()).first).to_be_visible()
        # The buyer's own pages, and the seller's.
        ana.page.goto(f"{shop.url}/orders")
        order = ana.page.get_by_role("article").filter(has_text=TEA)
        expect(order.get_by_text(say("shop.orders.state.paid"), exact=True)).to_be_visible()
        pictures.take(ana.page, "orders")
        ana.page.goto(f"{shop.url}/me")
        pictures.take(ana.page, "settings")

        end = say("work.studio.endShow")
        mei.page.get_by_role("button", name=end).click()
        mei.page.get_by_role("dialog").get_by_role("button", name=end).click()
        expect(lin.page.get_by_text(say("text.show.endedTitle"))).to_be_visible()
        pictures.take(lin.page, "room-ended")
        for visitor in (mei, mo, ana, lin):
            assert visitor.faults == []
            visitor.leave()
