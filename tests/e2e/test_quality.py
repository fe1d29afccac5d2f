"""The quality menu on the picture, by keyboard and by touch: what is chosen reaches the media process and is kept."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import msgpack
import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.e2e.steps import Pictures, broadcast, eventually, watches
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.full import in_full
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

# A phone is as wide as DESIGN wants it; every test is done at both widths.
WIDTHS = pytest.mark.parametrize("viewport", [PHONE, pytest.param(DESKTOP, marks=in_full)], ids=["phone", "desktop"])


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop with its rate limits on, and a media process that may be killed."""
    data = tmp_path_factory.mktemp("strict") / "data"
    with RunningShop(data, LIVECART_LIMITS_EXEMPT="") as running:
        yield running


@pytest.fixture(scope="module")
def link(strict: RunningShop, browser: Browser) -> Iterator[str]:
    """The room of a show that is on air."""
    token = strict.log_in("mei")
    show = make_show(strict, token, [make_product(strict, token)["id"]])["show"]
    host = visit(browser, DESKTOP)
    broadcast(host.page, strict, show["title"])
    yield f"{strict.url}/s/{show['id']}"
    host.context.close()


class Words:
    """What a page and its room said to each other about the quality: (session, layer) and the replies."""

    def __init__(self, page: Page) -> None:
        self.said: list[tuple[str, str]] = []
        self.replies: list[dict[str, Any]] = []
        self._ids: set[int] = set()
        self._page = page
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: Any) -> None:
        request = msgpack.unpackb(frame)
        if request["op"] == "quality":
            self._ids.add(request["id"])
            self.said.append((request["d"]["session"], request["d"]["layer"]))

    def _received(self, frame: Any) -> None:
        answer = msgpack.unpackb(frame)
        if answer.get("re") in self._ids:
            self.replies.append(answer)

    def accepted(self) -> list[str]:
        # Playwright tells what came while it is asked for something.
        self._page.evaluate("0")
        return [reply["ok"]["layer"] for reply in self.replies if "ok" in reply]


def opened(visitor: Visitor, link: str) -> tuple[Words, Locator]:
    words = Words(visitor.page)
    watches(visitor, link)
    button = visitor.page.get_by_role("button", name="Quality:")
    # The height of what is really decoded stands beside the choice.
    expect(button).to_have_accessible_name(re.compile(r"Quality: Auto · \d{3,4}p"), timeout=15_000)
    return words, button


@WIDTHS
def test_the_menu_works_by_keyboard(browser: Browser, link: str, viewport: dict[str, int]) -> None:
    viewer = visit(browser, viewport)
    words, button = opened(viewer, link)
    page, keys = viewer.page, viewer.page.keyboard
    page.get_by_role("button", name="Mute").focus()
    keys.press("Shift+Tab")
    expect(button).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("radio", name="Auto")).to_be_focused()
    for name in ("High", "Medium", "Low"):
        keys.press("ArrowDown")
        expect(page.get_by_role("radio", name=name)).to_be_checked()
    keys.press("Escape")
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(button).to_be_focused()
    # The host's camera has 720 lines; the lowest layer has a quarter of them.
    expect(button).to_have_accessible_name("Quality: Low · 180p", timeout=15_000)
    # What was passed over may be left out, what was chosen last may not.
    eventually("the media process took it", lambda: words.accepted()[-1:] == ["low"])
    keys.press("Space")
    expect(page.get_by_role("radio", name="Low")).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(page.get_by_role("radio", name="High")).to_be_checked()
    expect(button).to_have_accessible_name("Quality: High · 720p", timeout=15_000)
    keys.press("Tab")
    expect(page.get_by_role("radio")).to_have_count(0)
    assert viewer.faults == []
    viewer.context.close()


