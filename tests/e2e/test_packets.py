"""A red packet in real browsers: sent from the studio, entered on two phones, drawn, and checked on its own page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, sign_in
from tests.support.chromium import DESKTOP, PHONE, visit
from tests.support.people import make_show, with_key
from tests.support.running_shop import ROOT, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

CHECKED = (
    "The commitment is the one your page saw",
    "The seed and the rules are those of the commitment",
    "You are in the list, with your own nonce",
    "The winners follow from the seed and the list",
    "Claimed and refunded make the total",
)


def card_of(page: Page) -> Locator:
    return page.get_by_role("article", name="Red packet from Mei")


def send(mei: Page, pictures: Pictures) -> None:
    mei.get_by_role("region", name="Red packets").get_by_role("button", name="New red packet").click()
    form = mei.get_by_role("dialog")
    expect(form.get_by_text("In your wallet")).to_be_visible()
    form.get_by_role("textbox", name="Total").fill("8.88")
    form.get_by_role("spinbutton", name="Shares").fill("2")
    form.get_by_role("combobox", name="Countdown").select_option("10")
    form.get_by_role("combobox", name="Time to enter").select_option("30")
    form.get_by_role("textbox", name="say this in the chat").fill("lucky tea")
    pictures.take(mei, "studio-red-packet")
    form.get_by_role("button", name="Announce packet").click()
    expect(mei.get_by_text("The red packet is announced.")).to_be_visible()


def enter(page: Page) -> None:
    card = card_of(page)
    page.get_by_role("textbox", name="Message").fill("Lucky tea!")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log", name="Chat").get_by_text("Lucky tea!").first).to_be_visible()
    card.get_by_role("button", name="Enter the draw").click()
    expect(card.get_by_text("You are in the draw.")).to_be_visible()


def verified(file: Path) -> int:
    command = [sys.executable, "-m", "livecart", "verify-packet", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=30, check=False).returncode


def check_and_tamper(page: Page, folder: Path, pictures: Pictures) -> None:
    """What the page hands out is enough for the command, and a changed file is exposed by both."""
    expect(page.get_by_text("This packet was drawn as promised.")).to_be_visible(timeout=15_000)
    for line in (*CHECKED, "What this does not prove"):
        expect(page.get_by_text(line)).to_be_visible()
    pictures.take(page, "verify-red-packet")
    with page.expect_download() as handed:
        page.get_by_role("link", name="Download the proof").click()
    file = folder / "proof.json"
    handed.value.save_as(file)
    assert verified(file) == 0
    proof = json.loads(file.read_text("utf-8"))
    first, second = proof["results"]
    first["person"], second["person"] = second["person"], first["person"]
    file.write_text(json.dumps(proof), "utf-8")
    assert verified(file) == 1
    page.get_by_label("Or choose a downloaded proof").set_input_files(file)
    expect(page.get_by_text("This packet was NOT drawn as promised.")).to_be_visible()


def test_a_packet_from_the_studio_to_its_proof(
    shop: RunningShop, browser: Browser, pictures: Pictures, tmp_path: Path
) -> None:
    creator = shop.log_in("mei")
    assert with_key(shop, "wallet/topups", {"amount_minor": 10_000}, creator).status == 201
    show = make_show(shop, creator)["show"]["id"]
    mei, ana, lin = visit(browser, DESKTOP), visit(browser, PHONE), visit(browser, PHONE)
    mei.page.goto(f"{shop.url}/studio?show={show}")
    sign_in(mei.page, "mei")
    for viewer, handle in ((ana, "ana"), (lin, "lin")):
        viewer.page.goto(f"{shop.url}/s/{show}")
        sign_in(viewer.page, handle)
    send(mei.page, pictures)

    for viewer in (ana, lin):
        expect(card_of(viewer.page).get_by_text("¥8.88")).to_be_visible()
        expect(card_of(viewer.page).get_by_role("button", name="Enter the draw")).to_be_visible(timeout=15_000)
    card_of(ana.page).get_by_role("button", name="Enter the draw").click()
    refused = card_of(ana.page).get_by_role("status")
    expect(refused.get_by_text("say “lucky tea” in the chat")).to_be_visible()
    for viewer in (ana, lin):
        enter(viewer.page)
    pictures.take(ana.page, "room-red-packet")

    for viewer in (ana, lin):
        expect(card_of(viewer.page).get_by_text(re.compile("You won .*¥"))).to_be_visible(timeout=40_000)
        expect(card_of(viewer.page).get_by_text("Luckiest:")).to_be_visible()
    pictures.take(lin.page, "room-red-packet-won")
    card_of(lin.page).get_by_role("button", name="Who got what").click()
    expect(lin.page.get_by_role("dialog").get_by_role("row")).to_have_count(2)
    lin.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    card_of(lin.page).get_by_role("link", name="Check this draw").click()
    check_and_tamper(lin.page, tmp_path, pictures)
    for viewer in (mei, ana, lin):
        assert viewer.faults == []
        viewer.leave()
