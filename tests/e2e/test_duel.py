"""Two hosts meet: both audiences see both, likes move the score, and the clock decides. Each camera has one colour and
each microphone one tone. The two shows are on two media processes, where there are two."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.steps import Pictures, eventually, sign_in, watches
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.painted_camera import Colour, paint, shows, sounds
from tests.support.people import add_with_role, make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

MEI: tuple[Colour, int] = ((200, 40, 40), 440)
BO: tuple[Colour, int] = ((40, 60, 210), 880)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """One of our own with two media processes, since its clock is turned."""
    with RunningShop(tmp_path_factory.mktemp("duel"), "--media-workers", "2") as shop:
        yield shop


class Ring:
    """Two live shows of two hosts."""

    def __init__(self, shop: RunningShop, browser: Browser) -> None:
        self._shop, self._browser = shop, browser
        self.people: list[Visitor] = []
        self.links: list[str] = []
        self.shows: list[str] = []
        token = add_with_role(shop, "creator")
        self.bo_name = str(shop.call("GET", "me", token=token).body["user"]["handle"])
        self.mei = self.host("mei", shop.log_in("mei"), MEI)
        self.bo = self.host(self.bo_name, token, BO)

    def host(self, handle: str, token: str, looks: tuple[Colour, int]) -> Page:
        show = make_show(self._shop, token, [make_product(self._shop, token)["id"]])["show"]
        self.shows.append(show["id"])
        self.links.append(f"{self._shop.url}/s/{show['id']}")
        visitor = visit(self._browser, DESKTOP)
        paint(visitor.context, *looks)
        self.people.append(visitor)
        page = visitor.page
        page.goto(f"{self._shop.url}/studio")
        sign_in(page, handle)
        page.get_by_role("listitem").filter(has_text=show["title"]).get_by_role(
            "button", name="Back to the show"
        ).first.click()
        page.get_by_role("button", name="Go live").click()
        expect(page.get_by_text("You are live", exact=True)).to_be_visible(timeout=20_000)
        return page

    def viewer(self, link: str, handle: str, viewport: dict[str, int]) -> Page:
        visitor = visit(self._browser, viewport)
        self.people.append(visitor)
        visitor.page.goto(link)
        sign_in(visitor.page, handle)
        watches(visitor, link)
        return visitor.page

    def turn_clock(self, left_s: float) -> None:
        """The duel's clock, as the server has it."""
        with sqlite3.connect(self._shop.data / "livecart.db", timeout=10) as rows:
            rows.execute("UPDATE duels SET until_ms = ? WHERE state = 'running'", (int((time.time() + left_s) * 1000),))

    def close(self) -> None:
        for visitor in self.people:
            visitor.leave()


@pytest.fixture
def ring(shop: RunningShop, browser: Browser) -> Iterator[Ring]:
    ring = Ring(shop, browser)
    yield ring
    ring.close()


def picture(page: Page | Locator, name: str) -> Locator:
    return page.get_by_label(f"Picture of {name}", exact=True)


def test_two_hosts_meet_and_the_clock_decides(ring: Ring, shop: RunningShop, pictures: Pictures) -> None:
    ana = ring.viewer(ring.links[0], "ana", PHONE)
    lin = ring.viewer(ring.links[1], "lin", DESKTOP)
    desks = [page.get_by_role("region", name="Duel with another host") for page in (ring.mei, ring.bo)]
    desks[0].get_by_role("button", name="Search").click()
    desks[0].get_by_role("button", name=f"Invite {ring.bo_name}").click()
    invitation = desks[1].get_by_role("alert").filter(has_text="Mei invites you")
    expect(invitation).to_be_visible()
    expect(desks[0].get_by_text(f"You have invited {ring.bo_name}.")).to_be_visible()
    pictures.take(ring.bo, "studio-duel-invited")
    invitation.get_by_role("button", name="Accept").click()

    placed = {shop.media_of(show) for show in ring.shows}
    assert len(placed) == 2, "each show is on a process of its own, so both hosts come by a link"
    for page, own, other, name in ((ana, MEI, BO, ring.bo_name), (lin, BO, MEI, "Mei")):
        live, tile = page.get_by_label("Live video"), picture(page, name)
        eventually("the other host's picture", lambda tile=tile, other=other: shows(tile, other[0]))  # type: ignore[misc]
        eventually("the own host's picture", lambda live=live, own=own: shows(live, own[0]))  # type: ignore[misc]
        voice = tile.locator("xpath=following-sibling::audio")
        eventually("the other host's tone", lambda voice=voice, other=other: sounds(voice, other[1]))  # type: ignore[misc]
    # The hosts see and hear one another.
    for desk, other, name in ((desks[0], BO, ring.bo_name), (desks[1], MEI, "Mei")):
        eventually("the guest", lambda desk=desk, name=name, other=other: shows(picture(desk, name), other[0]))  # type: ignore[misc]
    ana.get_by_role("button", name="Like").click()
    for page in (ana, lin, ring.mei, ring.bo):
        expect(page.get_by_role("img", name=re.compile("Mei: 1 like\\b"))).to_be_visible(timeout=15_000)
    pictures.take(ana, "room-duel-phone")
    pictures.take(lin, "room-duel-wide")
    pictures.take(ring.mei, "studio-duel-running")
    expect(ana.get_by_role("link", name=f"Go to {ring.bo_name}'s show")).to_have_attribute(
        "href", f"/s/{ring.shows[1]}"
    )
    ring.turn_clock(1.0)
    for page in (ana, lin):
        expect(page.get_by_text("Mei wins!")).to_be_visible(timeout=15_000)
    pictures.take(ana, "room-duel-won")
    desks[1].get_by_role("button", name="End the duel").click()
    for page, name in ((ana, ring.bo_name), (lin, "Mei")):
        expect(picture(page, name)).to_have_count(0)
    eventually("the own host has the whole frame again", lambda: shows(ana.get_by_label("Live video"), MEI[0]))
    assert [visitor.faults for visitor in ring.people] == [[] for _ in ring.people]
