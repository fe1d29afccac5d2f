"""A slot of a show: one outgoing video and one outgoing audio that outlive their publishers.

Slot 0 is the host, slots 1 to 3 the callers. Whoever publishes, viewers see one endless stream per medium:
the same SSRC, continuous numbers, sender reports moved by the same offsets."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from media.core import rtcp
from media.core.codecs import OPUS, VP8, Codec
from media.core.frames import Frame, FrameCollector, Packet
from media.core.keyframes import KeyFrameRequests
from media.core.mapping import TrackMapping
from media.core.ring import PacketRing
from media.core.rtp import RtpHeader, rewrite
from media.egress import Egress, Outlet, SentFrame, equalise

Later = Callable[[float, Callable[[], None]], object]
Clock = Callable[[], float]


class Watching(Protocol):
    """What a slot wants of a viewer."""

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        """How the viewer gets this slot now; None if it gets nothing of it."""


@dataclass(slots=True, eq=False)
class Track:
    """One outgoing medium of a slot. `clock` is the publisher's last sender report: (source, NTP, time stamp,
    when it came)."""

    kind: str
    clock_rate: int
    ssrc: int = field(default_factory=lambda: 0x10000 + secrets.randbelow(0xFFFE0000))
    rtx_ssrc: int = field(default_factory=lambda: 0x10000 + secrets.randbelow(0xFFFE0000))
    codec: Codec | None = None
    ring: PacketRing = field(default_factory=PacketRing)
    mapping: TrackMapping = field(init=False)
    clock: tuple[int, int, int, float] | None = None
    packets: int = 0
    octets: int = 0
    frames: int = 0

    def __post_init__(self) -> None:
        # A low first number leaves the receiver's roll-over counter room to be guessed (RFC 3711 section
        # 3.3.1).
        self.mapping = TrackMapping(self.clock_rate, secrets.randbelow(4_096), secrets.randbits(32))

    def trip_ms(self, reported: rtcp.Reported, now: float) -> float | None:
        """The round trip that a viewer's report tells (RFC 3550 section 6.4.1), by the clock that our sender
        reports carry; None without one."""
        if self.clock is None or reported.lsr == 0:
            return None
        _, ntp, _, at = self.clock
        since = ((reported.lsr - (ntp >> 16) + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        trip = now - at - (since + reported.dlsr) / 65_536
        return round(max(trip, 0.0) * 1000, 1) if trip < 60 else None

    def report(self, now: float) -> bytes | None:
        """A sender report for this moment, moved on from the publisher's last one; None before the first."""
        if self.clock is None:
            return None
        source, ntp, timestamp, at = self.clock
        moved = self.mapping.map_timestamp(source, timestamp)
        if moved is None:
            return None
        passed = max(now - at, 0.0)
        return rtcp.sender_report(
            self.ssrc,
            ntp + int(passed * (1 << 32)),
            moved + int(passed * self.clock_rate),
            self.packets,
            self.octets,
        )


