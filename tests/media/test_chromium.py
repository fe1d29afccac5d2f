"""Chromium at both ends: its bit rate follows transport-wide feedback up to the cap and down at a bottleneck, and
what is lost on either side is repaired by RTX."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.support.chromium import ARGUMENTS, WATCH, find

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
WATCHED = """
async () => {
  for (const stat of (await window.peer.getStats()).values())
    if (stat.type === "inbound-rtp")
      return { decoded: stat.framesDecoded, lost: stat.packetsLost, nacks: stat.nackCount,
        again: stat.retransmittedPacketsReceived || 0, packets: stat.packetsReceived };
  return {};
}
"""


class LossyPort:
    """The relay's socket, losing a share of all media, retransmissions too."""

    def __init__(self, sock: Any, share: float) -> None:
        self._socket = sock
        self._share = share
        self._rng = random.Random(5)
        self.lost = 0

    def sendto(self, data: Any, address: Any) -> int:
        if self._rng.random() < self._share:
            self.lost += 1
            return len(data)
        return int(self._socket.sendto(data, address))

    def sendmsg(self, buffers: Any, _control: Any, _flags: int, address: Any) -> int:
        return self.sendto(buffers[0], address)


class Bottleneck:
    """What the publisher sends goes through a queue of 300 ms that drains at a fixed rate."""

    def __init__(self, receive: Callable[[bytes, Any], None], bps: int) -> None:
        self.receive = receive
        self.bps = bps
        self._free_at = 0.0

    def __call__(self, data: bytes, address: Any, _waited_s: float) -> None:
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

    def __call__(self, data: bytes, address: Any, _waited_s: float) -> None:
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


async def test_the_bit_rate_reaches_the_cap_and_not_more(stage: Any, page: Page) -> None:
    """How fast is a matter of the benchmarks; a busy machine only has to get there."""
    figures = await publish(stage, page)
    async with asyncio.timeout(40):
        while figures.get("available", 0) < 0.95 * CAP_BPS:
            await asyncio.sleep(0.1)
            figures = await page.evaluate(STATS)
    assert figures["available"] <= 1.05 * CAP_BPS


async def test_the_bit_rate_falls_below_a_bottleneck(stage: Any, page: Page) -> None:
    stage.relay._port.udp.open(Bottleneck(stage.relay._ingress.receive, 700_000))
    await publish(stage, page)
    loop = asyncio.get_running_loop()
    began = loop.time()
    found = []
    while loop.time() - began < 10:
        await asyncio.sleep(0.5)
        found.append((await page.evaluate(STATS)).get("available", 0))
    assert 0 < sum(found[-8:]) / 8 <= 900_000, found


async def test_loss_on_the_way_up_is_repaired(stage: Any, page: Page, eventually: Any) -> None:
    stage.relay._port.udp.open(Loss(stage.relay._ingress.receive, 0.05))
    await publish(stage, page)
    counted = stage.relay.counters.values
    await eventually(lambda: counted["repaired_in"] >= 40)
    assert counted["upstream_lost"] <= counted["repaired_in"] / 10
    assert (await page.evaluate(STATS))["again"] >= 40


async def test_loss_on_the_way_down_is_repaired_by_rtx(stage: Any, page: Page, eventually: Any) -> None:
    await stage.publish(codec="video/vp8", size=(640, 480))
    answer = await stage.relay.watch("s", "chromium", await page.evaluate(WATCH))
    assert "a=ssrc-group:FID" in answer
    await page.evaluate(ANSWER, answer)
    await eventually(lambda: stage.relay.sessions["chromium"].peer.path is not None)
    stage.relay.sessions["chromium"].peer.path.segmented = False
    lossy = LossyPort(stage.relay._egress._socket, 0.1)
    stage.relay._egress._socket = lossy
    figures: dict[str, int] = {}
    async with asyncio.timeout(60):
        while figures.get("again", 0) < 20:
            await asyncio.sleep(0.5)
            figures = await page.evaluate(WATCHED)
    assert figures["decoded"] >= 20


async def test_media_moves_to_udp_though_tcp_was_there_first(stage: Any, page: Page, eventually: Any) -> None:
    """With a long round trip Chromium checks TCP too, and leaves the connection open."""
    loop, receive = asyncio.get_running_loop(), stage.relay._ingress.receive
    stage.relay._port.udp.open(lambda data, address, _waited_s: loop.call_later(0.75, receive, data, address))
    answer = await stage.relay.watch("s", "chromium", await page.evaluate(WATCH))
    await page.evaluate(ANSWER, answer)
    peer = stage.relay.sessions["chromium"].peer
    await eventually(lambda: peer.path is not None and peer.path.flow is not None)
    flow = peer.path.flow
    await eventually(lambda: peer.path.flow is None and peer.ice.nominated)
    assert peer.path.address in peer.ice.addresses
    assert not stage.relay._ingress.uses(flow)
