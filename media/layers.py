"""A layer of a slot's video: its frames, its recent packets, and who gets it. Without simulcast there is one.

Numbers are the layer's own; a viewer that comes from another layer has its own difference to them."""

from __future__ import annotations

from typing import Protocol

from media.core.frames import Frame, FrameCollector, Packet
from media.core.groups import KeyFrameGroup
from media.core.journey import Journey
from media.core.keyframes import KeyFrameRequests
from media.core.renumber import Edge, numbers_of
from media.core.ring import PacketRing
from media.core.rtp import sequence_delta
from media.egress import Outlet, SentFrame, equalise
from media.tracks import Flow, Track

ACTIVE_S = 1.0  # a layer that has been silent for longer is not there (browsers switch layers off)
STEADY_LOOKS = 4
IMPATIENT_S = 4.0  # whoever waits so long for a key frame gets what there is: it may be one that we do not know


class Rider(Protocol):
    """What a layer wants of those who get it or wait for it."""

    journey: Journey
    since: float
    prompt: bool

    def board(self, layer: Layer, first: Edge, now: float) -> None:
        """The key frame is there: `first` is its first packet."""


class Layer:
    """`seats` are those who get its packets, `arriving` those who wait for its next key frame; `edge` is the last
    packet that was sent, `last` when one came in."""

    def __init__(self, rid: str, track: Track) -> None:
        self.rid = rid
        self.flow = Flow(track)
        self.ring = PacketRing()
        self.ring.restart(track.codec)
        self.collector = FrameCollector()
        self.keyframes = KeyFrameRequests()
        self.seats: dict[Rider, Outlet] = {}
        self.arriving: dict[Rider, None] = {}
        self.group = KeyFrameGroup()
        self.edge: Edge | None = None
        self.last = float("-inf")
        self.meter = Meter()
        self._snapshots: tuple[tuple[Outlet, ...], tuple[Outlet, ...]] | None = ((), ())

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Who of the audience gets this layer, and how: a snapshot, so that a batch that is being sent keeps its own.
        Alike ones stand together, because they share system calls."""
        return self._seated[0]

    @property
    def prompt(self) -> tuple[Outlet, ...]:
        """The same of those on stage: what they get waits for nothing."""
        return self._seated[1]

    @property
    def _seated(self) -> tuple[tuple[Outlet, ...], tuple[Outlet, ...]]:
        if self._snapshots is None:
            patient = (outlet for rider, outlet in self.seats.items() if not rider.prompt)
            prompt = (outlet for rider, outlet in self.seats.items() if rider.prompt)
            alike = sorted(patient, key=lambda outlet: (outlet.video, outlet.audio))
            self._snapshots = tuple(alike), tuple(prompt)
        return self._snapshots

    @property
    def wanted(self) -> bool:
        """Whether anybody gets its picture, or waits for it."""
        return bool(self.arriving) or any(outlet.video >= 0 for outlet in self.seats.values())

    def seat(self, rider: Rider, outlet: Outlet) -> None:
        """One viewer more. Joins come in crowds, so nothing here may cost by the number of those who are there."""
        self.seats[rider] = outlet
        self._snapshots = None

    def leave(self, rider: Rider) -> None:
        """One viewer less."""
        if self.seats.pop(rider, None) is not None:
            self._snapshots = None

    def place(self, sequence: int) -> int:
        """An outgoing sequence number, unwrapped."""
        if self.edge is None:
            return sequence + 0x10000  # above zero by a cycle, so that late ones stay positive
        return self.edge.sequence + sequence_delta(sequence, self.edge.sequence & 0xFFFF)

    def finish(self, frame: Frame, now: float) -> SentFrame:
        """A collected frame as it is sent and remembered. Who waits for a key frame gets on when this is one."""
        codec = self.flow.track.codec
        sent = equalise([each.data for each in frame.video], [each.data for each in frame.audio], frame.arrived, codec)
        for packet, data in zip(frame.video, sent.video, strict=True):
            self.ring.put(packet.sequence, data)
        if frame.video:
            place = self.place(frame.video[0].sequence)
            self.group.frame(place, [len(data) for data in sent.video], now, key=frame.key)
            if frame.key:
                self.keyframes.came(now)
            if self.arriving:
                self._board(frame, Edge(place, numbers_of(sent.video[0], codec)), now)
            self.edge = Edge(self.place(frame.video[-1].sequence), numbers_of(sent.video[-1], codec))
        return sent

    def finish_late(self, packet: Packet, now: float) -> SentFrame:
        """A packet that goes out after later ones, alone."""
        sent = equalise([packet.data], [], now, self.flow.track.codec)
        self.ring.put(packet.sequence, sent.video[0])
        self.ring.late(packet.sequence, now)
        return sent

    def holders(self, packet: Packet) -> tuple[Outlet, ...]:
        """Those who were on this layer already at the packet's place."""
        place = self.place(packet.sequence)
        return tuple(outlet for rider, outlet in self.seats.items() if outlet.video >= 0 and rider.journey.holds(place))

    def active(self, now: float) -> bool:
        """Whether packets are coming."""
        return now - self.last < ACTIVE_S

    def _board(self, frame: Frame, first: Edge, now: float) -> None:
        for rider in list(self.arriving):
            if frame.key or now - rider.since > IMPATIENT_S:
                del self.arriving[rider]
                rider.board(self, first, now)


class Meter:
    """How much a layer carries; `steady` when it has done so for two seconds. Asked twice a second."""

    def __init__(self) -> None:
        self.bps = 0.0
        self.fps = 0.0
        self._looks = 0
        self._before: tuple[float, int, int] | None = None

    @property
    def steady(self) -> bool:
        """Whether the figures mean something."""
        return self._looks >= STEADY_LOOKS

    def look(self, flow: Flow, now: float) -> None:
        """Take the counters of the flow."""
        before, self._before = self._before, (now, flow.octets, flow.frames)
        if before is None or now <= before[0]:
            return
        seconds = now - before[0]
        bps, fps = (flow.octets - before[1]) * 8 / seconds, (flow.frames - before[2]) / seconds
        self._looks = self._looks + 1 if bps else 0
        share = 1 / 3 if self.bps and bps else 1.0
        self.bps += (bps - self.bps) * share
        self.fps += (fps - self.fps) * share
