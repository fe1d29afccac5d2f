"""What breaks comes back by itself: the host's page, the media process, the web process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.steps import broadcast, eventually, sign_in, watches
from tests.support.chromium import DESKTOP, Visitor, visit
from tests.support.full import in_full
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop
from tests.support.webrtc_stats import heard

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop of our own, since others would not like what is done to it; with two media processes."""
    with RunningShop(tmp_path_factory.mktemp("fragile") / "data", "--media-workers", "2") as running:
        yield running


@pytest.fixture
def on_air(fragile: RunningShop, browser: Browser) -> Iterator[tuple[Visitor, Visitor]]:
    """A host who is live, and a viewer who is signed in and watching."""
    token = fragile.log_in("mei")
    show = make_show(fragile, token, [make_product(fragile, token)["id"]])["show"]
    host, viewer = visit(browser, DESKTOP), visit(browser, DESKTOP)
    broadcast(host.page, fragile, show["title"])
    watches(viewer, f"{fragile.url}/s/{show['id']}")
    sign_in(viewer.page, "ana")
    yield host, viewer
    assert fragile.call("POST", f"shows/{show['id']}/end", token=token).status == 200
    host.leave()
    viewer.leave()


def sees_more(viewer: Visitor, seconds: float) -> None:
    before = heard(viewer.page).frames_decoded
    eventually("new pictures", lambda: heard(viewer.page).frames_decoded >= before + 20, seconds)


def test_a_host_who_reloads_is_on_air_again_and_nobody_rejoins(on_air: tuple[Visitor, Visitor]) -> None:
    host, viewer = on_air
    host.page.reload()
    # Camera and microphone were allowed before, so this tab asks nothing.
    live = host.page.get_by_text("You are live", exact=True)
    expect(live).to_be_visible(timeout=20_000)
    sees_more(viewer, 20)
    assert len(viewer.page.evaluate("window.livecartPeers")) == 1


def test_a_second_device_does_not_turn_its_camera_on_by_itself(
    fragile: RunningShop, on_air: tuple[Visitor, Visitor], browser: Browser
) -> None:
    second = visit(browser, DESKTOP)
    second.page.goto(f"{fragile.url}/studio")
    sign_in(second.page, "mei")
    second.page.get_by_role("listitem").filter(has_text="Live").get_by_role(
        "button", name="Back to the show"
    ).first.click()
    expect(second.page.get_by_role("button", name="Resume broadcast")).to_be_visible()
    expect(second.page.get_by_role("button", name="Open camera")).to_be_visible()
    sees_more(on_air[1], 10)
    assert second.page.evaluate("window.livecartPeers") == []
    second.leave()


@pytest.mark.parametrize("how", [signal.SIGKILL, pytest.param(signal.SIGSTOP, marks=in_full)])
def test_everybody_comes_back_by_themselves_on_another_media_process(
    fragile: RunningShop, on_air: tuple[Visitor, Visitor], how: signal.Signals
) -> None:
    """The promise is 10 s; a loaded test machine gets twice as much."""
    _, viewer = on_air
    show = viewer.page.url.rpartition("/")[2]
    eventually("it is known who carries the show", lambda: fragile.media_of(show) is not None)
    carrier = fragile.media_of(show)
    assert carrier is not None
    os.kill(carrier, how)
    try:
        eventually("another one carries the show", lambda: fragile.media_of(show) not in (None, carrier))
        sees_more(viewer, 20)
    finally:
        if how is signal.SIGSTOP:
            os.kill(carrier, signal.SIGCONT)


# A WHEP player that is none of our pages, as the drafts describe it.
WATCH = """
async (show) => {
  const connection = new RTCPeerConnection();
  for (const kind of ["video", "audio"]) connection.addTransceiver(kind, { direction: "recvonly" });
  await connection.setLocalDescription(await connection.createOffer());
  const headers = { "Content-Type": "application/sdp" };
  const body = connection.localDescription.sdp;
  const created = await fetch(`/whep/${show}`, { method: "POST", headers, body });
  const answer = await created.text();
  await connection.setRemoteDescription({ type: "answer", sdp: answer });
  window.player = { connection, answer, location: created.headers.get("Location") };
}
"""
RESTART = """
async () => {
  const { connection, answer, location } = window.player;
  const offer = await connection.createOffer({ iceRestart: true });
  await connection.setLocalDescription(offer);
  const line = (sdp, start) => sdp.split("\\r\\n").find((each) => each.startsWith(start));
  const wanted = ["m=", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:"];
  const body = wanted.map((start) => line(offer.sdp, start) + "\\r\\n").join("");
  const headers = { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" };
  const patched = await fetch(location, { method: "PATCH", headers, body });
  const fragment = await patched.text();
  const sdp = answer
    .replaceAll(line(answer, "a=ice-ufrag:"), line(fragment, "a=ice-ufrag:"))
    .replaceAll(line(answer, "a=ice-pwd:"), line(fragment, "a=ice-pwd:"));
  await connection.setRemoteDescription({ type: "answer", sdp });
  return [patched.status, line(offer.sdp, "a=ice-ufrag:").slice(12)];
}
"""
ICE_IN_USE = """
async () => {
  const stats = [...(await window.player.connection.getStats()).values()];
  const { iceLocalUsernameFragment, iceState } = stats.find((each) => each.type === "transport");
  return [iceLocalUsernameFragment, iceState];
}
"""


def test_a_player_that_restarts_ice_keeps_its_picture(
    fragile: RunningShop, browser: Browser, on_air: tuple[Visitor, Visitor]
) -> None:
    show = on_air[1].page.url.rpartition("/")[2]
    player = visit(browser, DESKTOP)
    player.page.goto(fragile.url)
    player.page.evaluate(WATCH, show)
    eventually("the player has a picture", lambda: heard(player.page).frames_decoded >= 10)
    status, ufrag = player.page.evaluate(RESTART)
    assert status == 200
    eventually("ICE runs anew", lambda: player.page.evaluate(ICE_IN_USE) == [ufrag, "connected"])
    sees_more(player, 10)
    player.context.close()


def test_chat_and_sale_go_on_after_the_web_process_was_killed(
    fragile: RunningShop, on_air: tuple[Visitor, Visitor]
) -> None:
    host, viewer = on_air
    (web,) = fragile.parts("web")
    os.kill(web, signal.SIGKILL)
    # The picture does not even notice.
    sees_more(viewer, 10)
    eventually("the shop is ready", fragile.is_ready)
    viewer.page.get_by_role("textbox", name="Message").fill("Still here?")
    viewer.page.get_by_role("button", name="Send", exact=True).click()
    expect(host.page.get_by_role("log", name="Chat").get_by_text("Still here?")).to_be_visible(timeout=20_000)
