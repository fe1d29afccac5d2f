"""A browser that sends three layers, and one that watches: it asks again, reports, and estimates what fits.

The estimate is libwebrtc's in short: what comes in when a queue grows, times 0.85; else 8 % more each second, at most
1.5 times what comes in; nothing for the first five seconds unless a queue grows (AimdRateControl)."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from aiortc import rtp as foreign

from media.core import rtcp, transport_cc
from media.core.codecs import VP8
from media.core.negotiation import REPAIRED_RID_URI, RID_URI, AcceptedLine
from media.core.pictures import picture_numbers, start
from media.core.rtp import MARKER, parse_header, plain_header, sequence_delta
from media.core.rtx import unwrap
from media.egress import Outlet, Path
from media.feedback import Feedback
from media.publisher import Publisher
from media.slots import Slot
from media.viewer import Viewer
from tests.sim.link import Link, Weather, World
from tests.sim.peers import Wire, _quietly, _Sender

RIDS = ("l", "m", "h")
RATES = {"l": 150_000, "m": 500_000, "h": 1_700_000}
FPS = 30
KEY_FRAME = 6  # times another frame
EXTENSIONS = {transport_cc.URI: 3, RID_URI: 4, REPAIRED_RID_URI: 5}
OFFERED = AcceptedLine("video", 0, {96: VP8}, (), {96: 97}, frozenset({96}), {}, EXTENSIONS, RIDS, answers_pli=True)
WANTED = AcceptedLine("video", 0, {96: VP8}, (), {96: 97})


@dataclass(slots=True)
class Encoder:
    """One layer's numbers, all of its own."""

    ssrc: int
    sequence: int
    timestamp: int
    picture: int
    tl0: int
    key: bool = True
    on: bool = True


