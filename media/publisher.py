"""The publisher's side of a show: which of its streams feed the slot, and what is repaired on the way.

What it is told in return is in `feedback.py`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from media.core import rtcp
from media.core.codecs import Codec
from media.core.gaps import Arrival, Gaps
from media.core.negotiation import AcceptedLine
from media.core.reception import Reception
from media.core.rtp import RtpHeader, extension, parse_header
from media.core.rtx import unwrap
from media.core.speaker import SILENCE
from media.core.terms import agreed
from media.egress import Path
from media.errors import FormatError
from media.fan import Intake
from media.feedback import Feedback, Stream
from media.peer import Peer
from media.subscription import Watching
from media.tracks import Origin

STREAM_REPLACED_S = 0.5
SILENT_S = 2.0
MAX_REPAIRING = 16

_sources = itertools.count(1)


class Publisher:
    """The role of a session that sends. `changed(live)` tells when its media begins and falls silent, `spoke(level)`
    how loud a packet of sound says that it is."""

    def __init__(
        self, peer: Peer, holder: str, slot: Intake, lines: Iterable[AcceptedLine], feedback: Feedback
    ) -> None:
        self.peer = peer
        self.holder = holder
        self.slot = slot
        self.live = False
        self.last_media: float | None = None
        self.changed: Callable[[bool], None] = lambda _live: None
        self.viewers: Callable[[], Iterable[Watching]] = tuple
        self.spoke: Callable[[int], None] = lambda _level: None
        self._terms = agreed(lines)
        self._feedback = feedback
        self._streams = feedback.streams
        self._repairing: dict[int, str] = {}  # the layer by the SSRC of its retransmissions
        feedback.hopeless = self._ask_if_watched

    @property
    def policed(self) -> int:
        """Packets that were dropped because far more came than was agreed."""
        return self._feedback.policed

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams that feed the slot now."""
        return tuple(self._streams.values())

    def connected(self, path: Path, now: float) -> None:
        """The slot's viewers may ask this publisher for key frames from now on."""
        del path, now
        self.slot.attach(self._feedback.ask_key_frame, self._terms.rids or ("",), deaf=not self._terms.answers_pli)

    def take_rtp(self, packet: bytes, now: float) -> None:
        """Forward one packet; raises `FormatError` for what belongs to no accepted m-line."""
        header = parse_header(packet)
        if not self._feedback.admits(len(packet), now):
            self._overlook(header, now)
            return
        if self._terms.transport_cc:
            number = extension(packet, self._terms.transport_cc)
            if number is not None and len(number) == 2:
                self._feedback.arrivals.packet(int.from_bytes(number, "big"), now)
        if header.payload_type in self._terms.originals:
            self._repaired(packet, header, now)
        else:
            self._first_time(packet, header, now)
        self._feedback.poll(now)

    def take_rtcp(self, events: list[rtcp.RtcpEvent], now: float) -> None:
        """Sender reports move on to the viewers; a goodbye frees the stream's place."""
        for event in events:
            match event:
                case rtcp.SenderClock():
                    stream = self._streams.get(event.ssrc)
                    if stream is not None:
                        stream.reception.sender_report(event.ntp, now)
                        self.slot.sender_report(stream.origin, event)
                case rtcp.Goodbye():
                    for ssrc in event.ssrcs:
                        self._streams.pop(ssrc, None)

    def released(self, now: float) -> None:
        """The session is over."""
        del now
        self._feedback.over()

    def tick(self, now: float) -> None:
        """Feedback about once a second, and silence noticed."""
        if self.last_media is None:
            return
        self._feedback.tick(now)
        if self.live and now - self.last_media > SILENT_S:
            self.live = False
            self.changed(False)

    def _first_time(self, packet: bytes, header: RtpHeader, now: float) -> None:
        codec = self._terms.payloads.get(header.payload_type)
        if codec is None:
            raise FormatError("payload type was not negotiated")
        stream = self._streams.get(header.ssrc)
        if stream is None or stream.origin.kind != codec.kind:
            stream = self._begin(header, codec, self._layer(packet, codec), now)
        stream.payload_type = header.payload_type
        self.slot.use(codec.kind, codec, self.viewers())
        stream.reception.packet(header.sequence, header.timestamp, now)
        stream.last = self.last_media = now
        stream.octets += len(packet)
        arrival = Arrival.NEW if stream.gaps is None else stream.gaps.packet(header.sequence, now)
        if arrival is Arrival.REPEATED:
            self._feedback.counters.add("repeated_in")
            return
        if not self.slot.push(stream.origin, packet, header, late=arrival is Arrival.LATE):
            raise FormatError("a stray sequence number")
        if self._terms.audio_level and codec.kind == "audio":
            self._listen(packet)
        self._begin_live(now)

    def _listen(self, packet: bytes) -> None:
        """RFC 6464: one octet, of which the first bit is the sender's own guess whether it is speech."""
        level = extension(packet, self._terms.audio_level)
        if level is not None and len(level) == 1:
            self.spoke(level[0] & SILENCE)

    def _layer(self, packet: bytes, codec: Codec) -> str:
        """The layer that a new stream is of. Browsers name it until they know that the name has arrived."""
        if codec.kind != "video" or not self._terms.rids:
            return ""
        rid = extension(packet, self._terms.rid)
        name = "" if rid is None else rid.decode("ascii", "replace")
        if name not in self._terms.rids:
            raise FormatError("a video packet of no layer that was negotiated")
        return name

    def _overlook(self, header: RtpHeader, now: float) -> None:
        """What was dropped on purpose is not asked for again."""
        stream = self._streams.get(header.ssrc)
        if stream is not None and stream.gaps is not None:
            stream.gaps.packet(header.sequence, now)

    def _begin_live(self, now: float) -> None:
        if not self.live:
            self.live = True
            self._feedback.report(now)
            self._ask_if_watched()
            self.changed(True)

    def _repaired(self, packet: bytes, header: RtpHeader, now: float) -> None:
        """A retransmission fills its gap, or is nothing: a probe, or one that came twice. Only what is known
        to be missing may pass: a number sent to viewers twice with another padding would break the cipher."""
        stream = self._original_stream(packet, header)
        found = None if stream is None else unwrap(packet, header, stream.payload_type, stream.ssrc)
        if stream is None or stream.gaps is None or found is None:
            return
        original, original_header = found
        if stream.gaps.fill(original_header.sequence, now):
            self._feedback.counters.add("repaired_in")
            self.slot.push(stream.origin, original, original_header, late=True)

    def _original_stream(self, packet: bytes, header: RtpHeader) -> Stream | None:
        """By the offer's FID group, by the layer that the packet names (or its stream has named before), else the one
        stream of the repaired payload type (RFC 4588 section 5.3)."""
        known = self._streams.get(self._terms.repaired.get(header.ssrc, -1))
        if known is not None:
            return known
        if self._terms.rids:
            return self._repaired_layer(packet, header)
        payload_type = self._terms.originals[header.payload_type]
        return next((stream for stream in self._streams.values() if stream.payload_type == payload_type), None)

    def _repaired_layer(self, packet: bytes, header: RtpHeader) -> Stream | None:
        named = extension(packet, self._terms.repaired_rid) if self._terms.repaired_rid else None
        if named is not None and (rid := named.decode("ascii", "replace")) in self._terms.rids:
            if len(self._repairing) >= MAX_REPAIRING:
                self._repairing.clear()
            self._repairing[header.ssrc] = rid
        layer = self._repairing.get(header.ssrc)
        return next((each for each in self._streams.values() if layer is not None and each.origin.rid == layer), None)

    def _begin(self, header: RtpHeader, codec: Codec, rid: str, now: float) -> Stream:
        """A new SSRC replaces the old one of its kind and layer, but only when that has fallen silent: two streams
        of one kind at once must not tear the track to pieces."""
        for old in list(self._streams.values()):
            if (old.origin.kind, old.origin.rid) == (codec.kind, rid):
                if now - old.last < STREAM_REPLACED_S:
                    raise FormatError("a second stream of the same kind")
                del self._streams[old.ssrc]
        gaps = Gaps() if header.payload_type in self._terms.nacked else None
        reception = Reception(header.ssrc, codec.clock_rate)
        origin = Origin(codec.kind, next(_sources), rid)
        stream = Stream(header.ssrc, origin, header.payload_type, reception, gaps, now)
        self._streams[header.ssrc] = stream
        return stream

    def _ask_if_watched(self) -> None:
        self.slot.ask_for_all()
