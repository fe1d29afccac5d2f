"""The viewer's side of a show: which payload types it wants, what it reports, what it gets again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from media.core import rtcp
from media.core.allowance import Allowance
from media.core.codecs import Codec, choose_payload_type
from media.core.negotiation import AcceptedLine
from media.core.repair import Repair
from media.egress import Egress, Outlet, Path
from media.errors import FormatError
from media.peer import Peer
from media.slots import Slot

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


class Viewer:
    """The role of a session that receives. It may be there before any publisher is."""

    def __init__(
        self, peer: Peer, lines: Iterable[AcceptedLine], slots: Callable[[], tuple[Slot, ...]], egress: Egress
    ) -> None:
        self.peer = peer
        self.path: Path | None = None
        self.quality = Quality()
        self.joined: Callable[[], None] = lambda: None
        self._lines = {(line.kind, line.slot): line for line in lines}
        self._slots = slots
        self._egress = egress
        self._repairs: dict[int, Repair] = {}
        self._resending = Allowance(RESENT_PER_S, RESENT_BURST)
        self._pictures = Allowance(PICTURES_PER_S, PICTURES_BURST)

    def connected(self, path: Path, now: float) -> None:
        """Media begins: with each track's clock, so that sound and picture agree at once, and a key frame."""
        self.path = path
        self.joined()
        for slot in self._slots():
            for track in (slot.video, slot.audio):
                compound = track.report(now)
                if compound is not None and (track.kind, slot.index) in self._lines:
                    self.peer.send_rtcp(compound)
            slot.want_key_frame()

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        """How this viewer gets a slot that carries these codecs."""
        if self.path is None:
            return None
        numbers = [
            -1 if codec is None else self._payload_type(kind, index, codec)
            for kind, codec in (("video", video), ("audio", audio))
        ]
        return Outlet(self.path, *numbers) if max(numbers) >= 0 else None

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

    def released(self, now: float) -> None:
        """The session is over."""
        del now
        self.path = None

    def _payload_type(self, kind: str, index: int, codec: Codec) -> int:
        line = self._lines.get((kind, index))
        chosen = None if line is None else choose_payload_type(line.payloads, codec)
        return -1 if chosen is None else chosen

    def _slot(self, ssrc: int) -> Slot | None:
        return next((slot for slot in self._slots() if slot.video.ssrc == ssrc), None)

    def _ask_picture(self, event: rtcp.KeyFrameWanted, now: float) -> None:
        slot = self._slot(event.ssrc)
        if slot is None:
            return
        self._egress.counters.add("pli")
        if self._pictures.take(1, now):
            slot.want_key_frame()
        else:
            self._egress.counters.add("pli_refused")

    def _repair(self, slot: Slot) -> Repair:
        if slot.index not in self._repairs:
            # A low first number leaves the roll-over counter room, as with any new stream.
            first = secrets.randbelow(4_096)
            self._repairs[slot.index] = Repair(slot.video.rtx_ssrc, first, self._resending)
        return self._repairs[slot.index]

    def _resend(self, event: rtcp.Missing, now: float) -> None:
        slot = self._slot(event.ssrc)
        self._egress.counters.add("nack")
        if slot is None or slot.video.codec is None or self.path is None:
            return
        self.quality.nacked += len(event.sequences)
        payload_type = self._payload_type("video", slot.index, slot.video.codec)
        if payload_type < 0:
            return
        rtx = self._lines["video", slot.index].rtx.get(payload_type)
        found = self._repair(slot).missing(event.sequences, slot.video.ring, now, rtx=rtx is not None)
        self.quality.resent += len(found)
        self._egress.counters.add("resent", len(found))
        self._egress.resend(found, payload_type if rtx is None else rtx, self.path)

    def _note(self, event: rtcp.Reported, now: float) -> None:
        slot = self._slot(event.ssrc)
        if slot is None:
            return
        self.quality.rtt_ms = slot.video.trip_ms(event, now)
        if self.quality.rtt_ms is not None:
            self._repair(slot).round_trip(self.quality.rtt_ms / 1000)
        self.quality.fraction_lost = event.fraction_lost
        self.quality.packets_lost = event.packets_lost
