"""Stock aiortc peers for the relay: a publisher of generated media, a viewer that counts what it decodes."""

from __future__ import annotations

import array
import asyncio
import fractions
import math
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import av
import pytest
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from media.options import MediaOptions
from media.pulling import PullingRelay
from media.sessions import MediaEvent


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """asyncio's own loop, unless a module names others in `LOOPS`."""
    del config
    assert isinstance(item, pytest.Function)
    found: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = getattr(
        item.module, "LOOPS", {"asyncio": asyncio.new_event_loop}
    )
    return found


class Picture(MediaStreamTrack):
    """A moving grey picture, 20 frames a second."""

    kind = "video"

    def __init__(self, size: tuple[int, int] = (320, 240)) -> None:
        super().__init__()
        self._size = size
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.05)
        frame = av.VideoFrame(*self._size, "yuv420p")
        for index, plane in enumerate(frame.planes):
            plane.update(bytes([128 if index else (self._count * 5) % 256]) * plane.buffer_size)
        frame.pts = self._count * 4_500
        frame.time_base = fractions.Fraction(1, 90_000)
        self._count += 1
        return frame


class Tone(MediaStreamTrack):
    """A sine of 440 Hz at half the full scale."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(0.02)
        samples = (int(math.sin(at / 48_000 * 880 * math.pi) * 16_000) for at in range(self._at, self._at + 960))
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(array.array("h", samples).tobytes())
        frame.sample_rate = 48_000
        frame.pts = self._at
        frame.time_base = fractions.Fraction(1, 48_000)
        self._at += 960
        return frame


class Peer:
    """One stock aiortc connection and what it has received."""

    def __init__(self, bundle: RTCBundlePolicy = RTCBundlePolicy.BALANCED) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=bundle))
        self.frames = 0
        self.sizes: list[tuple[int, int]] = []
        self.loudest = 0
        self.session = secrets.token_urlsafe(16)
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", lambda track: self._tasks.append(asyncio.ensure_future(self._drain(track))))

    async def _drain(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.VideoFrame):
                self.frames += 1
                self.sizes.append((frame.width, frame.height))
            elif isinstance(frame, av.AudioFrame):
                samples = array.array("h", bytes(frame.planes[0])[: frame.samples * 4])
                self.loudest = max(self.loudest, *samples)

    def prefer(self, codec: str) -> None:
        """Offer only this video codec."""
        for transceiver in self.connection.getTransceivers():
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([item for item in codecs if item.mimeType.lower() == codec])

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))

    async def close(self) -> None:
        await self.connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Stage:
    """A relay and its peers; everything is closed at the end of a test. `ahead` moves the relay's clock."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.events: list[MediaEvent] = []
        self.relay = PullingRelay(
            MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0),
            clock=lambda: time.monotonic() + self.ahead,
            on_event=self.events.append,
        )
        self.peers: list[Peer] = []

    @property
    def told(self) -> list[tuple[str, str]]:
        """The events as (type, session)."""
        return [(event.type, event.session) for event in self.events]

    async def publish(
        self,
        show: str = "s",
        holder: str = "mei",
        codec: str = "video/h264",
        size: tuple[int, int] = (320, 240),
    ) -> Peer:
        peer = self.offering_publisher(codec, size)
        await peer.accept(await self.relay.publish(show, peer.session, holder, await peer.offer()))
        return peer

    async def watch(self, show: str = "s", holder: str | None = None, address: str = "") -> Peer:
        peer = self.offering_viewer()
        answer = await self.relay.watch(show, peer.session, await peer.offer(), holder=holder, address=address)
        await peer.accept(answer)
        return peer

    def offering_publisher(self, codec: str = "video/h264", size: tuple[int, int] = (320, 240)) -> Peer:
        """A peer that would send; nobody has been asked yet."""
        peer = self._peer()
        peer.connection.addTrack(Picture(size))
        peer.connection.addTrack(Tone())
        peer.prefer(codec)
        return peer

    def offering_viewer(self) -> Peer:
        """A peer that would receive; nobody has been asked yet."""
        peer = self._peer()
        peer.connection.addTransceiver("video", direction="recvonly")
        peer.connection.addTransceiver("audio", direction="recvonly")
        return peer

    def _peer(self) -> Peer:
        peer = Peer()
        self.peers.append(peer)
        return peer


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that happens in its own time; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is waited for happens in other processes and tasks
            await asyncio.sleep(0.02)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    return until


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    built = Stage()
    await built.relay.open()
    yield built
    await asyncio.gather(*(peer.close() for peer in built.peers))
    await built.relay.close()
