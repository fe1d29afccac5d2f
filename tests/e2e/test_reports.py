"""A viewer reports a line and a show; a moderator decides by keyboard; the viewer hears it, and the author why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
LINE = "Pay me outside, it is cheaper"


def report_line(page: Page, pictures: Pictures) -> None:
    page.get_by_role("button", name="Options for the message of").first.click()
    page.get_by_role("button", name="Report", exact=True).click()
    dialog = page.get_by_role("dialog", name="What is wrong?")
    expect(dialog.get_by_text(LINE)).to_be_visible()
    dialog.get_by_role("combobox", name="Kind").select_option("scam")
    dialog.get_by_role("textbox", name="What happened").fill("She asked me for my card.")
    pictures.take(page, "room-report")
    dialog.get_by_role("button", name="Send report").click()
    expect(dialog.get_by_text("Thank you.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()


def test_a_report_goes_to_the_desk_and_its_outcome_comes_back(
    shop: RunningShop, browser: Browser, pictures: Pictures
) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    ana, lin, mo = visit(browser, PHONE), visit(browser, DESKTOP), visit(browser, DESKTOP)
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)
    lin.page.get_by_role("textbox", name="Message").fill(LINE)
    lin.page.get_by_role("button", name="Send", exact=True).click()
    expect(ana.page.get_by_role("log", name="Chat").get_by_text(LINE)).to_be_visible()
    report_line(ana.page, pictures)
    # One's own line offers no such button.
    lin.page.get_by_role("button", name="Options for the message of").first.click()
    expect(lin.page.get_by_role("button", name="Delete")).to_be_visible()
    expect(lin.page.get_by_role("button", name="Report", exact=True)).to_have_count(0)
    lin.page.get_by_role("button", name="Report this show").click()
    dialog = lin.page.get_by_role("dialog", name="What is wrong?")
    dialog.get_by_role("combobox", name="Kind").select_option("copyright")
    dialog.get_by_role("button", name="Send report").click()
    expect(dialog.get_by_text("Thank you.")).to_be_visible()

    mo.page.goto(f"{shop.url}/desk#reports")
    sign_in(mo.page, "mo")
    expect(mo.page.get_by_text("2 cases wait")).to_be_visible()
    keys = mo.page.keyboard
    keys.press("?")
    expect(mo.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keys.press("Escape")
    # What weighs more is on top: the scam before the copyright.
    keys.press("j")
    case = mo.page.get_by_role("article", name="Scam")
    expect(case.get_by_text(LINE)).to_be_visible()
    expect(case.get_by_text("She asked me for my card.")).to_be_visible()
    pictures.take(mo.page, "desk-reports")
    keys.press("a")
    verdict = mo.page.get_by_role("dialog", name="Action taken")
    verdict.get_by_role("combobox", name="What was done").select_option("delete")
    verdict.get_by_role("textbox", name="Reason").fill("No money outside the shop.")
    pictures.take(mo.page, "desk-report-verdict")
    verdict.get_by_role("button", name="Decide").click()
    expect(mo.page.get_by_text("1 case waits")).to_be_visible()
    keys.press("n")
    verdict = mo.page.get_by_role("dialog", name="No violation")
    verdict.get_by_role("textbox", name="Reason").fill("Her own song.")
    verdict.get_by_role("button", name="Decide").click()
    expect(mo.page.get_by_text("Nothing is reported.")).to_be_visible()

    expect(ana.page.get_by_text("Staff looked at your report and has acted.")).to_be_visible()
    expect(ana.page.get_by_role("log", name="Chat").get_by_text(LINE)).to_have_count(0)
    expect(lin.page.get_by_text("found nothing that is against the rules")).to_be_visible()
    ana.page.get_by_role("link", name="Your reports").click()
    own = ana.page.get_by_role("region", name="Your reports")
    expect(own.get_by_text("Staff looked at your report and has acted.")).to_be_visible()
    pictures.take(ana.page, "own-reports")
    lin.page.goto(f"{shop.url}/me/cases")
    expect(
        lin.page.get_by_role("heading", name="What others reported of you was found to break the rules")
    ).to_be_visible()
    expect(lin.page.get_by_text("No money outside the shop.").first).to_be_visible()
    for visitor in (ana, lin, mo):
        assert visitor.faults == []
        visitor.leave()
