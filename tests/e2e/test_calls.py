"""Two of the audience come on stage: who sees and hears whom, with which picture in which tile, and nobody negotiates
again for it. Each camera has one colour and each microphone one tone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.e2e.steps import Pictures, broadcast, eventually, sign_in, watches
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.painted_camera import Colour, paint, shows, sounds
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

SMALLEST = {"width": 320, "height": 640}
HOST: tuple[Colour, int] = ((200, 40, 40), 440)
ANA: tuple[Colour, int] = ((40, 180, 40), 660)
LIN: tuple[Colour, int] = ((40, 60, 210), 880)


class Offers:
    """How often a page asked to watch."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.count += request.method == "POST" and "/whep/" in request.url


class Stage:
    """A show that is on air, whose host takes calls."""

    def __init__(self, shop: RunningShop, browser: Browser) -> None:
        token = shop.log_in("mei")
        show = make_show(shop, token, [make_product(shop, token)["id"]])["show"]
        self.link = f"{shop.url}/s/{show['id']}"
        self._browser = browser
        self.people: list[Visitor] = []
        self.mei = self.painted(HOST, DESKTOP)
        broadcast(self.mei, shop, show["title"])
        self.desk = self.mei.get_by_role("region", name="Calls")
        self.desk.get_by_role("combobox", name="Who may call in").select_option("everyone")

    def painted(self, looks: tuple[Colour, int], viewport: dict[str, int]) -> Page:
        visitor = visit(self._browser, viewport)
        paint(visitor.context, *looks)
        self.people.append(visitor)
        return visitor.page

    def viewer(self, viewport: dict[str, int]) -> tuple[Page, Offers]:
        visitor = visit(self._browser, viewport)
        self.people.append(visitor)
        offers = Offers(visitor.page)
        watches(visitor, self.link)
        return visitor.page, offers

    def caller(self, handle: str, looks: tuple[Colour, int], viewport: dict[str, int], note: str = "") -> Page:
        """Asks to speak."""
        page = self.painted(looks, viewport)
        page.goto(self.link)
        sign_in(page, handle)
        page.get_by_role("button", name="Call in").click()
        page.get_by_role("textbox", name="What do you want to talk about?").fill(note)
        page.get_by_role("button", name="Ask to speak").click()
        expect(page.get_by_role("region", name="Call in").get_by_text("in line")).to_be_visible()
        return page

    def seats(self, page: Page, name: str, how: str = "Camera and microphone") -> None:
        """Accepts somebody, who comes, and lets him in."""
        self.desk.get_by_role("button", name=f"Accept {name}").click()
        dock = page.get_by_role("region", name="Call in")
        dock.get_by_role("button", name=how).click()
        dock.get_by_role("button", name="Go to the green room").click()
        expect(dock.get_by_text("You are in the green room.")).to_be_visible(timeout=15_000)
        self.desk.get_by_role("button", name=f"Let in: {name}").click()
        expect(dock.get_by_text("You are on stage.")).to_be_visible()

    def close(self) -> None:
        for visitor in self.people:
            visitor.context.close()


@pytest.fixture
def stage(shop: RunningShop, browser: Browser) -> Iterator[Stage]:
    stage = Stage(shop, browser)
    yield stage
    stage.close()


def picture(page: Page | Locator, name: str) -> Locator:
    return page.get_by_label(f"Picture of {name}", exact=True)


def sound(page: Page | Locator, name: str) -> Locator:
    """The sound of a tile stands beside its picture."""
    return picture(page, name).locator("xpath=following-sibling::audio")


