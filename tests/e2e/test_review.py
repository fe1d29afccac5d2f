"""Near-duplicates decided together by keyboard and taken back, a cover that is reviewed, a category that is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import make_topic
from tests.support.pictures import picture
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def test_topics_that_are_alike_get_one_decision_and_a_cover_is_seen(
    tmp_path: Path, browser: Browser, pictures: Pictures
) -> None:
    with RunningShop(tmp_path / "data") as shop:
        mei = shop.log_in("mei")
        topics = [make_topic(shop, mei) for _ in range(3)]
        creator, mo, root = visit(browser, DESKTOP), visit(browser, DESKTOP), visit(browser, DESKTOP)
        creator.page.goto(f"{shop.url}/studio")
        sign_in(creator.page, "mei")
        item = creator.page.get_by_role("article", name="Cups and bowls").first
        file = {"name": "cover.png", "mimeType": "image/png", "buffer": picture("PNG", (320, 180))}
        item.get_by_label("Add a cover").set_input_files(file)  # type: ignore[arg-type]
        # Drawn anew in a process of its own, which a busy machine gives its time late.
        expect(item.get_by_role("img", name="Cover of Cups and bowls")).to_be_visible(timeout=20_000)
        for topic in topics:
            assert shop.call("POST", f"topics/{topic}/submit", token=mei).status == 200

        mo.page.goto(f"{shop.url}/desk")
        sign_in(mo.page, "mo")
        expect(mo.page.get_by_text("3 topics wait")).to_be_visible()
        keys = mo.page.keyboard
        keys.press("j")
        alike = mo.page.get_by_role("region", name="Topics like this one")
        expect(alike.get_by_text("2 topics like this one")).to_be_visible()
        keys.press("x")
        expect(alike.get_by_text("3 topics get this decision together.")).to_be_visible()
        pictures.take(mo.page, "desk-alike")
        keys.press("r")
        dialog = mo.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Reason").fill("Three times the same.")
        dialog.get_by_role("button", name="Reject").click()
        expect(mo.page.get_by_text("The queue is empty.")).to_be_visible()
        keys.press("u")
        expect(mo.page.get_by_text("3 topics wait")).to_be_visible()
        expect(alike.get_by_text("2 topics like this one")).to_be_visible()
        keys.press("x")
        expect(alike.get_by_text("3 topics get this decision together.")).to_be_visible()
        keys.press("a")
        expect(mo.page.get_by_text("The queue is empty.")).to_be_visible()
        statuses = {shop.call("GET", f"topics/{topic}", token=mei).body["topic"]["status"] for topic in topics}
        assert statuses == {"approved"}

        root.page.goto(f"{shop.url}/desk#taxonomy")
        sign_in(root.page, "root")
        root.page.get_by_role("button", name="Edit Home").click()
        dialog = root.page.get_by_role("dialog", name="Edit home")
        dialog.get_by_role("textbox", name="Policy").fill("Cups and bowls, and nothing with an edge.")
        dialog.get_by_role("textbox", name="Reviewer group").fill("crafts")
        dialog.get_by_role("button", name="Save").click()
        home = root.page.get_by_role("article", name="Home")
        expect(home.get_by_text("Version 2")).to_be_visible()
        pictures.take(root.page, "desk-taxonomy")
        home.get_by_role("button", name="Versions of Home").click()
        expect(root.page.get_by_role("dialog").get_by_text("what the shop began with")).to_be_visible()
        root.page.keyboard.press("Escape")
        groups = root.page.get_by_role("region", name="Groups of staff")
        groups.get_by_role("textbox", name="Handle").fill("mo")
        groups.get_by_role("textbox", name="Groups, with commas between them").fill("crafts, goods")
        groups.get_by_role("button", name="Save groups").click()
        expect(groups.get_by_text("(mo): crafts, goods")).to_be_visible()
        assert creator.faults == mo.faults == root.faults == []
        for visitor in (creator, mo, root):
            visitor.leave()
