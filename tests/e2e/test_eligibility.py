"""Who may go live, in a browser: an admin sets it, a creator reads what is missing, a viewer applies."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, visit
from tests.support.people import make_topic, register
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


def test_an_admin_sets_who_may_go_live_and_people_read_where_they_stand(
    tmp_path: Path, browser: Browser, pictures: Pictures
) -> None:
    with RunningShop(tmp_path / "data") as shop:
        make_topic(shop, shop.log_in("mei"))
        root = visit(browser, DESKTOP)
        root.page.goto(f"{shop.url}/desk#eligibility")
        sign_in(root.page, "root")
        section = root.page.get_by_role("region", name="Who may go live")
        rules = section.get_by_role("form", name="Rules")
        expect(rules.get_by_text("nobody has changed them")).to_be_visible()
        rules.get_by_role("checkbox", name="Followers", exact=True).check()
        rules.get_by_role("spinbutton", name="Followers: Needed").fill("2")
        rules.get_by_role("spinbutton", name="Followers: Kept down to").fill("1")
        rules.get_by_role("textbox", name="Reason").fill("We begin with known people.")
        rules.get_by_role("button", name="Save as a new version").click()
        expect(section.get_by_text("Version 1")).to_be_visible()
        pictures.take(root.page, "desk-eligibility")

        mei = visit(browser, DESKTOP)
        mei.page.goto(f"{shop.url}/studio")
        sign_in(mei.page, "mei")
        card = mei.page.get_by_role("region", name="Going live")
        expect(card.get_by_text("Missing: 2 more")).to_be_visible()
        expect(card.get_by_text("Needed: at least 2. You have 0.")).to_be_visible()
        pictures.take(mei.page, "studio-eligibility")
        draft = mei.page.get_by_role("article", name="Cups and bowls")
        draft.get_by_role("button", name="Submit for review").click()
        expect(draft.get_by_role("alert")).to_contain_text("You may not go live yet")
        for _ in range(2):
            assert shop.call("POST", "users/mei/follow", token=register(shop)).status == 200
        draft.get_by_role("button", name="Submit for review").click()
        expect(draft.get_by_text("In review")).to_be_visible()

        # A viewer is not let in by the rules, but by name, and then by an admin's answer.
        ana = visit(browser, DESKTOP)
        ana.page.goto(f"{shop.url}/studio")
        sign_in(ana.page, "ana")
        wish = ana.page.get_by_role("region", name="Become a creator")
        expect(wish.get_by_text("Missing: 2 more")).to_be_visible()
        invite = section.get_by_role("region", name="Invited people")
        invite.get_by_role("textbox", name="Handles").fill("@ana")
        invite.get_by_role("textbox", name="Reason").fill("She asked.")
        invite.get_by_role("button", name="Invite").click()
        expect(invite.get_by_text("Ana (ana)")).to_be_visible()
        ana.page.reload()
        wish.get_by_role("button", name="Apply").click()
        expect(wish.get_by_text("An admin of this shop answers.")).to_be_visible()
        section.get_by_role("button", name="Read again").click()
        section.get_by_role("button", name="Make a creator").click()
        expect(section.get_by_text("Nobody waits.")).to_be_visible()
        ana.page.reload()
        expect(ana.page.get_by_role("heading", name="My topics")).to_be_visible()

        section.get_by_role("button", name="Halt new shows").click()
        dialog = root.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Reason").fill("An incident.")
        dialog.get_by_role("button", name="Halt new shows").click()
        expect(section.get_by_text("New shows are halted.")).to_be_visible()
        mei.page.reload()
        expect(mei.page.get_by_text("New shows are halted for now.")).to_be_visible()
        assert root.faults == []
        assert ana.faults == []
        assert [fault for fault in mei.faults if "403" not in fault] == []
        for visitor in (root, mei, ana):
            visitor.leave()
