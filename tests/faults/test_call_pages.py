"""What can go wrong with a call, as the caller, the audience and a moderator see it on their pages."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.call_stage import ANA, HOST, LIN, Stage, picture, seen_and_heard, sound
from tests.e2e.steps import eventually, sign_in
from tests.support.chromium import DESKTOP, PHONE, launch
from tests.support.painted_camera import shows
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningShop]:
    """One of its own: its media process is killed."""
    with RunningShop(tmp_path / "data") as running:
        yield running


@pytest.fixture
def stage(shop: RunningShop) -> Iterator[Stage]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        stage = Stage(shop, browser)
        yield stage
        stage.close()
        browser.close()


def renderers(browser: Browser) -> set[int]:
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return {each["id"] for each in found if each["type"] == "renderer"}


def note_arrival(page: Page, name: str) -> None:
    """From now on `arrived_ms` knows when somebody's picture came onto this page, however slow this test is."""
    page.evaluate(
        """(label) => {
          window.arrivedMs = null;
          const look = () => {
            if (window.arrivedMs === null && document.querySelector(`[aria-label="${label}"]`))
              window.arrivedMs = Date.now();
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
          look();
        }""",
        f"Picture of {name}",
    )


def arrived_ms(page: Page) -> float:
    found: float = page.evaluate("() => window.arrivedMs")
    return found


@contextmanager
def asleep(pids: set[int]) -> Iterator[None]:
    """As a laptop whose lid was closed: its pages do nothing at all."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def refused(page: Page, stage: Stage, who: str, words: str) -> None:
    """Asks while the show takes no calls of such people."""
    stage.desk.get_by_role("combobox", name="Who may call in").select_option(who)
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.get_by_role("region", name="Call in").get_by_role("alert")).to_contain_text(words)


def test_everything_that_goes_wrong_is_seen_and_heard_of(stage: Stage, shop: RunningShop) -> None:
    viewer, offers = stage.viewer(DESKTOP)
    browser = viewer.context.browser
    assert browser is not None
    before = renderers(browser)
    ana = stage.painted(ANA, PHONE)
    ana.goto(stage.link)
    sign_in(ana, "ana")
    ana.get_by_role("button", name="Call in").click()
    refused(ana, stage, "followers", "Only followers may call in.")
    refused(ana, stage, "buyers", "Only people who bought something")
    hers = renderers(browser) - before
    stage.desk.get_by_role("combobox", name="Who may call in").select_option("everyone")
    stage.desk.get_by_role("combobox", name="The audience sees a caller after").select_option("10")
    ana.get_by_role("button", name="Ask to speak").click()

    # A moderator in the room works the queue, sees the caller before the audience does, and may cut him.
    mo = stage.painted(LIN, DESKTOP)
    mo.goto(stage.link)
    sign_in(mo, "mo")
    queue = mo.get_by_role("region", name="Calls")
    queue.get_by_role("button", name="Accept Ana").click()
    stage.comes(ana)
    note_arrival(viewer, "Ana")
    let_in_ms = time.time() * 1000
    queue.get_by_role("button", name="Let in: Ana").click()
    eventually("the moderator sees who waits", lambda: shows(picture(queue, "Ana"), ANA[0]))
    eventually("the audience sees her", lambda: shows(picture(viewer, "Ana"), ANA[0]), 25)
    assert arrived_ms(viewer) - let_in_ms >= 10_000, "the audience sees a caller after 10 s"
    queue.get_by_role("button", name="Hide: Ana").click()
    expect(picture(viewer, "Ana")).to_have_count(0)
    expect(ana.get_by_text("hidden you from the audience")).to_be_visible()
    queue.get_by_role("button", name="Show: Ana").click()
    seen_and_heard("Ana, shown again", picture(viewer, "Ana"), sound(viewer, "Ana"), ANA)

    # Her laptop falls asleep: everybody sees that, her place is freed, and when she wakes up her page knows.
    with asleep(hers & renderers(browser)):
        on_stage = viewer.get_by_role("list", name="On stage")
        expect(on_stage.get_by_text("Connection lost")).to_be_visible(timeout=20_000)
        expect(picture(viewer, "Ana")).to_have_count(0, timeout=30_000)
    expect(ana.get_by_text("Your connection to the stage was lost.")).to_be_visible(timeout=30_000)
    ana.get_by_role("button", name="OK").click()

    # The media process is killed: the stage is rebuilt on another one, without anybody's doing.
    stage.desk.get_by_role("combobox", name="The audience sees a caller after").select_option("0")
    ana.get_by_role("button", name="Call in").click()
    ana.get_by_role("button", name="Ask to speak").click()
    stage.seats(ana, "Ana")
    seen_and_heard("Ana, who called again", picture(viewer, "Ana"), sound(viewer, "Ana"), ANA)
    assert offers.count == 1
    (killed,) = shop.parts("media")
    os.kill(killed, signal.SIGKILL)
    eventually("another one is there", lambda: shop.parts("media") not in ([], [killed]))
    live = viewer.get_by_label("Live video")
    eventually("the host is back", lambda: shows(live, HOST[0]) and offers.count > 1, 60)
    eventually("the caller is back", lambda: shows(picture(viewer, "Ana"), ANA[0]) and sounding(viewer), 60)
    expect(ana.get_by_text("You are on stage.")).to_be_visible()

    # A ban takes her off the stage at once.
    token, user = shop.log_in("mo"), shop.call("GET", "me", token=shop.log_in("ana")).body["user"]["id"]
    banned_at = time.monotonic()
    show = stage.link.rpartition("/")[2]
    answer = shop.call("POST", f"shows/{show}/bans", {"person": user, "reason": "spite"}, token=token)
    assert answer.status == 201, answer
    expect(picture(viewer, "Ana")).to_have_count(0)
    # Two seconds are promised, and three are left to a page on a machine that runs four browsers.
    assert time.monotonic() - banned_at < 5
    expect(ana.get_by_role("button", name="Leave the stage")).to_have_count(0)
    eventually("the show goes on", lambda: shows(live, HOST[0]))


def sounding(page: Page) -> bool:
    """Whether the page has the caller's sound in hand again."""
    return sound(page, "Ana").evaluate("element => element.srcObject?.getAudioTracks().length === 1") is True
