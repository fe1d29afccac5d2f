"""What people do on the pages, step by step, by the roles and names that web/README.md promises."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.support.accessible import violations
from tests.support.chromium import Visitor
from tests.support.running_shop import Site
from tests.support.said import ENGLISH, Said
from tests.support.webrtc_stats import heard

TITLE = "Tea from three mountains"
TEA = "Pu'er tea, 100 g"
PASSWORD = "livecart-demo"


class Pictures:
    def __init__(self, folder: Path, prefix: str = "") -> None:
        self._folder = folder
        self._prefix = prefix
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, what: str) -> Pictures:
        """Those of one of several ways through the same journey."""
        return Pictures(self._folder, f"{what}-")

    def take(self, page: Page, name: str) -> None:
        """What is worth a picture is worth a look for what shuts people out."""
        found = violations(page)
        assert not found, f"{name}: {found}"
        page.screenshot(path=self._folder / f"{self._prefix}{name}.png")


def sign_in(page: Page, handle: str, password: str = PASSWORD, say: Said = ENGLISH) -> None:
    """In the dialog of the home and room pages, or in the form that stands in the studio and the desk."""
    field, button = page.get_by_role("textbox", name=say("signIn.handle")), say("text.account.signIn")
    if not field.is_visible():
        page.get_by_role("banner").get_by_role("button", name=button).click()
    field.fill(handle)
    page.get_by_label(say("signIn.password")).fill(password)
    page.locator("form").get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name=say("text.account.signOut"))).to_be_visible()


def enter(page: Page, shop: Site, handle: str = "", *, token: str = "") -> None:
    """Is signed in from the next page on, without the form: for what is not about signing in."""
    token = token or shop.log_in(handle)
    at = urlsplit(shop.url)
    cookies = {"livecart_session": token, "livecart_signed_in": "1"}
    page.context.add_cookies(
        [
            {"name": name, "value": value, "domain": str(at.hostname), "path": f"{at.path}/", "sameSite": "Lax"}
            for name, value in cookies.items()
        ]
    )


def eventually(what: str, condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it never happened: {what}"
        time.sleep(0.1)


def propose(mei: Page, shop: Site, pictures: Pictures, say: Said = ENGLISH) -> None:
    mei.goto(f"{shop.url}/studio")
    sign_in(mei, "mei", say=say)
    mei.get_by_role("button", name=say("work.topic.new")).click()
    form = mei.get_by_role("dialog")
    form.get_by_role("textbox", name=say("work.topic.title")).fill(TITLE)
    form.get_by_role("combobox", name=say("work.topic.category")).select_option("food")
    form.get_by_role("textbox", name=say("work.topic.summary")).fill("How it grows, how it is made, how to brew it.")
    form.get_by_role("checkbox", name=TEA).check()
    pictures.take(mei, "studio-new-topic")
    form.get_by_role("button", name=say("work.topic.submit")).click()
    expect(mei.get_by_role("article", name=TITLE).get_by_text(say("work.topic.status.in_review"))).to_be_visible()


def approve(mo: Page, shop: Site, pictures: Pictures, say: Said = ENGLISH) -> None:
    mo.goto(f"{shop.url}/desk")
    sign_in(mo, "mo", say=say)
    mo.get_by_text(TITLE).first.click()
    expect(mo.get_by_role("heading", name=TITLE)).to_be_visible()
    pictures.take(mo, "desk-topic")
    mo.get_by_role("button", name=say("work.desk.approve")).click()
    # Other journeys' topics may wait there too.
    expect(mo.get_by_text(say("work.desk.approved", TITLE))).to_be_visible()
    expect(mo.get_by_role("region", name=say("work.desk.title")).get_by_text(TITLE)).to_have_count(0)


def go_live(mei: Page, pictures: Pictures, say: Said = ENGLISH) -> str:
    mei.reload()
    mei.get_by_role("article", name=TITLE).get_by_role("button", name=say("work.topic.openShow")).click()
    expect(mei.get_by_role("heading", name=TITLE)).to_be_visible()
    mei.get_by_role("button", name=say("work.studio.goLive"), exact=True).click()
    expect(mei.get_by_text(say("work.studio.broadcasting"), exact=True)).to_be_visible(timeout=20_000)
    pictures.take(mei, "studio-live")
    link = mei.get_by_role("region", name=say("work.studio.roomLink")).get_by_role("link")
    href = link.get_attribute("href")
    assert href
    return href


def broadcast(mei: Page, shop: Site, title: str) -> None:
    """Goes live with a show that is there already."""
    enter(mei, shop, "mei")
    mei.goto(f"{shop.url}/studio")
    mine = mei.get_by_role("listitem").filter(has_text=title)
    mine.get_by_role("button", name="Back to the show").first.click()
    mei.get_by_role("button", name="Go live").click()
    expect(mei.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)


def watches(viewer: Visitor, link: str, say: Said = ENGLISH) -> None:
    """Opens the room and waits until picture and sound are really decoded."""
    viewer.page.goto(link)
    eventually("ten pictures were decoded", lambda: heard(viewer.page).frames_decoded >= 10)
    viewer.page.get_by_role("button", name=say("text.video.unmute")).click()
    eventually("sound was heard", lambda: heard(viewer.page).audio_energy > 0)
