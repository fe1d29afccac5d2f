"""The publisher's side of a show: which of its streams feed the slot, and the feedback that it gets.

Feedback is a receiver report and REMB with the operator's cap. Chromium starts at 300 kbit/s and believes
REMB at once during its first two seconds, so the first ones go out early."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from media.core import rtcp
from media.core.codecs import Codec
from media.core.negotiation import AcceptedLine
from media.core.reception import Reception
from media.core.rtp import parse_header
from media.egress import Path
from media.errors import FormatError
from media.peer import Peer
from media.slots import Slot, Watching

REPORT_S = 1.0
EARLY_S = 5.0  # while a session is this young it gets feedback with every tick
STREAM_REPLACED_S = 0.5
SILENT_S = 2.0
MAX_STREAMS = 8

_sources = itertools.count(1)


@dataclass(slots=True, eq=False)
class Stream:
    """One incoming SSRC that feeds a track. `source` is unique in the process, as SSRCs of two publishers may
    be the same."""

    ssrc: int
    kind: str
    payload_type: int
    source: int
    reception: Reception
    last: float
    octets: int = 0


class Publisher:
    """The role of a session that sends. `changed(live)` tells when its media begins and falls silent."""

    def __init__(self, peer: Peer, holder: str, slot: Slot, lines: Iterable[AcceptedLine], bps: int) -> None:
        self.peer = peer
        self.holder = holder
        self.slot = slot
        self.live = False
        self.last_media: float | None = None
        self.changed: Callable[[bool], None] = lambda _live: None
        self.viewers: Callable[[], Iterable[Watching]] = tuple
        self._payloads = {number: codec for line in lines for number, codec in line.payloads.items()}
        self._bps = bps
        self._streams: dict[int, Stream] = {}
        self._reported = float("-inf")

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams that feed the slot now."""
        return tuple(self._streams.values())

    def connected(self, path: Path, now: float) -> None:
        """The slot's viewers may ask this publisher for key frames from now on."""
        del path, now
        self.slot.attach(self._ask_key_frame)

    def take_rtp(self, packet: bytes, now: float) -> None:
        """Forward one packet; raises `FormatError` for what belongs to no accepted m-line."""
        header = parse_header(packet)
        codec = self._payloads.get(header.payload_type)
        if codec is None:
            raise FormatError("payload type was not negotiated")
        stream = self._streams.get(header.ssrc)
        if stream is None or stream.kind != codec.kind:
            stream = self._begin(header.ssrc, codec, header.payload_type, now)
        if stream.payload_type != header.payload_type:
            stream.payload_type = header.payload_type
        self.slot.use(codec.kind, codec, self.viewers())
        stream.reception.packet(header.sequence, header.timestamp, now)
        stream.last = self.last_media = now
        stream.octets += len(packet)
        if not self.slot.push(codec.kind, stream.source, packet, header):
            raise FormatError("a stray sequence number")
        if not self.live:
            self.live = True
            self._report(now)
            self._ask_if_watched()
            self.changed(True)

    def take_rtcp(self, events: list[rtcp.RtcpEvent], now: float) -> None:
        """Sender reports move on to the viewers; a goodbye frees the stream's place."""
        for event in events:
            match event:
                case rtcp.SenderClock():
                    stream = self._streams.get(event.ssrc)
                    if stream is not None:
                        stream.reception.sender_report(event.ntp, now)
                        self.slot.sender_report(stream.kind, stream.source, event)
                case rtcp.Goodbye():
                    for ssrc in event.ssrcs:
                        self._streams.pop(ssrc, None)

    def released(self, now: float) -> None:
        """The session is over."""
        del now
        self._streams.clear()

    def tick(self, now: float) -> None:
        """Feedback about once a second, and silence noticed."""
        if self.last_media is None:
            return
        early = now - self.peer.born < EARLY_S
        if early or now - self._reported >= REPORT_S - 0.05:
            self._report(now)
        if self.live and now - self.last_media > SILENT_S:
            self.live = False
            self.changed(False)

    def _begin(self, ssrc: int, codec: Codec, payload_type: int, now: float) -> Stream:
        """A new SSRC replaces the old one of its kind, but only when that has fallen silent: two streams of
        one kind at once (an unwanted simulcast layer) must not tear the track to pieces."""
        for old in list(self._streams.values()):
            if old.kind == codec.kind:
                if now - old.last < STREAM_REPLACED_S:
                    raise FormatError("a second stream of the same kind")
                del self._streams[old.ssrc]
        reception = Reception(ssrc, codec.clock_rate)
        stream = Stream(ssrc, codec.kind, payload_type, next(_sources), reception, now)
        self._streams[ssrc] = stream
        return stream

    def _report(self, now: float) -> None:
        self._reported = now
        reports = [stream.reception.report(now) for stream in self._streams.values()]
        ssrcs = list(self._streams)
        compound = rtcp.receiver_report([report for report in reports if report is not None])
        self.peer.send_rtcp(compound + rtcp.estimate(self._bps, ssrcs))

    def _ask_if_watched(self) -> None:
        if self.slot.outlets:
            self.slot.want_key_frame()

    def _ask_key_frame(self) -> None:
        for stream in self._streams.values():
            if stream.kind == "video":
                self.peer.send_rtcp(rtcp.picture_loss(stream.ssrc))
