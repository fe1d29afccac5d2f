"""What goes out of a slot: its video and audio as viewers know them, and a publisher's streams in their numbers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import NamedTuple

from media.core import rtcp
from media.core.codecs import Codec
from media.core.frames import Packet
from media.core.mapping import TrackMapping
from media.core.pictures import NOTHING, start
from media.core.rtp import RtpHeader, rewrite


class Origin(NamedTuple):
    """Where a packet comes from: `source` is unique in the process, as SSRCs of two publishers may be the same; `rid`
    is the layer of simulcast, empty without it."""

    kind: str
    source: int
    rid: str = ""


class Clock(NamedTuple):
    """A publisher's sender report: at NTP time `ntp` (64 bit) its media clock stood at `timestamp`; when it came."""

    source: int
    ntp: int
    timestamp: int
    at: float


def _ssrc() -> int:
    return 0x10000 + secrets.randbelow(0xFFFE0000)


@dataclass(slots=True, eq=False)
class Track:
    """One outgoing medium of a slot, which keeps its SSRCs whoever publishes."""

    kind: str
    clock_rate: int
    ssrc: int = field(default_factory=_ssrc)
    rtx_ssrc: int = field(default_factory=_ssrc)
    codec: Codec | None = None


class Flow:
    """One stream of a publisher (the audio, or a layer of the video) in outgoing numbers."""

    __slots__ = ("clock", "frames", "mapping", "octets", "packets", "paused_at", "track")

    def __init__(self, track: Track) -> None:
        self.track = track
        # A low first number leaves the receiver's roll-over counter room to be guessed (RFC 3711 section 3.3.1).
        self.mapping = TrackMapping(track.clock_rate, secrets.randbelow(4_096), secrets.randbits(32))
        self.clock: Clock | None = None
        self.packets = 0
        self.octets = 0
        self.frames = 0
        self.paused_at = 0

    def pause(self) -> None:
        """Nobody gets it until `go_on`."""
        self.paused_at = self.mapping.next_sequence

    def go_on(self) -> None:
        self.mapping.catch_up(self.paused_at)

    def take(
        self, origin: Origin, data: bytes, header: RtpHeader, now: float, beside: int | None = None
    ) -> Packet | None:
        """A packet in outgoing numbers; None for a stray one. A new stream begins at the time stamp `beside`."""
        numbers = self.mapping.map(origin.source, header.sequence, header.timestamp, now, beside)
        if numbers is None:
            return None
        codec = self.track.codec
        begins = start(codec, data[header.payload_at : header.payload_at + 64]) if origin.kind == "video" else NOTHING
        packet = Packet(*numbers, header.marker, rewrite(data, header, *numbers, self.track.ssrc), begins)
        self.packets += 1
        self.octets += len(packet.data) - 12
        self.frames += header.marker
        return packet

    def trip_ms(self, reported: rtcp.Reported, now: float) -> float | None:
        """The round trip that a viewer's report tells (RFC 3550 section 6.4.1), by the clock that our sender
        reports carry; None without one."""
        if self.clock is None or reported.lsr == 0:
            return None
        since = ((reported.lsr - (self.clock.ntp >> 16) + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        trip = now - self.clock.at - (since + reported.dlsr) / 65_536
        return round(max(trip, 0.0) * 1000, 1) if trip < 60 else None

    def outgoing(self, clock: Clock) -> int | None:
        """The outgoing time stamp at a moment of the publisher's clock; None unless it is of the current source."""
        return self.mapping.map_timestamp(clock.source, clock.timestamp)

    def report(self, now: float) -> bytes | None:
        """A sender report for this moment, moved on from the publisher's last one; None before the first."""
        moved = None if self.clock is None else self.outgoing(self.clock)
        if self.clock is None or moved is None:
            return None
        passed = max(now - self.clock.at, 0.0)
        return rtcp.sender_report(
            self.track.ssrc,
            self.clock.ntp + int(passed * (1 << 32)),
            moved + int(passed * self.track.clock_rate),
            self.packets,
            self.octets,
        )

    def align(self, other: Flow) -> None:
        """Let equal moments of the publisher have equal time stamps in both flows, by their sender reports."""
        if self.clock is None or other.clock is None:
            return
        there = other.outgoing(other.clock)
        if there is not None:
            passed = (self.clock.ntp - other.clock.ntp) * self.track.clock_rate >> 32
            self.mapping.align(self.clock.source, self.clock.timestamp, (there + passed) & 0xFFFFFFFF)
