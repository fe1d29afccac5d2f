"""The two ends of a relay's links, with stock behaviour: a browser that sends and one that watches.

Between them are the relay's own publisher, slot and viewer; only encryption and sockets are left out."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiortc import rtp as foreign

from media.core import rtcp, transport_cc
from media.core.codecs import VP8
from media.core.negotiation import AcceptedLine
from media.core.renumber import STRAIGHT, renumbered
from media.core.rtp import parse_header, sequence_delta, with_payload_type
from media.core.rtx import unwrap, wrap
from media.counters import Counters
from media.egress import Egress, Outlet, Path, SentFrame
from media.errors import FormatError
from media.feedback import Feedback
from media.publisher import Publisher
from media.slots import Slot
from media.tracks import Clock
from media.viewer import Viewer
from tests.sim.link import Link, Weather, World

SSRC, RTX_SSRC = 7, 8
NUMBERED = {transport_cc.URI: 3}
LINE = AcceptedLine(
    "video", 0, {96: VP8}, (SSRC, RTX_SSRC), {96: 97}, frozenset({96}), {RTX_SSRC: SSRC}, NUMBERED, answers_pli=True
)
PACKETS_PER_FRAME, FRAMES_PER_S = 6, 30


class Camera:
    """A browser that publishes: 30 frames a second of 6 packets, RTX on NACK once in a round trip."""

    def __init__(self, world: World, sequence: int, timestamp: int, transport: int) -> None:
        self.up: Link
        self.sent_at: dict[int, float] = {}
        self.key_frames_asked = 0
        self.told: list[bytes] = []
        self._world = world
        self._first = sequence
        self._timestamp = timestamp
        self._transport = transport
        self._rtx = sequence
        self._history: dict[int, bytes] = {}
        self._again: dict[int, float] = {}

    def play(self, seconds: float) -> None:
        """Frames for so long; `sent_at` is by payload number, which never wraps."""
        for frame in range(int(seconds * FRAMES_PER_S)):
            self._world.later(frame / FRAMES_PER_S, partial(self._frame, frame))

    def _frame(self, frame: int) -> None:
        timestamp = (self._timestamp + frame * 3_000) & 0xFFFFFFFF
        for index in range(PACKETS_PER_FRAME):
            number = frame * PACKETS_PER_FRAME + index
            sequence = (self._first + number) & 0xFFFF
            # A VP8 descriptor with the start bit where a picture begins, and a picture that is a key frame.
            payload = (b"\0\0" if index else b"\x10\0") + number.to_bytes(4, "big") + bytes(40 + number % 3)
            marker = int(index == PACKETS_PER_FRAME - 1)
            packet = foreign.RtpPacket(96, marker, sequence, timestamp, SSRC, payload).serialize()
            self._history[sequence] = packet
            self.sent_at[number] = self._world.now
            self._send(packet)

    def feedback(self, compound: bytes) -> None:
        if compound[8:10] == b"\x8f\xcd":
            self.told.append(compound[8:])
            return
        for event in rtcp.read(compound):
            if isinstance(event, rtcp.KeyFrameWanted):
                self.key_frames_asked += 1
            if isinstance(event, rtcp.Missing):
                for sequence in event.sequences:
                    self._resend(sequence)

    def _resend(self, sequence: int) -> None:
        packet = self._history.get(sequence)
        if packet is None or self._world.now - self._again.get(sequence, 0.0) < 0.05:
            return
        self._again[sequence] = self._world.now
        self._rtx = (self._rtx + 1) & 0xFFFF
        self._send(with_payload_type(wrap(packet, self._rtx, RTX_SSRC), 97))

    def _send(self, packet: bytes) -> None:
        self._transport = (self._transport + 1) & 0xFFFF
        numbered = b"\xbe\xde\x00\x01\x31" + self._transport.to_bytes(2, "big") + b"\0"
        self.up.send(bytes([packet[0] | 0x10]) + packet[1:12] + numbered + packet[12:])


class Screen:
    """A browser that watches: NACK after each gap, again after each round trip, at most ten times."""

    def __init__(self, world: World, ssrc: int, rtx: int) -> None:
        self.up: Link
        self.got_at: dict[int, float] = {}
        self.numbers: list[tuple[int, int]] = []
        self.again = 0
        self._world = world
        self._ssrcs = (ssrc, rtx)
        self._highest: int | None = None
        self._missing: dict[int, tuple[float, int]] = {}
        self.plain: dict[tuple[int, int], bytes] = {}

    def take(self, packet: bytes) -> None:
        header = parse_header(packet)
        if header.ssrc == self._ssrcs[1]:
            self.again += 1
            found = unwrap(packet, header, 96, self._ssrcs[0])
            assert found is not None
            packet, header = found
        assert header.ssrc == self._ssrcs[0]
        self._count(header.sequence)
        end = len(packet) - header.padding
        number = int.from_bytes(packet[header.payload_at + 2 : header.payload_at + 6], "big")
        assert end - header.payload_at == 46 + number % 3
        self.numbers.append((header.sequence, header.timestamp))
        self.got_at.setdefault(number, self._world.now)

    def watch(self, rtt_s: float) -> None:
        """Ask for what is due, for ever."""
        due = [number for number, (at, tries) in self._missing.items() if self._world.now >= at and tries < 10]
        for number in due:
            _, tries = self._missing[number]
            self._missing[number] = (self._world.now + rtt_s, tries + 1)
        if due:
            self.up.send(rtcp.missing(self._ssrcs[0], [number & 0xFFFF for number in due]))
        self._world.later(0.005, lambda: self.watch(rtt_s))

    def _count(self, sequence: int) -> None:
        if self._highest is None:
            self._highest = sequence
        number = self._highest + sequence_delta(sequence, self._highest & 0xFFFF)
        for each in range(self._highest + 1, number):
            self._missing[each] = (self._world.now + 0.005, 0)
        self._highest = max(self._highest, number)
        self._missing.pop(number, None)


class Wire(Egress):
    """The relay's sending side with links in place of sockets. What would be encrypted twice under one nonce
    must be the same text."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.links: dict[int, Link] = {}
        self._sealed: dict[tuple[int, int, int], bytes] = {}

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        for outlet in outlets:
            for packet in frame.video if outlet.video >= 0 else ():
                moved = renumbered(packet, frame.codec, outlet.shift or STRAIGHT)
                self._seal(with_payload_type(moved, outlet.video), outlet.path)

    def resend(self, packets: Sequence[bytes], payload_type: int, path: Path) -> None:
        for packet in packets:
            self._seal(with_payload_type(packet, payload_type), path)

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        pass

    def _seal(self, packet: bytes, path: Path) -> None:
        header = parse_header(packet)
        # Sequence numbers come round after 65,536; a text from so long ago is another roll-over's.
        key = (id(path), header.ssrc, header.sequence)
        known = self._sealed.get(key)
        same_round = (
            known is not None
            and abs(sequence_delta(header.timestamp >> 14 & 0xFFFF, parse_header(known).timestamp >> 14 & 0xFFFF)) < 500
        )
        assert not same_round or known == packet, "two texts under one nonce"
        self._sealed[key] = packet
        self.links[id(path)].send(packet)