def test_everybody_sees_and_hears_the_stage_and_nobody_negotiates_again(stage: Stage, pictures: Pictures) -> None:
    wide, wide_offers = stage.viewer(DESKTOP)
    small, small_offers = stage.viewer(PHONE)
    ana = stage.caller("ana", ANA, PHONE, "about the second flush")
    expect(stage.desk.get_by_text("about the second flush")).to_be_visible()
    lin = stage.caller("lin", LIN, DESKTOP)
    expect(lin.get_by_text("You are number 2 in line.")).to_be_visible()
    pictures.take(stage.mei, "studio-calls-queue")
    pictures.take(ana, "room-call-waiting")

    stage.desk.get_by_role("button", name="Accept Ana").click()
    dock = ana.get_by_role("region", name="Call in")
    dock.get_by_role("button", name="Camera and microphone").click()
    dock.get_by_role("button", name="Go to the green room").click()
    eventually("the host sees the green room", lambda: shows(picture(stage.mei, "Ana"), ANA[0]))
    pictures.take(stage.mei, "studio-calls-green")
    pictures.take(ana, "room-call-green")
    assert picture(wide, "Ana").count() == 0, "the audience does not see the green room"
    stage.desk.get_by_role("button", name="Let in: Ana").click()
    eventually("the audience sees the first caller", lambda: shows(picture(wide, "Ana"), ANA[0]))
    stage.seats(lin, "Lin")

    for page in (wide, small):
        live = page.get_by_label("Live video")
        eventually("the host's picture", lambda live=live: shows(live, HOST[0]))  # type: ignore[misc]
        eventually("the host's tone", lambda live=live: sounds(live, HOST[1]))  # type: ignore[misc]
        for name, (colour, hertz) in {"Ana": ANA, "Lin": LIN}.items():
            tile, voice = picture(page, name), sound(page, name)
            eventually(f"{name}'s picture", lambda tile=tile, colour=colour: shows(tile, colour))  # type: ignore[misc]
            eventually(f"{name}'s tone", lambda voice=voice, hertz=hertz: sounds(voice, hertz))  # type: ignore[misc]
    pictures.take(wide, "room-stage-wide")
    pictures.take(small, "room-stage-phone")
    wide.get_by_role("button", name="Show all in a grid").click()
    small.get_by_role("button", name="Show all in a grid").click()
    pictures.take(wide, "room-grid-wide")
    pictures.take(small, "room-grid-phone")
    small.set_viewport_size({"width": SMALLEST["width"], "height": SMALLEST["height"]})
    pictures.take(small, "room-grid-320")
    small.get_by_role("button", name="Show the host large").click()
    pictures.take(small, "room-stage-320")

    # The stage: the host hears both, a caller the others and never himself.
    for name, (_, hertz) in {"Ana": ANA, "Lin": LIN}.items():
        voice = sound(stage.mei, name)
        eventually(f"the host hears {name}", lambda voice=voice, hertz=hertz: sounds(voice, hertz))  # type: ignore[misc]
    ana.get_by_role("button", name="Unmute", exact=True).click()
    eventually("a caller hears the other", lambda: sounds(sound(ana, "Lin"), LIN[1]))
    assert sound(ana, "You").evaluate("element => element.muted")
    pictures.take(stage.mei, "studio-calls-stage")
    pictures.take(ana, "room-call-live")

    ana.get_by_role("button", name="Leave the stage").click()
    expect(picture(wide, "Ana")).to_have_count(0)
    expect(dock.get_by_text("Your call is over.")).to_be_visible()
    stage.desk.get_by_role("button", name="End call: Lin").click()
    expect(picture(wide, "Lin")).to_have_count(0)
    expect(lin.get_by_text("The host has ended your call.")).to_be_visible()
    eventually("the host's picture goes on", lambda: shows(wide.get_by_label("Live video"), HOST[0]))
    assert (wide_offers.count, small_offers.count) == (1, 1)
    # Closing says goodbye over DTLS first: the relay may have forgotten the session when the DELETE comes.
    faults = [fault for visitor in stage.people for fault in visitor.faults]
    assert [fault for fault in faults if "404" not in fault or ("/whep/" not in fault and "/whip/" not in fault)] == []


