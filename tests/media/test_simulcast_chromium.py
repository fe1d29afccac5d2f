"""Chromium sends three layers, and Chromiums watch: switches are seen and nothing else, and a narrow line gets what it
carries. How fast is no matter of a test on a busy machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from media import report
from media.options import MediaOptions
from media.rates import Rates
from media.relay import Relay
from tests.support.chromium import ARGUMENTS, WATCH, find
from tests.support.full import in_full
from tests.support.narrow_line import POSSIBLE, narrow_line

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

# Shapes on a plain ground with a little noise: an encoder's fare, where noise alone would leave it no frames.
OFFER = """
async ([codec, width, height]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const noise = context.createImageData(128, 96);
  let count = 0;
  setInterval(() => {
    count++;
    context.fillStyle = `hsl(${count % 360} 50% 50%)`;
    context.fillRect(0, 0, width, height);
    for (let each = 0; each < 12; each++) {
      context.fillStyle = `hsl(${each * 30} 80% 40%)`;
      context.beginPath();
      context.arc((each * 97 + count * (each + 1)) % width, (each * 61 + count * 3) % height, 20 + each * 3, 0, 7);
      context.fill();
    }
    for (let at = 0; at < noise.data.length; at += 4) {
      noise.data[at] = noise.data[at + 1] = noise.data[at + 2] = Math.random() * 256;
      noise.data[at + 3] = 255;
    }
    context.putImageData(noise, (count * 5) % (width - 128), 40);
  }, 33);
  window.peer = new RTCPeerConnection();
  const video = window.peer.addTransceiver(canvas.captureStream(30).getVideoTracks()[0], {
    direction: "sendonly", sendEncodings: [
      { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150000 },
      { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 900000 },
      { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1500000 }] });
  video.setCodecPreferences(RTCRtpSender.getCapabilities("video").codecs
    .filter((each) => each.mimeType === codec || each.mimeType === "video/rtx"));
  await window.peer.setLocalDescription();
  return window.peer.localDescription.sdp;
}
"""
ANSWER = "(sdp) => window.peer.setRemoteDescription({ type: 'answer', sdp })"
HEIGHTS = """
async () => {
  const found = {};
  for (const stat of (await window.peer.getStats()).values())
    if (stat.type === "outbound-rtp" && stat.rid)
      found[stat.rid] = stat.frameHeight || 0;
  return found;
}
"""
WATCHED = """
async () => {
  for (const stat of (await window.peer.getStats()).values())
    if (stat.type === "inbound-rtp" && stat.kind === "video")
      return { height: stat.frameHeight || 0, decoded: stat.framesDecoded, lost: stat.packetsLost,
        pictures: stat.pliCount, keys: stat.keyFramesDecoded };
  return { height: 0, decoded: 0, lost: 0, pictures: 0, keys: 0 };
}
"""
PINS = {"low": "l", "mid": "m", "high": "h"}


class Stage:
    """A relay at an address, and browsers of its own."""

    def __init__(self, host: str, launch: Callable[[str], Awaitable[Page]]) -> None:
        self.relay = Relay(MediaOptions(node="t", udp_host=host, udp_port=0))
        self.rates = Rates(self.relay, time.monotonic)
        self._launch = launch

    async def publish(self, codec: str, size: tuple[int, int]) -> Page:
        page = await self._launch(find())
        offer = await page.evaluate(OFFER, [codec, *size])
        await page.evaluate(ANSWER, await self.relay.publish("s", "camera", "mei", offer))
        return page

    async def watch(self, session: str, chromium: str = "") -> Page:
        page = await self._launch(chromium or find())
        await page.evaluate(ANSWER, await self.relay.watch("s", session, await page.evaluate(WATCH)))
        return page

    def session(self, name: str) -> dict[str, Any]:
        return next(each for each in report.sessions(self.relay, "s", self.rates) if each["session"] == name)

    def running(self) -> list[str]:
        """The layers that come at a sensible rate."""
        return [each["rid"] for each in self.session("camera")["layers"] if each["fps"] > 5]


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.1)


@pytest.fixture
async def launch() -> AsyncIterator[Callable[[str], Awaitable[Page]]]:
    async with async_playwright() as playwright:
        browsers = []

        async def one(path: str) -> Page:
            browsers.append(await playwright.chromium.launch(executable_path=path, args=ARGUMENTS))
            return await browsers[-1].new_page()

        yield one
        for browser in browsers:
            await browser.close()


@pytest.mark.parametrize(
    ("codec", "size"),
    [("video/VP8", (960, 540)), pytest.param("video/H264", (1280, 720), marks=in_full)],
    ids=["VP8", "H.264"],
)
async def test_switches_between_the_layers_of_a_chromium_are_seen_and_cost_nothing(
    launch: Any, codec: str, size: tuple[int, int]
) -> None:
    stage = Stage("127.0.0.1", launch)
    await stage.relay.open()
    try:
        camera = await stage.publish(codec, size)
        await until(lambda: len(stage.running()) == 3)
        viewer = await stage.watch("viewer")
        decoded = 0
        for pin in ("low", "mid", "high", "low", "high", "mid", "low", "mid", "high", "low"):
            stage.relay.pin("s", "viewer", pin)

            async def switched(rid: str = PINS[pin]) -> bool:
                heights = await camera.evaluate(HEIGHTS)
                watched = await viewer.evaluate(WATCHED)
                # An encoder may leave out the last line of an odd height.
                seen = watched["height"] // 2 == heights[rid] // 2
                return bool(seen and stage.session("viewer")["layer"] == rid)

            await until(switched)
            before = await viewer.evaluate(WATCHED)
            assert before["decoded"] > decoded

            async def goes_on(before: int = before["decoded"]) -> bool:
                return int((await viewer.evaluate(WATCHED))["decoded"]) > before + 10

            await until(goes_on)
            decoded = before["decoded"]
        watched = await viewer.evaluate(WATCHED)
        assert watched["keys"] >= 10
        assert watched["lost"] == 0
        assert watched["pictures"] <= 3
    finally:
        await stage.relay.close()


@pytest.mark.skipif(not POSSIBLE, reason="needs root, iproute2 and a token bucket")
async def test_each_viewer_gets_the_layer_that_its_line_carries(launch: Any, tmp_path: Path) -> None:
    with narrow_line(tmp_path, "500kbit", "300ms") as line:
        stage = Stage(line.here, launch)
        await stage.relay.open()
        try:
            await stage.publish("video/VP8", (960, 540))
            await until(lambda: len(stage.running()) == 3)
            narrow = await stage.watch("narrow", line.chromium)
            await until(lambda: stage.session("narrow")["layer"] == "l")
            await stage.watch("wide")
            await until(lambda: stage.session("wide")["layer"] == "h")
            before = await narrow.evaluate(WATCHED)
            await asyncio.sleep(10)
            after = await narrow.evaluate(WATCHED)
            assert stage.session("narrow")["layer"] == "l"
            assert after["decoded"] > before["decoded"] + 50
        finally:
            await stage.relay.close()