class Camera:
    """Three layers of one picture. A key frame comes when asked for, and never else."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.up: Link
        self.asked: list[str] = []
        self.layers = {
            rid: Encoder(
                10 + at, rng.randrange(65_536), rng.randrange(1 << 32), rng.randrange(1 << 15), rng.randrange(256)
            )
            for at, rid in enumerate(RIDS)
        }
        self._world = world

    def play(self, seconds: float) -> None:
        for frame in range(int(seconds * FPS)):
            self._world.later(frame / FPS, partial(self._frame, frame))
        for second in range(int(seconds)):
            self._world.later(second + 0.4, self._report)

    def feedback(self, compound: bytes) -> None:
        for event in rtcp.read(compound) if compound[8:10] != b"\x8f\xcd" else []:
            if isinstance(event, rtcp.KeyFrameWanted):
                rid = next(rid for rid, layer in self.layers.items() if layer.ssrc == event.ssrc)
                self.asked.append(rid)
                self.layers[rid].key = True

    def _report(self) -> None:
        ntp = int((self._world.now + 1_000) * (1 << 32))
        for layer in self.layers.values():
            if layer.on:
                self.up.send(rtcp.sender_report(layer.ssrc, ntp, self._stamp(layer, self._world.now), 0, 0))

    def _stamp(self, layer: Encoder, now: float) -> int:
        return (layer.timestamp + round((now - 1_000) * 90_000)) & 0xFFFFFFFF

    def _frame(self, frame: int) -> None:
        for rid, layer in self.layers.items():
            if layer.on:
                self._layer_frame(frame, rid, layer)

    def _layer_frame(self, frame: int, rid: str, layer: Encoder) -> None:
        octets = RATES[rid] // 8 // FPS * (KEY_FRAME if layer.key else 1)
        count = -(-octets // 1_100)
        timestamp = self._stamp(layer, self._world.now)
        for index in range(count):
            head = bytes([0x90 if index == 0 else 0x80, 0xC0]) + (0x8000 | layer.picture).to_bytes(2, "big")
            head += bytes([layer.tl0, 0 if layer.key else 1])
            body = frame.to_bytes(4, "big") + rid.encode() + bytes([layer.key]) + bytes(octets // count)
            packet = plain_header(96 | (MARKER if index == count - 1 else 0), layer.sequence, timestamp, layer.ssrc)
            named = b"\xbe\xde\0\1" + bytes([EXTENSIONS[RID_URI] << 4]) + rid.encode() + b"\0\0"
            self.up.send(bytes([packet[0] | 0x10]) + packet[1:] + named + head + body)
            layer.sequence = (layer.sequence + 1) & 0xFFFF
        layer.key = False
        layer.picture = (layer.picture + 1) & 0x7FFF
        layer.tl0 = (layer.tl0 + 1) & 0xFF


class Seen(NamedTuple):
    """A packet at the viewer, by its own unwrapped number."""

    timestamp: int
    picture: int
    tl0: int
    begins: bool
    frame: int
    rid: str
    key: bool


class Player:
    """The watching browser; `seen` is by unwrapped sequence number."""

    def __init__(self, world: World, slot: Slot, *, estimates: bool = True) -> None:
        self.up: Link
        self.seen: dict[int, Seen] = {}
        self.layers: list[tuple[float, str]] = []
        self.probed = 0
        self._world = world
        self._slot = slot
        self._highest: int | None = None
        self._missing: dict[int, tuple[float, int]] = {}
        self._received = 0
        self._report = (0, 0)
        self._clock: tuple[int, float] | None = None
        self._estimates = Estimator() if estimates else None

    def take(self, packet: bytes) -> None:
        now = self._world.now
        if 192 <= packet[1] <= 223:
            for event in rtcp.read(packet):
                if isinstance(event, rtcp.SenderClock) and event.ssrc == self._slot.video.ssrc:
                    self._clock = (event.ntp >> 16 & 0xFFFFFFFF, now)
            return
        header = parse_header(packet)
        if self._estimates is not None:
            self._estimates.packet(len(packet), now)
        repaired = header.ssrc == self._slot.video.rtx_ssrc
        if repaired:
            found = unwrap(packet, header, 96, self._slot.video.ssrc)
            assert found is not None
            packet, header = found
        else:
            self._received += 1
        number = self._number(header.sequence)
        self._missing.pop(number, None)
        payload = packet[header.payload_at :]
        numbers = picture_numbers(payload)
        assert numbers is not None
        body = payload[6:]
        seen = Seen(
            header.timestamp,
            numbers.number,
            numbers.tl0,
            start(VP8, payload).begins,
            int.from_bytes(body[:4], "big"),
            chr(body[4]),
            bool(body[5]),
        )
        if number in self.seen:
            self.probed += 1
            assert self.seen[number] == seen
        if self._estimates is not None and not repaired:  # what is repaired says nothing about the path
            self._estimates.frame(seen.frame / FPS, now)
        self.seen[number] = seen
        if not self.layers or (self.layers[-1][1] != seen.rid and number == self._highest):
            self.layers.append((now, seen.rid))

    def live(self) -> None:
        """NACKs each 10 ms, reports each second, for ever."""
        now = self._world.now
        due = [number for number, (at, tries) in self._missing.items() if now >= at and tries < 10]
        for number in due:
            self._missing[number] = (now + 0.12, self._missing[number][1] + 1)
        if due:
            # A browser reports with each NACK, of the few packets since the report before.
            told = (
                self._receiver_report() + rtcp.missing(self._slot.video.ssrc, [each & 0xFFFF for each in due[:200]])[8:]
            )
            self.up.send(told)
        self._world.later(0.01, self.live)

    def report(self) -> None:
        """A receiver report and REMB."""
        if self._highest is not None:
            compound = self._receiver_report()
            bps = None if self._estimates is None else self._estimates.look(self._world.now)
            self.up.send(compound if bps is None else compound + rtcp.estimate(int(bps), [self._slot.video.ssrc]))
        self._world.later(1.0, self.report)

    def _receiver_report(self) -> bytes:
        expected, received = self._highest or 0, self._received  # what came as a repair counts as lost
        interval = expected - self._report[0]
        lost = max(interval - (received - self._report[1]), 0)
        self._report = (expected, received)
        lsr, at = self._clock or (0, 0.0)
        info = foreign.RtcpReceiverInfo(
            ssrc=self._slot.video.ssrc,
            fraction_lost=min(lost * 256 // interval, 255) if interval > 0 else 0,
            packets_lost=0,
            highest_sequence=expected & 0xFFFFFFFF,
            jitter=0,
            lsr=lsr,
            dlsr=int((self._world.now - at) * 65_536) if lsr else 0,
        )
        return rtcp.receiver_report([info])

    def _number(self, sequence: int) -> int:
        if self._highest is None:
            self._highest = 0x10000 + sequence
            self._report = (self._highest - 1, 0)
        number = self._highest + sequence_delta(sequence, self._highest & 0xFFFF)
        for each in range(self._highest + 1, number):
            self._missing[each] = (self._world.now + 0.01, 0)
        self._highest = max(self._highest, number)
        return number


@dataclass(slots=True)
class Estimator:
    """What the browser believes."""

    bps: float | None = None
    _arrived: deque[tuple[float, int]] = field(default_factory=deque)
    _began: float | None = None
    _least: float = 1e9
    _delay: float = 0.0
    _before: float = 0.0

    def packet(self, octets: int, now: float) -> None:
        self._began = now if self._began is None else self._began
        self._arrived.append((now, octets))
        while now - self._arrived[0][0] > 1.0:
            self._arrived.popleft()

    def frame(self, sent: float, now: float) -> None:
        """How much later than the fastest one this frame came."""
        delay = now - sent
        self._least = min(self._least, delay)
        self._delay = delay - self._least

    def look(self, now: float) -> float | None:
        incoming = sum(octets for _, octets in self._arrived) * 8.0
        growing, self._before = self._delay > self._before + 0.02, self._delay
        if growing:
            reduced = 0.85 * incoming
            self.bps = reduced if self.bps is None else min(self.bps, reduced)
        elif self.bps is None:
            if self._began is not None and now - self._began > 5:
                self.bps = incoming
        else:
            self.bps = max(min(self.bps * 1.08, 1.5 * incoming + 10_000), 30_000)
        return self.bps


class Staged:
    """camera → relay → link → player."""

    def __init__(self, seed: int, down: Weather, *, estimates: bool = True) -> None:
        self.rng = rng = random.Random(seed)
        self.world = world = World()
        self.camera = Camera(world, rng)
        self.wire = ReportingWire()
        self.slot = slot = Slot(0, self.wire, lambda: world.now, world.later)
        told = Link(world, Weather(0.02), rng, self.camera.feedback)
        sender: Any = _Sender(told)
        feedback = Feedback(sender, 5_000_000, self.wire.counters, lambda: world.now, world.later)
        self.publisher = Publisher(sender, "mei", slot, [OFFERED], feedback)
        self.camera.up = Link(world, Weather(0.02), rng, _quietly(self._take))
        path: Any = object()
        self.publisher.connected(path, world.now)
        receiver: Any = self
        self.viewer = Viewer(receiver, [WANTED], lambda: (slot,), self.wire)
        self.publisher.viewers = lambda: (self.viewer,)
        self.player = Player(world, slot, estimates=estimates)
        self.down = self.wire.links[id(path)] = Link(world, down, rng, self.player.take)
        self.player.up = Link(world, Weather(down.delay_s), rng, self._take_viewers)
        self.viewer.joined = lambda: slot.joined(self.viewer)
        self.path = path
        self._tick()

    def join(self) -> None:
        """The viewer arrives."""
        self.viewer.connected(self.path, self.world.now)
        self.player.live()
        self.world.later(1.0, self.player.report)

    def _take(self, data: bytes) -> None:
        if 192 <= data[1] <= 223:
            self.publisher.take_rtcp(rtcp.read(data), self.world.now)
        else:
            self.publisher.take_rtp(data, self.world.now)

    def _take_viewers(self, data: bytes) -> None:
        self.viewer.take_rtcp(rtcp.read(data), self.world.now)

    def send_rtcp(self, compound: bytes) -> None:
        """To the viewer alone."""
        self.down.send(compound)

    def _tick(self) -> None:
        self.publisher.tick(self.world.now)
        self.slot.tick(self.world.now)
        self.world.later(0.5, self._tick)

    def watched(self, first: float, last: float) -> list[str]:
        """The layers that the player was on between two moments after the start, in order."""
        before = [rid for at, rid in self.player.layers if at - 1_000 <= first]
        return before[-1:] + [rid for at, rid in self.player.layers if first < at - 1_000 <= last]


class ReportingWire(Wire):
    """Sender reports reach the viewers too."""

    def report(self, compound: bytes, outlets: Any) -> None:
        for outlet in outlets:
            self._report_to(compound, outlet)

    def _report_to(self, compound: bytes, outlet: Outlet) -> None:
        path: Path = outlet.path
        self.links[id(path)].send(compound)
