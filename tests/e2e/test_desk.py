"""A moderator at the desk, without a mouse; and a creator who reads what was decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import add_with_role, make_topic
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]


def test_topics_are_decided_by_keyboard_and_the_creator_reads_why(
    tmp_path: Path, browser: Browser, pictures: Pictures
) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        topics = [make_topic(shop, mei) for _ in range(3)]
        for topic in topics:
            assert shop.call("POST", f"topics/{topic}/submit", token=mei).status == 200
        mo = visit(browser, DESKTOP)
        mo.page.goto(f"{shop.url}/desk")
        sign_in(mo.page, "mo")
        expect(mo.page.get_by_text("3 topics wait")).to_be_visible()
        keys = mo.page.keyboard
        keys.press("?")
        expect(mo.page.get_by_role("dialog")).to_be_visible()
        pictures.take(mo.page, "desk-keys")
        keys.press("Escape")
        keys.press("j")
        expect(mo.page.get_by_role("button", name="Approve")).to_be_visible()
        keys.press("a")
        expect(mo.page.get_by_text("2 topics wait")).to_be_visible()
        # A wrong key is taken back, and a question left to another.
        keys.press("u")
        expect(mo.page.get_by_text("3 topics wait")).to_be_visible()
        expect(mo.page.get_by_text("Taken back:")).to_be_visible()
        keys.press("a")
        expect(mo.page.get_by_text("2 topics wait")).to_be_visible()
        keys.press("r")
        dialog = mo.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Reason").fill("Bowls are not sold here.")
        pictures.take(mo.page, "desk-reject")
        dialog.get_by_role("button", name="Reject").click()
        expect(mo.page.get_by_text("1 topic waits")).to_be_visible()

        statuses = [shop.call("GET", f"topics/{topic}", token=mei).body["topic"]["status"] for topic in topics]
        assert sorted(statuses) == ["approved", "in_review", "rejected"]
        creator = visit(browser, DESKTOP)
        creator.page.goto(f"{shop.url}/studio")
        sign_in(creator.page, "mei")
        expect(creator.page.get_by_text("Bowls are not sold here.")).to_be_visible()
        pictures.take(creator.page, "studio-decisions")
        creator.page.goto(f"{shop.url}/me/cases")
        expect(creator.page.get_by_role("heading", name="Your topic was rejected")).to_be_visible()
        expect(creator.page.get_by_text("Bowls are not sold here.")).to_be_visible()
        pictures.take(creator.page, "cases")

        # The third one is taken by somebody else first.
        other = add_with_role(shop, "moderator")
        left = next(topic for topic, status in zip(topics, statuses, strict=True) if status == "in_review")
        shop.call("POST", f"topics/{left}/approve", token=other)
        keys.press("a")
        expect(mo.page.get_by_text("The queue is empty.")).to_be_visible(timeout=15_000)
        assert [fault for fault in mo.faults if "409" not in fault] == []
        assert creator.faults == []
        for visitor in (mo, creator):
            visitor.leave()
