"""Chromium as the publisher: its bit rate follows transport-wide feedback up to the cap, and down at a
bottleneck."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.support.chromium import ARGUMENTS, find

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

CAP_BPS = 2_500_000

# Noise, so that the encoder uses what it is given.
OFFER = """
async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 360 });
  const context = canvas.getContext("2d");
  const pictures = Array.from({ length: 8 }, () => {
    const picture = context.createImageData(480, 360);
    for (let at = 0; at < picture.data.length; at += 4) {
      picture.data[at] = picture.data[at + 1] = picture.data[at + 2] = Math.random() * 256;
      picture.data[at + 3] = 255;
    }
    return picture;
  });
  let count = 0;
  setInterval(() => context.putImageData(pictures[count++ % 8], 0, 0), 33);
  window.peer = new RTCPeerConnection();
  const sender = window.peer.addTransceiver(canvas.captureStream(30).getVideoTracks()[0], {
    direction: "sendonly", sendEncodings: [{ maxBitrate: 4000000 }] });
  sender.setCodecPreferences(RTCRtpSender.getCapabilities("video").codecs
    .filter((codec) => codec.mimeType === "video/VP8" || codec.mimeType === "video/rtx"));
  await window.peer.setLocalDescription();
  return window.peer.localDescription.sdp;
}
"""
ANSWER = "(sdp) => window.peer.setRemoteDescription({ type: 'answer', sdp })"
STATS = """
async () => {
  const found = {};
  for (const stat of (await window.peer.getStats()).values()) {
    if (stat.type === "candidate-pair" && stat.nominated)
      found.available = stat.availableOutgoingBitrate || 0;
    if (stat.type === "outbound-rtp")
      Object.assign(found, { target: stat.targetBitrate || 0, sent: stat.bytesSent,
        again: stat.retransmittedPacketsSent || 0, nacks: stat.nackCount || 0 });
  }
  return found;
}
"""


class Bottleneck:
    """What the publisher sends goes through a queue of 300 ms that drains at a fixed rate."""

    def __init__(self, receive: Callable[[bytes, Any], None], bps: int) -> None:
        self.receive = receive
        self.bps = bps
        self._free_at = 0.0

    def __call__(self, data: bytes, address: Any) -> None:
        loop = asyncio.get_running_loop()
        begin = max(self._free_at, loop.time())
        if begin - loop.time() > 0.3:
            return
        self._free_at = begin + len(data) * 8 / self.bps
        loop.call_at(self._free_at, self.receive, data, address)


class Loss:
    """Loses a share of the media that comes in."""

    def __init__(self, receive: Callable[[bytes, Any], None], share: float) -> None:
        self._receive = receive
        self._share = share
        self._rng = random.Random(4)

    def __call__(self, data: bytes, address: Any) -> None:
        if data[0] < 128 or self._rng.random() >= self._share:
            self._receive(data, address)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield await browser.new_page()
        await browser.close()


async def publish(stage: Any, page: Page) -> dict[str, int]:
    """The bit rates that were reached each second, by name."""
    answer = await stage.relay.publish("s", "chromium", "mei", await page.evaluate(OFFER))
    assert "transport-wide-cc" in answer
    await page.evaluate(ANSWER, answer)
    figures: dict[str, int] = await page.evaluate(STATS)
    return figures


async def test_the_bit_rate_reaches_the_cap_in_seconds(stage: Any, page: Page) -> None:
    await publish(stage, page)
    loop = asyncio.get_running_loop()
    began = loop.time()
    figures: dict[str, int] = {}
    while loop.time() - began < 5 and figures.get("available", 0) < 0.95 * CAP_BPS:
        await asyncio.sleep(0.1)
        figures = await page.evaluate(STATS)
    assert 0.95 * CAP_BPS <= figures["available"] <= 1.05 * CAP_BPS
    before, began = figures["sent"], loop.time()
    await asyncio.sleep(4)
    figures = await page.evaluate(STATS)
    # The encoder takes what it is given as far as the machine lets it.
    assert (figures["sent"] - before) * 8 / (loop.time() - began) >= 0.4 * CAP_BPS
    assert figures["available"] >= 0.6 * CAP_BPS


async def test_the_bit_rate_falls_below_a_bottleneck(stage: Any, page: Page) -> None:
    stage.relay._port.open(Bottleneck(stage.relay._ingress.receive, 700_000))
    await publish(stage, page)
    loop = asyncio.get_running_loop()
    began = loop.time()
    found = []
    while loop.time() - began < 10:
        await asyncio.sleep(0.5)
        found.append((await page.evaluate(STATS)).get("available", 0))
    assert 200_000 <= sum(found[-8:]) / 8 <= 900_000, found


async def test_loss_on_the_way_up_is_repaired(stage: Any, page: Page, eventually: Any) -> None:
    stage.relay._port.open(Loss(stage.relay._ingress.receive, 0.05))
    await publish(stage, page)
    counted = stage.relay.counters.values
    await eventually(lambda: counted["repaired_in"] >= 40)
    assert counted["upstream_lost"] <= counted["repaired_in"] / 100
    assert (await page.evaluate(STATS))["again"] >= 40
