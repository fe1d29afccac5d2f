"""A slot with layers and a virtual clock, and viewers that keep what they are sent."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from media.core.allowance import Allowance
from media.core.codecs import OPUS, VP8, Codec
from media.core.renumber import STRAIGHT, renumbered
from media.core.rtp import HEADER_BYTES, parse_header, plain_header, sequence_delta
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.slots import Slot
from media.subscription import Subscription
from media.tracks import Origin

RIDS = ("l", "m", "h")
KEY, DELTA, LATER = b"\x10\x00", b"\x10\x01", b"\x00\x01"


class Viewer:
    """Keeps what it is sent, in its own numbers."""

    def __init__(self, world: World, video: int = 96, audio: int = 111) -> None:
        self.pinned: float | None = None
        self.prompt = False
        self.shown = 1.0
        self.video: list[bytes] = []
        self.audio: list[bytes] = []
        self.probed: list[tuple[float, int]] = []
        self.clocks = 0
        self._world = world
        self.arrived: list[float] = []
        self._numbers = (video, audio)

    def allowance(self) -> Allowance:
        return Allowance(0, 0)

    def probe(self, subscription: Subscription, octets: int) -> None:
        self.probed.append((self._world.now, octets))

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        self.clocks += 1

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        numbers = [-1 if codec is None else number for codec, number in zip((video, audio), self._numbers, strict=True)]
        path: Any = self
        return Outlet(path, numbers[0], numbers[1]) if max(numbers) >= 0 else None

    def heard(self, packets: int) -> None:
        self.arrived += [self._world.now] * packets

    def size(self, index: int) -> float:
        return self.shown

    def pictures(self) -> list[str]:
        """What it saw, by the text of the packets."""
        return [packet[HEADER_BYTES + 2 :].decode().split()[0] for packet in self.video]

    def steps(self) -> set[int]:
        """Differences between one sequence number and the next."""
        numbers = [parse_header(packet).sequence for packet in self.video]
        return {sequence_delta(after, before) for before, after in itertools.pairwise(numbers)}


class Handing(Egress):
    """Hands everything to the viewers."""

    def __init__(self) -> None:
        self.counters = Counters()

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        for outlet in outlets:
            viewer: Any = outlet.path
            if outlet.video >= 0:
                viewer.video += [renumbered(each, frame.codec, outlet.shift or STRAIGHT) for each in frame.video]
            if outlet.audio >= 0:
                viewer.audio += frame.audio
                viewer.heard(len(frame.audio))

    hurry = send

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        pass


class World:
    """A publisher of three layers, and a clock."""

    def __init__(self, *rids: str) -> None:
        self.now = 100.0
        self.asked: list[str] = []
        self.viewers: list[Viewer] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.slot = Slot(0, Handing(), lambda: self.now, self.later)
        self.attach(*(rids or RIDS))

    def attach(self, *rids: str) -> None:
        self.slot.attach(self.asked.append, rids)

    def codecs(self, codec: Codec = VP8) -> None:
        self.slot.use("video", codec, self.viewers)
        self.slot.use("audio", OPUS, self.viewers)

    def join(self, **numbers: int) -> Viewer:
        viewer = Viewer(self, **numbers)
        self.viewers.append(viewer)
        self.slot.joined(viewer)
        return viewer

    def pin(self, viewer: Viewer, layer: float | None) -> None:
        viewer.pinned = self.slot.subscriptions[viewer].choice.pinned = layer
        self.slot.choose(viewer, self.now)

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._timers, (self.now + delay, self._count, callback))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._timers)
            callback()
        self.now = until

    def push(self, rid: str, number: int, head: bytes, *, late: bool = False, size: int = 20, source: int = 0) -> bool:
        origin = Origin("video", source or 1 + RIDS.index(rid), rid)
        packet = plain_header(0xE0, number & 0xFFFF, number * 3_000 & 0xFFFFFFFF, 7) + head + f"{rid}{number} ".encode()
        return self.slot.push(origin, packet + bytes(size), parse_header(packet), late=late)

    def speak(self, number: int, *, late: bool = False) -> None:
        packet = plain_header(111, number & 0xFFFF, number * 960, 8) + b"sound"
        self.slot.push(Origin("audio", 9), packet, parse_header(packet), late=late)

    def play(self, first: int, count: int, rids: Sequence[str] = RIDS, sizes: Sequence[int] = (40, 160, 600)) -> None:
        """Frames of one packet at 30 a second; a key frame when one was asked for."""
        for number in range(first, first + count):
            for rid, size in zip(rids, sizes, strict=False):
                key = rid in self.asked or number == 0
                self.asked[:] = [each for each in self.asked if each != rid]
                self.push(rid, number, KEY if key else DELTA, size=size)
            if number % 15 == 0:
                self.slot.tick(self.now)
            self.sleep(1 / 30)

    def layer(self, viewer: Viewer) -> str:
        return self.slot.subscriptions[viewer].wanted.rid
