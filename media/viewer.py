"""The viewer's side of a show: which payload types it wants, what it reports, what it gets again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from media.core import rtcp
from media.core.allowance import Allowance
from media.core.budget import Place, arrange, shares
from media.core.choice import FITS
from media.core.codecs import Codec, choose_payload_type
from media.core.negotiation import AcceptedLine
from media.egress import Egress, Outlet, Path
from media.errors import FormatError
from media.peer import Peer
from media.slots import Slot
from media.subscription import Subscription

RESENT_PER_S = 300  # 5 % of a video of 3 Mbit/s is 15
RESENT_BURST = 600  # a second of outage of such a video
PICTURES_PER_S = 1.0
PICTURES_BURST = 10  # a joining browser asks about five times a second until its first picture


@dataclass(slots=True)
class Quality:
    """What a viewer last reported about the video it gets."""

    fraction_lost: int = 0
    packets_lost: int = 0
    rtt_ms: float | None = None
    nacked: int = 0
    resent: int = 0
    estimate_bps: int = 0


class Allowances(NamedTuple):
    """What it may be resent, and how often it may ask for a whole picture."""

    resending: Allowance
    pictures: Allowance


class Viewer:
    """The role of a session that receives. It may be there before any publisher is."""

    def __init__(
        self, peer: Peer, lines: Iterable[AcceptedLine], slots: Callable[[], tuple[Slot, ...]], egress: Egress
    ) -> None:
        self.peer = peer
        self.path: Path | None = None
        self.quality = Quality()
        self.joined: Callable[[], None] = lambda: None
        self.pinned: float | None = None
        # Of a slot: whether this viewer gets its picture, and its sound.
        self.admits: Callable[[int], tuple[bool, bool]] = lambda _index: (True, True)
        self.on_stage: Callable[[], bool] = lambda: False
        # How large the page shows each slot. Until it is told: the host, and beside him small tiles.
        self._sizes: Sequence[float] = (1.0,)
        self._lines = {(line.kind, line.slot): line for line in lines}
        self._slots = slots
        self._egress = egress
        self._allowed = Allowances(Allowance(RESENT_PER_S, RESENT_BURST), Allowance(PICTURES_PER_S, PICTURES_BURST))

    @property
    def prompt(self) -> bool:
        """Whether what it gets may not wait."""
        return self.on_stage()

    def size(self, index: int) -> float:
        """How large the page shows a slot."""
        return self._sizes[index] if index < len(self._sizes) else 0.0

    def connected(self, path: Path, now: float) -> None:
        """Media begins: with each track's clock, so that sound and picture agree at once, and a key frame."""
        self.path = path
        self.joined()
        for slot in self._slots():
            subscription = slot.subscriptions.get(self)
            if subscription is None:
                continue
            compound = slot.sound.report(now)
            if compound is not None and ("audio", slot.index) in self._lines:
                self.peer.send_rtcp(compound)
            self.tell_clock(subscription, now)

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        """How this viewer gets a slot that carries these codecs."""
        if self.path is None:
            return None
        numbers = [
            self._payload_type(kind, index, codec) if codec is not None and admitted else -1
            for kind, codec, admitted in zip(("video", "audio"), (video, audio), self.admits(index), strict=True)
        ]
        return Outlet(self.path, numbers[0], numbers[1]) if max(numbers) >= 0 else None

    def lacks(self, index: int, video: Codec | None) -> bool:
        """Whether its browser, which is here, offered nothing that shows this slot's picture."""
        wanted = self.path is not None and ("video", index) in self._lines
        return wanted and video is not None and self._payload_type("video", index, video) < 0

    def take_rtp(self, packet: bytes, now: float) -> None:
        """A viewer sends none."""
        del packet, now
        raise FormatError("media from a viewer")

    def take_rtcp(self, events: list[rtcp.RtcpEvent], now: float) -> None:
        """Answer NACK from the ring, pass PLI on, note what is reported."""
        for event in events:
            match event:
                case rtcp.Missing():
                    self._resend(event, now)
                case rtcp.KeyFrameWanted():
                    self._ask_picture(event, now)
                case rtcp.Reported():
                    self._note(event, now)
                case rtcp.Estimate():
                    self._estimated(event.bps, now)

    def allowance(self) -> Allowance:
        """What it may be resent, over all slots."""
        return self._allowed.resending

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        """Send the picture's clock as it stands now."""
        compound = subscription.layer.flow.report(now)
        if compound is not None and subscription.outlet.video >= 0:
            self.peer.send_rtcp(compound)

    def probe(self, subscription: Subscription, octets: int) -> None:
        """Send so much again of what it has, where it can tell that from what is new."""
        rtx, newest = self._rtx(subscription), subscription.journey.newest
        if rtx is not None and newest is not None and self.path is not None:
            packets = subscription.repair.old(subscription.journey, newest, octets)
            self._egress.counters.add("probes", len(packets))
            self._egress.resend(packets, rtx, self.path)

    def pin(self, layer: float | None, now: float) -> None:
        """Stay on a layer: 0.0 is the lowest, 1.0 the highest, None lets the line decide."""
        self.pinned = layer
        for slot in self._slots():
            subscription = slot.subscriptions.get(self)
            if subscription is not None:
                subscription.choice.pinned = layer
                slot.choose(self, now)

    def arrange(self, sizes: Sequence[float], now: float) -> None:
        """The page shows the slots in these sizes from now on. What the line was seen to carry is shared anew at once:
        nobody waits for a probe to see large who speaks."""
        self._sizes = tuple(sizes)
        slots, places = self._placed(now)
        line = max(sum(place.now for place in places), FITS * self.quality.estimate_bps)
        for slot, layer in zip(slots, arrange(line, places), strict=True):
            slot.settle(self, layer, now)
            slot.choose(self, now)

    def _placed(self, now: float) -> tuple[list[Slot], list[Place]]:
        found = [(slot, place) for slot in self._slots() if (place := slot.place(self, now)) is not None]
        return [slot for slot, _ in found], [place for _, place in found]

    def released(self, now: float) -> None:
        """The session is over."""
        del now
        self.path = None

    def _payload_type(self, kind: str, index: int, codec: Codec) -> int:
        line = self._lines.get((kind, index))
        chosen = None if line is None else choose_payload_type(line.payloads, codec)
        return -1 if chosen is None else chosen

    def _rtx(self, subscription: Subscription) -> int | None:
        """The payload type of retransmissions for what it gets."""
        number = subscription.outlet.video
        lines = (line for line in self._lines.values() if number in line.rtx)
        return next((line.rtx[number] for line in lines), None)

    def _subscribed(self, ssrc: int) -> tuple[Slot, Subscription] | None:
        slot = next((slot for slot in self._slots() if slot.video.ssrc == ssrc), None)
        found = None if slot is None else slot.subscriptions.get(self)
        return None if slot is None or found is None else (slot, found)

    def _ask_picture(self, event: rtcp.KeyFrameWanted, now: float) -> None:
        found = self._subscribed(event.ssrc)
        if found is None:
            return
        self._egress.counters.add("pli")
        if self._allowed.pictures.take(1, now):
            slot, subscription = found
            slot.want_key_frame(subscription.wanted)
        else:
            self._egress.counters.add("pli_refused")

    def _resend(self, event: rtcp.Missing, now: float) -> None:
        found = self._subscribed(event.ssrc)
        self._egress.counters.add("nack")
        if found is None or self.path is None:
            return
        _, subscription = found
        self.quality.nacked += len(event.sequences)
        if subscription.outlet.video < 0:
            return
        rtx = self._rtx(subscription)
        packets = subscription.repair.missing(event.sequences, subscription.journey, now, rtx=rtx is not None)
        self.quality.resent += len(packets)
        self._egress.counters.add("resent", len(packets))
        self._egress.resend(packets, subscription.outlet.video if rtx is None else rtx, self.path)

    def _note(self, event: rtcp.Reported, now: float) -> None:
        found = self._subscribed(event.ssrc)
        if found is None:
            return
        slot, subscription = found
        trip_ms = subscription.layer.flow.trip_ms(event, now)
        if trip_ms is not None:
            subscription.repair.round_trip(trip_ms / 1000)
        self.quality.rtt_ms = trip_ms
        self.quality.fraction_lost = event.fraction_lost
        self.quality.packets_lost = event.packets_lost
        subscription.choice.reported(event.fraction_lost / 256, None if trip_ms is None else trip_ms / 1000, now)
        if len(slot.layers) > 1:
            slot.choose(self, now)

    def _estimated(self, bps: int, now: float) -> None:
        """REMB is about all that this viewer gets: it is shared between the slots."""
        self.quality.estimate_bps = bps
        slots, places = self._placed(now)
        for slot, share in zip(slots, shares(bps, places), strict=True):
            slot.subscriptions[self].choice.estimated(share, now)
            if len(slot.layers) > 1:
                slot.choose(self, now)