def test_a_caller_who_reloads_comes_back_and_the_host_who_reloads_keeps_him(stage: Stage) -> None:
    viewer, offers = stage.viewer(DESKTOP)
    ana = stage.caller("ana", ANA, DESKTOP)
    stage.seats(ana, "Ana")
    eventually("the caller is seen", lambda: shows(picture(viewer, "Ana"), ANA[0]))
    ana.reload()
    expect(ana.get_by_text("You are on stage.")).to_be_visible(timeout=15_000)
    eventually("the caller is seen again", lambda: shows(picture(viewer, "Ana"), ANA[0]), 30)
    expect(viewer.get_by_text("Connection lost")).to_have_count(0)
    stage.mei.on("dialog", lambda dialog: dialog.accept())
    stage.mei.reload()
    eventually("the host sees the caller again", lambda: shows(picture(stage.mei, "Ana"), ANA[0]), 30)
    eventually("the caller is still seen", lambda: shows(picture(viewer, "Ana"), ANA[0]))
    assert offers.count == 1


def test_a_caller_whose_camera_is_refused_comes_with_the_microphone_alone(stage: Stage) -> None:
    viewer, _ = stage.viewer(DESKTOP)
    ana = stage.caller("ana", ANA, PHONE)
    ana.evaluate("window.noCamera = true")
    ana.get_by_role("button", name="Camera and microphone").click()
    expect(ana.get_by_role("alert").get_by_text("was not allowed")).to_be_visible()
    stage.seats(ana, "Ana", "Microphone only")
    eventually("the caller is heard", lambda: sounds(sound(viewer, "Ana"), ANA[1]))
    expect(viewer.get_by_role("list", name="On stage").get_by_text("Ana")).to_be_visible()
    # The host mutes him for everybody, and hides him from the audience.
    stage.desk.get_by_role("button", name="Mute: Ana").click()
    expect(viewer.get_by_role("img", name="Muted")).to_be_visible()
    expect(ana.get_by_text("The host has muted you.")).to_be_visible()
    stage.desk.get_by_role("button", name="Hide: Ana").click()
    expect(picture(viewer, "Ana")).to_have_count(0)
    stage.desk.get_by_role("button", name="Show: Ana").click()
    expect(picture(viewer, "Ana")).to_have_count(1)


def test_the_queue_is_searched_sorted_declined_and_cleared(stage: Stage) -> None:
    ana = stage.caller("ana", ANA, PHONE, "green tea")
    lin = stage.caller("lin", LIN, PHONE, "black tea")
    waiting = stage.desk.get_by_role("listitem")
    expect(waiting).to_have_count(2)
    stage.desk.get_by_role("combobox", name="Order").select_option("newest")
    expect(waiting.first).to_contain_text("Lin")
    stage.desk.get_by_role("searchbox", name="Search the queue").fill("green")
    expect(waiting).to_have_count(1)
    stage.desk.get_by_role("button", name="Decline Ana").click()
    dialog = stage.mei.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("after the break")
    dialog.get_by_role("button", name="Decline").click()
    expect(ana.get_by_text("“after the break”")).to_be_visible()
    stage.desk.get_by_role("searchbox", name="Search the queue").fill("")
    stage.desk.get_by_role("button", name="Clear the queue").click()
    stage.mei.get_by_role("dialog").get_by_role("button", name="Clear the queue").click()
    expect(waiting).to_have_count(0)
    expect(lin.get_by_role("button", name="OK")).to_be_visible()


def test_an_invitation_is_taken_without_a_place_in_the_line(stage: Stage) -> None:
    page = stage.painted(LIN, PHONE)
    page.goto(stage.link)
    sign_in(page, "lin")
    expect(page.get_by_role("button", name="Call in")).to_be_visible()
    stage.desk.get_by_role("textbox", name="Invite by handle").fill("lin")
    stage.desk.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("The host invites you on stage.")).to_be_visible()
    page.get_by_role("button", name="Yes, I am coming").click()
    page.get_by_role("button", name="Camera and microphone").click()
    page.get_by_role("button", name="Go to the green room").click()
    eventually("the host sees the guest", lambda: shows(picture(stage.mei, "Lin"), LIN[0]))
    page.get_by_role("button", name="Leave the stage").click()
    expect(page.get_by_role("button", name="Call in")).to_be_visible()
    expect(picture(stage.mei, "Lin")).to_have_count(0)
