"""A moderator's hour: fifty topics decided by keyboard alone, while a second moderator decides at the same desk.

The median time of a decision is printed (`pytest -s`); it says nothing of people, but what the desk adds to their time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import PASSWORD, Pictures, sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import add_with_role, make_topic
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

TOPICS = 50
SHARED = 4


def waiting(page: Page, topics: int) -> None:
    words = "The queue is empty." if topics == 0 else f"{topics} topic{'' if topics == 1 else 's'} wait"
    expect(page.get_by_role("region", name="Topic queue").get_by_text(words)).to_be_visible(timeout=15_000)


def decide(page: Page, number: int) -> str:
    """Most topics are fine; every fifth is not, and each other one of those may come back changed."""
    keys = page.keyboard
    if number % 5:
        keys.press("a")
        return "approved"
    rejecting = number % 10 == 0
    keys.press("r" if rejecting else "c")
    expect(page.get_by_role("dialog").get_by_role("combobox", name="Ground")).to_be_focused()
    keys.press("Tab")
    keys.type("Not in this shop.")
    keys.press("Control+Enter")
    return "rejected" if rejecting else "changes_requested"


def test_fifty_topics_by_keyboard_beside_a_second_moderator(
    tmp_path: Path, browser: Browser, pictures: Pictures
) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        topics = [make_topic(shop, mei) for _ in range(TOPICS + SHARED)]
        for topic in topics:
            assert shop.call("POST", f"topics/{topic}/submit", token=mei).status == 200
        mo, kim = visit(browser, DESKTOP), visit(browser, DESKTOP)
        kims_token = add_with_role(shop, "moderator")
        kims = shop.call("GET", "me", token=kims_token).body["user"]
        for visitor, handle in ((mo, "mo"), (kim, kims["handle"])):
            visitor.page.goto(f"{shop.url}/desk")
            sign_in(visitor.page, handle, PASSWORD)
            waiting(visitor.page, TOPICS + SHARED)

        # Both take the first one: the other is told by whom, and nothing is decided twice.
        left = TOPICS + SHARED
        mo.page.keyboard.press("j")
        kim.page.keyboard.press("j")
        kim.page.keyboard.press("Enter")
        expect(kim.page.get_by_text("You are deciding on this topic.")).to_be_visible()
        expect(mo.page.get_by_text(f"{kims['display_name']} is deciding on this topic.").first).to_be_visible()
        mo.page.keyboard.press("a")
        expect(mo.page.get_by_role("alert")).to_contain_text(f"{kims['display_name']} is deciding")
        kim.page.keyboard.press("a")
        left -= 1
        waiting(kim.page, left)
        # He was reading it: it stays until he goes on, marked as decided, and if he decides he is told by whom.
        waiting(mo.page, left)
        expect(mo.page.get_by_text("Another moderator has decided on this topic: approved.")).to_be_visible()
        mo.page.keyboard.press("a")
        expect(mo.page.get_by_role("alert")).to_contain_text(f"{kims['display_name']} was faster")
        waiting(mo.page, left)

        mo.page.keyboard.press("j")
        took: list[float] = []
        expected: dict[str, int] = {"approved": 1}
        for number in range(1, TOPICS + 1):
            began = time.monotonic()
            status = decide(mo.page, number)
            left -= 1
            waiting(mo.page, left)
            took.append(time.monotonic() - began)
            expected[status] = expected.get(status, 0) + 1
            if number == TOPICS // 2:
                pictures.take(mo.page, "desk-half-an-hour")
        # Kim's desk heard of each, without being read again.
        waiting(kim.page, left)
        assert left == SHARED - 1

        statuses = [shop.call("GET", f"topics/{topic}", token=mei).body["topic"]["status"] for topic in topics]
        assert {status: statuses.count(status) for status in {*statuses}} == {**expected, "in_review": left}
        figures = shop.call("GET", "desk/figures", token=kims_token).body["figures"]
        # One more: the demo's own topic.
        assert sum(figures["decisions"]["by_hour"]) == TOPICS + 2
        mo.page.keyboard.press("g")
        mo.page.keyboard.press("f")
        expect(mo.page.get_by_role("region", name="Queue", exact=True)).to_be_visible()
        pictures.take(mo.page, "desk-figures-after")
        ms = sorted(round(each * 1000) for each in took)
        sys.stdout.write(f"\n{TOPICS} topics by keyboard: median {median(ms):.0f} ms each, slowest {ms[-1]} ms\n")
        assert [fault for fault in (*mo.faults, *kim.faults) if "409" not in fault] == []
        for visitor in (mo, kim):
            visitor.leave()
