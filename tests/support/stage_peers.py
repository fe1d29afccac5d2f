"""Peers of a stage: publishers told apart by their grey and their tone, viewers with four slots of each kind."""

from __future__ import annotations

import array
import asyncio
import fractions
import itertools
import math
from collections import defaultdict, deque

import av
from aiortc import MediaStreamTrack, RTCBundlePolicy
from aiortc.mediastreams import MediaStreamError

from tests.media.conftest import Peer, until

SLOTS = 4
RATE = 48_000
WINDOW = 10  # packets of 20 ms that a tone is judged by
LOUD = 1_000


class Grey(MediaStreamTrack):
    """A still picture of one grey, ten frames a second."""

    kind = "video"

    def __init__(self, luma: int) -> None:
        super().__init__()
        self._luma = luma
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.1)
        frame = av.VideoFrame(160, 120, "yuv420p")
        for index, plane in enumerate(frame.planes):
            plane.update(bytes([128 if index else self._luma]) * plane.buffer_size)
        frame.pts, frame.time_base = self._count * 9_000, fractions.Fraction(1, 90_000)
        self._count += 1
        return frame


class Hum(MediaStreamTrack):
    """A sine of so many hertz."""

    kind = "audio"

    def __init__(self, hertz: int) -> None:
        super().__init__()
        self._hertz = hertz
        self._at = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(0.02)
        turn = 2 * math.pi * self._hertz / RATE
        samples = (int(math.sin(at * turn) * 12_000) for at in range(self._at, self._at + 960))
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(array.array("h", samples).tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, fractions.Fraction(1, RATE)
        self._at += 960
        return frame


class StageViewer(Peer):
    """What it sees and hears of each slot now. Its offer is video, audio, video, audio, …"""

    def __init__(self, slots: int = SLOTS) -> None:
        # Of many lines of a kind aiortc's usual policy starts the first alone.
        super().__init__(RTCBundlePolicy.MAX_BUNDLE)
        self.pictures: dict[int, int] = defaultdict(int)
        self.lumas: dict[int, int] = {}
        self._heard: dict[int, deque[tuple[int, int]]] = defaultdict(lambda: deque(maxlen=WINDOW))
        for _ in range(slots):
            self.connection.addTransceiver("video", direction="recvonly")
            self.connection.addTransceiver("audio", direction="recvonly")

    def forget(self) -> None:
        """From now on only what comes now is seen and heard."""
        self.pictures.clear()
        self.lumas.clear()
        self._heard.clear()

    def sees(self) -> dict[int, int]:
        """The grey of each slot, to the nearest ten."""
        return {slot: round(luma, -1) for slot, luma in sorted(self.lumas.items())}

    def hears(self) -> dict[int, int]:
        """The tone of each slot that is not silent, to the nearest hundred hertz."""
        found = {}
        for slot, packets in sorted(self._heard.items()):
            if len(packets) == WINDOW and min(loudest for loudest, _ in packets) > LOUD:
                found[slot] = round(sum(crossings for _, crossings in packets) / 2 / (WINDOW * 0.02), -2)
        return {slot: int(hertz) for slot, hertz in found.items()}

    def _slot(self, track: MediaStreamTrack) -> int:
        alike = [each for each in self.connection.getTransceivers() if each.kind == track.kind]
        return next(slot for slot, each in enumerate(alike) if each.receiver.track is track)

    async def _drain(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            slot = self._slot(track)
            if isinstance(frame, av.VideoFrame):
                self.pictures[slot] += 1
                self.lumas[slot] = bytes(frame.planes[0])[frame.planes[0].line_size * 60 + 80]
            elif isinstance(frame, av.AudioFrame):
                samples = array.array("h", bytes(frame.planes[0])[: frame.samples * 4])[::2]
                signs = [sample >= 0 for sample in samples]
                crossings = sum(one != other for one, other in itertools.pairwise(signs))
                self._heard[slot].append((max(samples), crossings))


def performer(luma: int, hertz: int) -> Peer:
    """Somebody with a camera and a microphone."""
    peer = Peer()
    peer.connection.addTrack(Grey(luma))
    peer.connection.addTrack(Hum(hertz))
    return peer


async def settles(viewer: StageViewer, sees: dict[int, int], hears: dict[int, int]) -> None:
    """It sees and hears this and nothing else, once what was on its way has come. Somebody must send in slot 0."""
    for _ in range(4):
        viewer.forget()
        await until(lambda: viewer.pictures[0] > WINDOW)
        if (viewer.sees(), viewer.hears()) == (sees, hears):
            return
    assert (viewer.sees(), viewer.hears()) == (sees, hears)