class Slot:
    """Packets of the slot's publisher in, frames to the slot's viewers out."""

    def __init__(self, index: int, egress: Egress, clock: Clock, later: Later) -> None:
        self.index = index
        self.video = Track("video", VP8.clock_rate)
        self.audio = Track("audio", OPUS.clock_rate)
        self._outlets: dict[Watching, Outlet] = {}
        self._snapshot: tuple[Outlet, ...] | None = ()
        self.ask_publisher: Callable[[], None] | None = None
        self._egress = egress
        self._clock = clock
        self._later = later
        self._collector = FrameCollector()
        self._keyframes = KeyFrameRequests()
        self._armed = False

    def track(self, kind: str) -> Track:
        """The outgoing track of a kind."""
        return self.video if kind == "video" else self.audio

    def attach(self, ask_publisher: Callable[[], None]) -> None:
        """A publisher takes the slot; `ask_publisher` asks it for a key frame."""
        self.ask_publisher = ask_publisher
        self._keyframes.restart()

    def detach(self) -> None:
        """The publisher has gone; the tracks stay for the next one."""
        self.ask_publisher = None

    def use(self, kind: str, codec: Codec, viewers: Iterable[Watching]) -> None:
        """The publisher sends this codec from now on: viewers get their payload type for it."""
        track = self.track(kind)
        if track.codec == codec:
            return
        track.codec = codec
        # A packet resent under another payload type would be another text under the same nonce.
        track.ring = PacketRing()
        self.refresh(viewers)

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Who gets this slot, and how: a snapshot, so that a batch that is being sent keeps its own. Alike ones
        stand together, because they share system calls."""
        if self._snapshot is None:
            self._snapshot = tuple(sorted(self._outlets.values(), key=lambda outlet: (outlet.video, outlet.audio)))
        return self._snapshot

    def refresh(self, viewers: Iterable[Watching]) -> None:
        """Work out anew how each viewer gets the slot."""
        self._outlets.clear()
        self._snapshot = None
        for viewer in viewers:
            self.joined(viewer)

    def joined(self, viewer: Watching) -> None:
        """One viewer more. Joins come in crowds, so nothing here may cost by the number of those who are there."""
        outlet = viewer.outlet(self.index, self.video.codec, self.audio.codec)
        if outlet is not None:
            self._outlets[viewer] = outlet
            self._snapshot = None

    def left(self, viewer: Watching) -> None:
        """One viewer less."""
        if self._outlets.pop(viewer, None) is not None:
            self._snapshot = None

    def push(self, kind: str, source: int, data: bytes, header: RtpHeader, *, late: bool = False) -> bool:
        """Take one packet of the publisher; False for a stray one. A late one goes out at once and alone: its
        frame has gone, and the one that is being collected must not be torn apart for it."""
        now = self._clock()
        track = self.track(kind)
        numbers = track.mapping.map(source, header.sequence, header.timestamp, now)
        if numbers is None:
            return False
        packet = Packet(*numbers, header.marker, rewrite(data, header, *numbers, track.ssrc))
        track.packets += 1
        track.octets += len(packet.data) - 12
        track.frames += header.marker
        if late:
            one = (packet,)
            self._emit(Frame(one, (), now) if kind == "video" else Frame((), one, now))
            track.ring.late(packet.sequence, now)
            return True
        for frame in self._collector.video(packet, now) if kind == "video" else self._collector.audio(packet, now):
            self._emit(frame)
        self._arm(now)
        return True

    def sender_report(self, kind: str, source: int, report: rtcp.SenderClock) -> None:
        """Pass the publisher's clock on to all viewers, in their numbers (lip sync)."""
        now = self._clock()
        track = self.track(kind)
        track.clock = (source, report.ntp, report.timestamp, now)
        compound = track.report(now)
        if compound is not None:
            self._egress.report(compound, self.outlets)

    def want_key_frame(self) -> None:
        """A viewer has joined or lost its picture."""
        if self.ask_publisher is None:
            return
        now = self._clock()
        if self._keyframes.ask(now):
            self.ask_publisher()
        else:
            due = self._keyframes.deadline()
            if due is not None:
                self._later(due - now, self._ask_again)

    def _ask_again(self) -> None:
        if self.ask_publisher is not None and self._keyframes.poll(self._clock()):
            self.ask_publisher()

    def _emit(self, frame: Frame) -> None:
        sent: SentFrame = equalise(
            [packet.data for packet in frame.video], [packet.data for packet in frame.audio], frame.arrived
        )
        for packet, data in zip(frame.video, sent.video, strict=True):
            self.video.ring.put(packet.sequence, data)
        self._egress.send(sent, self.outlets)

    def _arm(self, now: float) -> None:
        due = self._collector.deadline()
        if due is not None and not self._armed:
            self._armed = True
            self._later(max(due - now, 0.0), self._due)

    def _due(self) -> None:
        self._armed = False
        now = self._clock()
        for frame in self._collector.poll(now):
            self._emit(frame)
        self._arm(now)