@WIDTHS
def test_the_menu_works_by_touch(browser: Browser, link: str, viewport: dict[str, int], pictures: Pictures) -> None:
    viewer = visit(browser, viewport, touch=True)
    words, button = opened(viewer, link)
    page = viewer.page
    button.tap()
    choices = page.get_by_role("radio")
    expect(choices).to_have_count(4)
    pictures.take(page, f"room-quality-{viewport['width']}")
    frame = page.get_by_label("Live video").bounding_box()
    assert frame is not None
    for name in ("Auto", "High", "Medium", "Low"):
        box = page.locator("label").filter(has_text=name).bounding_box()
        assert box is not None
        assert box["height"] >= 44, "a finger needs that much"
        assert frame["y"] <= box["y"], "nothing is cut off"
        assert frame["x"] <= box["x"]
    page.locator("label").filter(has_text="Medium").tap()
    expect(choices).to_have_count(0)
    eventually("the media process took it", lambda: words.accepted() == ["mid"])
    expect(button).to_have_accessible_name(re.compile(r"Quality: Medium · \d+p"))
    button.tap()
    page.get_by_role("heading", level=1).tap()
    expect(choices).to_have_count(0)
    assert words.accepted() == ["mid"]
    assert viewer.faults == []
    viewer.context.close()


def test_the_choice_is_kept_on_the_device_and_said_for_every_session(
    strict: RunningShop, browser: Browser, link: str
) -> None:
    """After a reload, and after the media process died and the page found another session by itself."""
    viewer = visit(browser, DESKTOP)
    words, button = opened(viewer, link)
    button.click()
    viewer.page.get_by_role("radio", name="High").click()
    eventually("it was said once", lambda: words.accepted() == ["high"])
    viewer.page.reload()
    eventually("it was said again", lambda: words.accepted() == ["high", "high"])
    (media,) = strict.parts("media")
    os.kill(media, signal.SIGKILL)
    eventually("it was said to the new process", lambda: words.accepted() == ["high"] * 3, 40)
    before = heard(viewer.page).frames_decoded
    eventually("the picture goes on", lambda: heard(viewer.page).frames_decoded >= before + 10)
    sessions = [session for session, _ in words.said]
    assert len(set(sessions)) == 3
    assert all(len(session) >= 22 for session in sessions), "128 random bits"
    expect(viewer.page.get_by_role("button", name="Quality: High")).to_be_visible()
    viewer.context.close()


def test_somebody_who_cannot_decide_is_heard_at_the_end(browser: Browser, link: str) -> None:
    """Twenty changes as fast as fingers go: the limit is met, waited for, and the last word counts."""
    viewer = visit(browser, DESKTOP)
    words, button = opened(viewer, link)
    button.focus()
    viewer.page.keyboard.press("Enter")
    for _ in range(20):
        viewer.page.keyboard.press("ArrowDown")
    viewer.page.keyboard.press("ArrowDown")
    viewer.page.keyboard.press("Escape")
    eventually("the last choice was taken", lambda: words.accepted()[-1:] == ["high"])
    assert {reply["err"]["code"] for reply in words.replies if "err" in reply} <= {"rate_limited"}
    assert viewer.page.get_by_role("alert").count() == 0
    viewer.context.close()


# The browser itself loses nothing here; what it reports of its losses is made worse by a share of all packets.
LOSSY = """
(() => {
  const real = RTCPeerConnection.prototype.getStats;
  window.lostShare = 0;
  RTCPeerConnection.prototype.getStats = async function (...args) {
    const worse = ([id, entry]) => [id, entry.type === "inbound-rtp"
      ? { ...entry, packetsLost: Math.round(entry.packetsReceived * window.lostShare) } : entry];
    return new Map([...await real.apply(this, args)].map(worse));
  };
})();
"""


@WIDTHS
def test_a_weak_line_is_told_while_it_lasts(
    browser: Browser, link: str, viewport: dict[str, int], pictures: Pictures
) -> None:
    viewer = visit(browser, viewport)
    viewer.context.add_init_script(LOSSY)
    _, button = opened(viewer, link)
    weak = viewer.page.get_by_text("Your connection is weak.")
    expect(weak).to_have_count(0)
    viewer.page.evaluate("window.lostShare = 0.2")
    # The share is of all packets since the beginning: it goes on growing with them.
    expect(weak).to_be_visible(timeout=20_000)
    button.click()
    viewer.page.get_by_role("radio", name="High").click()
    expect(viewer.page.get_by_text("too weak for this quality. Auto gives a steadier picture.")).to_be_visible()
    pictures.take(viewer.page, f"room-weak-{viewport['width']}")
    viewer.page.evaluate("window.lostShare = 0")
    expect(viewer.page.get_by_text("too weak for this quality")).to_have_count(0, timeout=20_000)
    viewer.context.close()