class Relayed:
    """camera → link → publisher, slot, viewer → link → screen."""

    def __init__(self, seed: int, up: Weather, down: Weather, numbers: tuple[int, int, int] = (0, 0, 0)) -> None:
        rng = random.Random(seed)
        self.world = world = World()
        self.camera = Camera(world, *numbers)
        self.wire = Wire()
        slot = Slot(0, self.wire, lambda: world.now, world.later)
        self.slot = slot
        told = Link(world, Weather(up.delay_s, loss=up.loss), rng, self.camera.feedback)
        sender: Any = _Sender(told)
        feedback = Feedback(sender, 2_500_000, self.wire.counters, lambda: world.now, world.later)
        self.publisher = Publisher(sender, "mei", slot, [LINE], feedback)
        self.camera.up = Link(world, up, rng, _quietly(lambda data: self.publisher.take_rtp(data, world.now)))
        path: Any = object()
        self.publisher.connected(path, world.now)
        receiver: Any = _Sender(told)
        self.viewer = Viewer(receiver, [LINE], lambda: (slot,), self.wire)
        self.publisher.viewers = lambda: (self.viewer,)
        self.screen = Screen(world, slot.video.ssrc, slot.video.rtx_ssrc)
        self.wire.links[id(path)] = Link(world, down, rng, self.screen.take)
        back = Weather(down.delay_s, loss=down.loss)
        self.screen.up = Link(world, back, rng, lambda data: self.viewer.take_rtcp(rtcp.read(data), world.now))
        self.viewer.connected(path, world.now)
        slot.layers[0].flow.clock = Clock(0, 1 << 40, 0, world.now)
        self._rtt = 2 * down.delay_s

    def run(self, seconds: float) -> None:
        """Play, and let the last repairs come through."""
        self.screen.watch(self._rtt + 0.01)
        self._report()
        self.camera.play(seconds)
        self.world.run(seconds + 2.0)

    def _report(self) -> None:
        """A receiver report each second tells the round trip."""
        now, rtt = self.world.now, self._rtt
        ntp = (1 << 40) + int((now - 1_000.0) * (1 << 32))
        reported = rtcp.Reported(self.slot.video.ssrc, 0, 0, ntp >> 16 & 0xFFFFFFFF, 0)
        self.world.later(rtt, lambda: self.viewer.take_rtcp([reported], self.world.now))
        self.world.later(1.0, self._report)

    def in_time(self, within_s: float) -> float:
        """The share of all packets that reached the screen this soon after they were sent."""
        sent, got = self.camera.sent_at, self.screen.got_at
        return sum(got.get(number, 1e9) - at <= within_s for number, at in sent.items()) / len(sent)


class _Sender:
    """What feedback goes to."""

    born = 0.0

    def __init__(self, link: Link) -> None:
        self._link = link

    def send_rtcp(self, compound: bytes) -> None:
        self._link.send(compound)


def _quietly(take: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """As a session does: what the publisher may not send costs a counter. SRTP drops what comes twice."""
    seen: dict[bytes, None] = {}

    def receive(data: bytes) -> None:
        key = data[2:16] + data[16:24]
        if key in seen:
            return
        seen[key] = None
        if len(seen) > 10_000:
            del seen[next(iter(seen))]
        with contextlib.suppress(FormatError):
            take(data)

    return receive
