"""A show whose host takes calls, and everybody's pages of it. Each camera has one colour, each microphone one tone."""

from __future__ import annotations

from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.e2e.steps import broadcast, enter, eventually, watches
from tests.support.chromium import DESKTOP, Visitor, visit
from tests.support.painted_camera import Colour, paint, shows, sounds
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

HOST: tuple[Colour, int] = ((200, 40, 40), 440)
ANA: tuple[Colour, int] = ((40, 180, 40), 660)
LIN: tuple[Colour, int] = ((40, 60, 210), 880)


RECOGNISER = """
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  start() {
    this.timer = setInterval(() => {
      const words = Object.assign([{ transcript: "This tea was picked in April" }], { isFinal: true });
      this.onresult({ resultIndex: 0, results: [words] });
    }, 1000);
  }
  abort() { clearInterval(this.timer); this.onend(); }
};"""


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
        self._shop = shop
        self._browser = browser
        self.people: list[Visitor] = []
        self.mei = self.painted(HOST, DESKTOP)
        self.mei.add_init_script(RECOGNISER)
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
        enter(page, self._shop, handle)
        page.goto(self.link)
        page.get_by_role("button", name="Call in").click()
        page.get_by_role("textbox", name="What do you want to talk about?").fill(note)
        page.get_by_role("button", name="Ask to speak").click()
        expect(page.get_by_role("region", name="Call in").get_by_text("in line")).to_be_visible()
        return page

    def seats(self, page: Page, name: str, how: str = "Camera and microphone") -> None:
        """Accepts somebody, who comes, and lets him in."""
        self.desk.get_by_role("button", name=f"Accept {name}").click()
        dock = self.comes(page, how)
        self.desk.get_by_role("button", name=f"Let in: {name}").click()
        expect(dock.get_by_text("You are on stage.")).to_be_visible()

    def comes(self, page: Page, how: str = "Camera and microphone") -> Locator:
        """Somebody who was accepted goes to the green room."""
        dock = page.get_by_role("region", name="Call in")
        dock.get_by_role("button", name=how).click()
        dock.get_by_role("button", name="Go to the green room").click()
        expect(dock.get_by_text("You are in the green room.")).to_be_visible(timeout=15_000)
        return dock

    def close(self) -> None:
        for visitor in self.people:
            visitor.leave()


# When a page shows the first frame of somebody's picture, and when it was clicked on next: on the same machine's clock.
_FIRST_FRAME = """(label) => {
  window.firstFrame = null;
  const look = () => {
    const video = document.querySelector(`video[aria-label="${label}"]`);
    if (video) video.requestVideoFrameCallback(() => { window.firstFrame = Date.now(); });
    else requestAnimationFrame(look);
  };
  look();
}"""
_CLICKED = """() => addEventListener("click", () => { window.clicked = Date.now(); }, { once: true, capture: true })"""


class FirstFrame:
    """How long it takes from a press of a button here until somebody's picture is on the screen there."""

    def __init__(self, pressed: Page, seen: Page, name: str) -> None:
        self._pressed, self._seen = pressed, seen
        pressed.evaluate(_CLICKED)
        seen.evaluate(_FIRST_FRAME, f"Picture of {name}")

    def after_ms(self) -> int:
        """Waits for it."""
        eventually("the first frame", lambda: self._seen.evaluate("window.firstFrame") is not None)
        return int(self._seen.evaluate("window.firstFrame") - self._pressed.evaluate("window.clicked"))


def picture(page: Page | Locator, name: str) -> Locator:
    return page.get_by_label(f"Picture of {name}", exact=True)


def sound(page: Page | Locator, name: str) -> Locator:
    """The sound of a tile stands beside its picture."""
    return picture(page, name).locator("xpath=following-sibling::audio")


def seen_and_heard(what: str, video: Locator, audio: Locator, looks: tuple[Colour, int]) -> None:
    eventually(f"the picture of {what}", lambda: shows(video, looks[0]))
    eventually(f"the tone of {what}", lambda: sounds(audio, looks[1]))


def speaking(page: Page) -> str:
    """Whose tile is marked."""
    marked = page.get_by_role("list", name="On stage").locator("[data-speaking]")
    return marked.inner_text() if marked.count() == 1 else ""
