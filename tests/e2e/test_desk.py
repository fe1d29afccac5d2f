"""A moderator at the desk, without a mouse; and a creator who reads what was decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, enter
from tests.support.chromium import visit
from tests.support.people import add_with_role, make_topic
from tests.support.running_shop import RunningShop
from tests.support.said import LOCALES, Said
from tests.support.ways import in_ways

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]


@in_ways("phone-zh")
def test_topics_are_decided_by_keyboard_and_the_creator_reads_why(
    tmp_path: Path, browser: Browser, pictures: Pictures, size: dict[str, int], say: Said
) -> None:
    pictures = pictures.of(f"{size['width']}-{say.language}")
    locale, title = LOCALES[say.language], "Cups and bowls"
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        topics = [make_topic(shop, mei) for _ in range(3)]
        for topic in topics:
            assert shop.call("POST", f"topics/{topic}/submit", token=mei).status == 200
        mo = visit(browser, size, locale=locale)
        enter(mo.page, shop, "mo")
        mo.page.goto(f"{shop.url}/desk")
        expect(mo.page.get_by_text(say("work.desk.waiting", 3))).to_be_visible()
        keys = mo.page.keyboard
        keys.press("?")
        expect(mo.page.get_by_role("dialog")).to_be_visible()
        pictures.take(mo.page, "desk-keys")
        keys.press("Escape")
        keys.press("j")
        expect(mo.page.get_by_role("button", name=say("work.desk.approve"))).to_be_visible()
        keys.press("a")
        expect(mo.page.get_by_text(say("work.desk.waiting", 2))).to_be_visible()
        # A wrong key is taken back, and a question left to another.
        keys.press("u")
        expect(mo.page.get_by_text(say("work.desk.waiting", 3))).to_be_visible()
        expect(mo.page.get_by_text(say("work.desk.undone", title))).to_be_visible()
        keys.press("a")
        expect(mo.page.get_by_text(say("work.desk.waiting", 2))).to_be_visible()
        keys.press("r")
        dialog = mo.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=say("work.desk.reason")).fill("Bowls are not sold here.")
        pictures.take(mo.page, "desk-reject")
        dialog.get_by_role("button", name=say("work.desk.reject"), exact=True).click()
        expect(mo.page.get_by_text(say("work.desk.waiting", 1))).to_be_visible()

        statuses = [shop.call("GET", f"topics/{topic}", token=mei).body["topic"]["status"] for topic in topics]
        assert sorted(statuses) == ["approved", "in_review", "rejected"]
        creator = visit(browser, size, locale=locale)
        enter(creator.page, shop, "mei")
        creator.page.goto(f"{shop.url}/studio")
        expect(creator.page.get_by_text("Bowls are not sold here.")).to_be_visible()
        pictures.take(creator.page, "studio-decisions")
        creator.page.goto(f"{shop.url}/me/cases")
        expect(creator.page.get_by_role("heading", name=say("cases.kinds.topic.rejected"))).to_be_visible()
        expect(creator.page.get_by_text("Bowls are not sold here.")).to_be_visible()
        pictures.take(creator.page, "cases")

        # The third one is taken by somebody else first.
        other = add_with_role(shop, "moderator")
        left = next(topic for topic, status in zip(topics, statuses, strict=True) if status == "in_review")
        shop.call("POST", f"topics/{left}/approve", token=other)
        keys.press("a")
        expect(mo.page.get_by_text(say("work.desk.empty"))).to_be_visible(timeout=15_000)
        assert [fault for fault in mo.faults if "409" not in fault] == []
        assert creator.faults == []
        for visitor in (mo, creator):
            visitor.leave()
