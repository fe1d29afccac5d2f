"""A long chat in a real browser: few lines in the page, what is read stays in its place, the way back to the newest."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.steps import Pictures, eventually
from tests.support.chromium import PHONE, visit
from tests.support.people import make_show, register
from tests.support.running_shop import RunningShop
from tests.support.talk import talked

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The first line that is in sight whole: its text, and how far below the log's edge it is.
FIRST_IN_SIGHT = """(log) => {
  const edge = log.getBoundingClientRect().top;
  const row = [...log.firstElementChild.children].find((each) => each.getBoundingClientRect().top >= edge);
  return { text: row.querySelector("span[dir=auto]").textContent, below: row.getBoundingClientRect().top - edge };
}"""
FROM_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"


def rows(log: Locator) -> int:
    count: int = log.evaluate("(log) => log.firstElementChild.children.length")
    return count


def is_at_the_end(log: Locator) -> bool:
    return log.get_attribute("data-following") == "true" and bool(log.evaluate(FROM_END) <= 1)


def test_who_reads_further_up_keeps_his_place_and_comes_back(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    mei = shop.log_in("mei")
    show = make_show(shop, mei)["show"]["id"]
    talker = register(shop)
    ana = visit(browser, PHONE)
    page, log = ana.page, ana.page.get_by_role("log", name="Chat")
    page.goto(f"{shop.url}/s/{show}")
    expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")

    def say(first: int, count: int) -> list[str]:
        return talked(shop, show, talker, [f"line {number}" for number in range(first, first + count)])

    def delete(*lines: str) -> None:
        assert shop.call("POST", f"shows/{show}/chat/delete", {"messages": lines}, token=mei).status == 200

    def stands() -> dict[str, Any]:
        found: dict[str, Any] = log.evaluate(FIRST_IN_SIGHT)
        return found

    # Who follows sees the newest; the oldest are not in the page, and one that is deleted there is missed by nobody.
    ids = say(0, 120)
    expect(log.get_by_text("line 119", exact=True)).to_be_in_viewport()
    assert is_at_the_end(log)
    assert 50 <= rows(log) <= 80
    expect(log.get_by_text("line 9", exact=True)).to_have_count(0)
    delete(ids[10])

    # By keyboard alone to the very beginning, where it is missing.
    log.focus()
    oldest = log.get_by_text("line 0", exact=True)

    def is_at_the_beginning() -> bool:
        page.keyboard.press("Home")
        return oldest.count() > 0 and bool(log.evaluate("(log) => log.scrollTop < 1"))

    eventually("the oldest line was reached", is_at_the_beginning)
    expect(log).to_have_attribute("data-following", "false")
    assert rows(log) <= 150
    expect(log.get_by_text("line 9", exact=True)).to_have_count(1)
    expect(log.get_by_text("line 10", exact=True)).to_have_count(0)

    # He reads in the middle: nothing moves, whatever comes below or goes above and below.
    log.evaluate("(log) => { log.scrollTop = 900; }")
    eventually("he is in the middle", lambda: stands()["text"] != "line 0")
    before = stands()
    ids += say(120, 60)
    newest = page.get_by_role("button", name=re.compile("60 new messages"))
    expect(newest).to_be_visible()
    assert rows(log) <= 150
    assert stands() == before
    above, below = ids[2], ids[int(before["text"].removeprefix("line ")) + 2]
    delete(above, below)
    expect(log.get_by_text(f"line {ids.index(below)}", exact=True)).to_have_count(0)
    expect(log.get_by_text("line 2", exact=True)).to_have_count(0)
    after = stands()
    assert (after["text"], abs(after["below"] - before["below"]) <= 1) == (before["text"], True)
    # What he has not seen and nobody will is not counted.
    delete(ids[-1])
    expect(page.get_by_role("button", name=re.compile("59 new messages"))).to_be_visible()
    pictures.take(page, "chat-long-phone")

    page.get_by_role("button", name=re.compile("59 new messages")).click()
    expect(log.get_by_text("line 178", exact=True)).to_be_in_viewport()
    eventually("he follows again", lambda: is_at_the_end(log))
    expect(newest).to_have_count(0)
    assert 50 <= rows(log) <= 80

    # And once more: a wheel leads up, the End key back.
    box = log.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    expect(page.get_by_role("button", name="Newest messages")).to_be_visible()
    log.focus()

    def comes_back() -> bool:
        # While the wheel's way is not over, it goes on after the key.
        page.keyboard.press("End")
        return is_at_the_end(log)

    eventually("he follows again", comes_back)
    say(180, 1)
    expect(log.get_by_text("line 180", exact=True)).to_be_in_viewport()
    assert ana.faults == []
    ana.leave()
