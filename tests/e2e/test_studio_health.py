"""What the studio says of its broadcast: from the real relay, and with Chromium in the place of a relay that takes
every picture size, or gives little room."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.steps import Pictures, broadcast, sign_in
from tests.support.chromium import DESKTOP, PHONE, Visitor, visit
from tests.support.full import in_full
from tests.support.people import make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

# Takes the offer as one plain stream, since that is all that Chromium can receive, and says that it took every size.
ANSWER = r"""
async ([offer, kbps]) => {
  // Whoever may use the microphone names its real addresses.
  await navigator.mediaDevices.getUserMedia({ audio: true });
  const lines = (sdp) => sdp.trimEnd().split("\r\n");
  const text = (found) => found.join("\r\n") + "\r\n";
  const simulcast = /^a=(rid|simulcast):|rtp-stream-id/;
  const peer = (window.relay = new RTCPeerConnection());
  const plain = lines(offer).filter((line) => !simulcast.test(line));
  await peer.setRemoteDescription({ type: "offer", sdp: text(plain) });
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== "complete")
    await new Promise((done) => peer.addEventListener("icegatheringstatechange", done, { once: true }));
  const taken = lines(offer)
    .filter((line) => simulcast.test(line))
    .map((line) => line.replace(/^(a=rid:\w+|a=simulcast:)\s?send/, "$1 recv").replace(": recv", ":recv"));
  const answer = [...lines(peer.localDescription.sdp), ...taken];
  const video = answer.findIndex((line) => line.startsWith("m=video"));
  if (kbps) answer.splice(video + 2, 0, `b=AS:${kbps}`);
  return text(answer);
}
"""
LAYERS = [
    {"rid": "h", "bitrate_bps": 1_690_000, "fps": 20.0, "watching": 3},
    {"rid": "m", "bitrate_bps": 490_000, "fps": 20.0, "watching": 1},
    {"rid": "l", "bitrate_bps": 149_000, "fps": 20.0, "watching": 0},
]
ARRIVING = {"role": "publisher", "bitrate_bps": 2_329_000, "loss": 0.002, "rtt_ms": None, "fps": 20.0}
ARRIVING |= {"codec": "h264", "layer": None, "layers": LAYERS, "undecodable": 1}

Studio = Callable[..., tuple[Visitor, list[str]]]


@pytest.fixture
def studio(shop: RunningShop, browser: Browser) -> Iterator[Studio]:
    """A host in the studio who sends to another page of this browser; the offers that were posted."""
    visitors: list[Visitor] = []

    def opened(viewport: dict[str, int], kbps: int = 0) -> tuple[Visitor, list[str]]:
        show = make_show(shop, shop.log_in("mei"))["show"]
        host, relay = visit(browser, viewport), visit(browser, DESKTOP)
        visitors.extend((host, relay))
        relay.page.goto(f"{shop.url}/")
        offers: list[str] = []

        def whip(route: Route) -> None:
            if route.request.method != "POST":
                return route.fulfill(status=200)
            offers.append(route.request.post_data or "")
            answer = relay.page.evaluate(ANSWER, [offers[-1], kbps])
            headers = {"Location": "/whip/show/session", "ETag": '"tag"', "Content-Type": "application/sdp"}
            return route.fulfill(status=201, headers=headers, body=answer)

        host.page.route("**/whip/**", whip)
        figures = json.dumps({"sessions": [ARRIVING]})
        host.page.route("**/stats?role=publisher", lambda route: route.fulfill(status=200, body=figures))
        host.page.goto(f"{shop.url}/studio")
        sign_in(host.page, "mei")
        host.page.goto(f"{shop.url}/studio?show={show['id']}")
        host.page.get_by_role("button", name="Go live").click()
        return host, offers

    yield opened
    for visitor in visitors:
        visitor.leave()


def measure(width: int, height: int) -> str:
    return f"{width} \N{MULTIPLICATION SIGN} {height}"


def health(page: Page) -> Locator:
    return page.get_by_role("region", name="Broadcast health")


@pytest.mark.parametrize("viewport", [pytest.param(PHONE, marks=in_full), DESKTOP], ids=["phone", "desktop"])
def test_three_sizes_are_sent_as_h264_and_each_is_told_with_its_viewers(
    studio: Studio, viewport: dict[str, int], pictures: Pictures
) -> None:
    host, offers = studio(viewport)
    table = health(host.page).get_by_role("table")
    for name, size, watching in (("High", (1280, 720), 3), ("Medium", (640, 360), 1), ("Low", (320, 180), 0)):
        row = table.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text(measure(*size), timeout=30_000)
        expect(row.get_by_role("cell").last).to_have_text(str(watching), timeout=10_000)
    assert len(offers) == 1
    assert "a=simulcast:send l;m;h" in offers[0]
    video = offers[0][offers[0].index("m=video") :]
    first = video.split(" ", 4)[3]
    assert f"a=rtpmap:{first} H264/90000" in video
    expect(health(host.page)).to_contain_text(f"You send{measure(1280, 720)}")
    expect(health(host.page)).to_contain_text("The server gets2,329 kbit/s, 20 pictures a second, H.264")
    expect(health(host.page)).to_contain_text(re.compile(r"Round trip\d+ ms"))
    expect(health(host.page).get_by_role("status")).to_contain_text(
        "1 viewer has a browser without a decoder for H.264"
    )
    health(host.page).get_by_role("row").last.scroll_into_view_if_needed()
    pictures.take(host.page, f"studio-health-{viewport['width']}")
    assert host.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    assert host.faults == []


def test_an_upload_that_is_too_weak_is_told_after_several_seconds(studio: Studio, pictures: Pictures) -> None:
    host, _ = studio(DESKTOP, kbps=350)
    row = health(host.page).get_by_role("table").get_by_role("row").filter(has_text="High")
    expect(row).to_contain_text("not sent now", timeout=30_000)
    expect(host.page.get_by_text("Your upload is too weak for HD.")).to_be_visible(timeout=30_000)
    pictures.take(host.page, "studio-weak-upload")


def test_the_real_relay_is_told_of_in_plain_words(shop: RunningShop, browser: Browser) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]
    host = visit(browser, DESKTOP)
    asked: list[str] = []
    host.page.on("request", lambda request: asked.append(request.url) if "/stats?" in request.url else None)
    broadcast(host.page, shop, show["title"])
    shown = health(host.page)
    # The whole picture goes out, whether or not the relay takes more than one size of it.
    expect(shown).to_contain_text(
        re.compile(rf"You send{measure(1280, 720)}, [\d,]+ kbit/s, \d+ pictures? a second"), timeout=40_000
    )
    expect(shown).to_contain_text(re.compile(r"The server gets[\d,]+ kbit/s, \d+ pictures? a second, H\.264"))
    expect(shown).to_contain_text(re.compile(r"Lost on the way[\d.]+ %"))
    expect(shown).to_contain_text(re.compile(r"Round trip\d+ ms"))
    host.page.get_by_role("button", name="End show").click()
    host.page.get_by_role("dialog").get_by_role("button", name="End show").click()
    expect(shown).to_have_count(0)
    seen = len(asked)
    host.page.wait_for_timeout(6_000)
    assert len(asked) == seen, "nobody asks for the figures of a broadcast that is over"
    assert host.faults == []
    host.leave()
