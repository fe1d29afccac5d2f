"""An SDP offer in, an ICE-lite answer out (RFC 8829, RFC 8842, RFC 8839), for publishers and for viewers.

An answer keeps every payload type that may be forwarded, since a viewer may join before the publisher does.
Simulcast (up to three RIDs) and transport-wide feedback are for publishers alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from media.core import transport_cc
from media.core.codecs import DEFAULT_PROFILE, Codec, forwardable
from media.core.ice import candidate_lines
from media.errors import BadSdpError, NoCommonCodecError
from media.formats import Offer, OfferedMedia

SLOTS = 4
LAYERS = 3
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"  # RFC 6464
RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
_SECURE_RTP = frozenset({"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"})
_FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")  # what is answered where it was offered
_TRANSPORT_CC = "transport-cc"
_SENDS = frozenset({"sendrecv", "sendonly"})
_RECEIVES = frozenset({"sendrecv", "recvonly"})


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our side of a session: credentials, the certificate's SHA-256 fingerprint, and where we can be
    reached, by UDP and perhaps by TCP."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int
    tcp: bool = False


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """An m-line that carries media: the k-th of its kind is slot k. `rtx` is the payload type of
    retransmissions by that of what they repair, `repaired` the repaired SSRC by theirs; `nacked` are the
    payload types for which both take NACK; `extensions` are the ids of the header extensions that are read, by URI;
    `rids` are the layers of simulcast, as offered; `answers_pli` says that key frames may be asked for."""

    kind: str
    slot: int
    payloads: Mapping[int, Codec]
    ssrcs: tuple[int, ...]
    rtx: Mapping[int, int] = field(default_factory=dict)
    nacked: frozenset[int] = frozenset()
    repaired: Mapping[int, int] = field(default_factory=dict)
    extensions: Mapping[str, int] = field(default_factory=dict)
    rids: tuple[str, ...] = ()
    answers_pli: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`dtls_role` is ours: `server` unless the peer insists on being it."""

    sdp: str
    lines: tuple[AcceptedLine, ...]
    dtls_role: str


def answer_publisher(offer: Offer, local: LocalTransport) -> Answer:
    """Take the first audio and the first video line that are sent; raises `NoCommonCodecError` if there is
    neither."""

    def describe(line: AcceptedLine) -> list[str]:
        lines = ["a=recvonly"]
        lines += [f"a=extmap:{number} {uri}" for uri, number in line.extensions.items()]
        if line.rids:
            lines += [f"a=rid:{rid} recv" for rid in line.rids]
            lines.append("a=simulcast:recv " + ";".join(line.rids))
        return lines

    return _answer(offer, local, _SENDS, 1, describe)


def answer_viewer(offer: Offer, local: LocalTransport, ssrc_of: Callable[[str, int], int]) -> Answer:
    """Take up to four lines of each kind; one that is offered `inactive` leaves its slot out. `ssrc_of(kind, slot)` is
    the SSRC that the slot has for its whole life; kind `rtx` is that of the video's retransmissions."""

    def describe(line: AcceptedLine) -> list[str]:
        stream = f"slot-{line.slot}"
        ssrc = ssrc_of(line.kind, line.slot)
        lines = ["a=sendonly", f"a=msid:{stream} {stream}-{line.kind}", f"a=ssrc:{ssrc} cname:livecart"]
        if line.rtx:
            rtx = ssrc_of("rtx", line.slot)
            lines += [f"a=ssrc:{rtx} cname:livecart", f"a=ssrc-group:FID {ssrc} {rtx}"]
        return lines

    return _answer(offer, local, _RECEIVES, SLOTS, describe)


def _answer(
    offer: Offer,
    local: LocalTransport,
    directions: frozenset[str],
    per_kind: int,
    describe: Callable[[AcceptedLine], list[str]],
) -> Answer:
    role = "client" if offer.setup == "passive" else "server"
    transport = _transport_lines(local, role)
    accepted: list[AcceptedLine] = []
    # Slots that a viewer does not want: the host's own page needs no picture of him.
    left_out: list[str] = []
    bundled: list[str] = []
    body: list[str] = []
    for media in offer.media:
        if media.direction == "inactive" and directions is _RECEIVES:
            left_out.append(media.kind)
        slot = sum(line.kind == media.kind for line in accepted) + left_out.count(media.kind)
        payloads = _payloads(media) if media.direction in directions and slot < per_kind else {}
        if not payloads:
            body += _refusal(media)
            continue
        line = _accepted(media, slot, payloads, publishes=directions is _SENDS)
        accepted.append(line)
        if media.mid is not None:
            bundled.append(media.mid)
        body += _media_lines(media, line, describe(line)) + transport
    if not accepted:
        raise NoCommonCodecError("no m-line offers H.264 (packetization mode 1), VP8 or Opus in a usable direction")
    head = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    if offer.bundle and bundled:
        head.append("a=group:BUNDLE " + " ".join(mid for mid in bundled if mid in offer.bundle))
    head.append("a=msid-semantic: WMS *")
    return Answer("\r\n".join(head + body) + "\r\n", tuple(accepted), role)


def _payloads(media: OfferedMedia) -> dict[int, Codec]:
    if media.refused or media.protocol not in _SECURE_RTP:
        return {}
    found = {codec.payload_type: forwardable(media.kind, codec) for codec in media.codecs}
    payloads = {number: codec for number, codec in found.items() if codec is not None}
    if payloads and not media.rtcp_mux:
        raise BadSdpError("an m-line lacks rtcp-mux")
    return payloads


def _accepted(media: OfferedMedia, slot: int, payloads: dict[int, Codec], *, publishes: bool) -> AcceptedLine:
    extensions = _extensions(media, payloads) if publishes else {}
    return AcceptedLine(
        kind=media.kind,
        slot=slot,
        payloads=payloads,
        ssrcs=media.ssrcs,
        rtx=_retransmissions(media, payloads),
        nacked=frozenset(
            codec.payload_type
            for codec in media.codecs
            if media.kind == "video" and codec.payload_type in payloads and "nack" in codec.feedback
        ),
        repaired=media.repaired,
        answers_pli=any(codec.payload_type in payloads and "nack pli" in codec.feedback for codec in media.codecs),
        extensions=extensions,
        rids=media.rids[:LAYERS] if RID_URI in extensions and media.kind == "video" else (),
    )


def _extensions(media: OfferedMedia, payloads: Mapping[int, Codec]) -> dict[str, int]:
    """Those that are read of a publisher's packets. Ids above 14 need the long form, which we do not answer."""
    counted = any(codec.payload_type in payloads and _TRANSPORT_CC in codec.feedback for codec in media.codecs)
    wanted = [transport_cc.URI] if counted else []
    if media.kind == "audio":
        wanted.append(AUDIO_LEVEL_URI)
    if media.rids:
        wanted += [MID_URI, RID_URI, REPAIRED_RID_URI]
    return {uri: media.extensions[uri] for uri in wanted if 1 <= media.extensions.get(uri, 0) <= 14}


def _retransmissions(media: OfferedMedia, payloads: Mapping[int, Codec]) -> dict[int, int]:
    """RFC 4588 section 8.6: `apt` names the payload type that is repaired."""
    found: dict[int, int] = {}
    for codec in media.codecs:
        repaired = codec.parameters.get("apt", "")
        if codec.name == "rtx" and codec.payload_type not in payloads and repaired.isdecimal():
            number = int(repaired[:4])
            if number in payloads and codec.payload_type not in found.values():
                found.setdefault(number, codec.payload_type)
    return found


def _refusal(media: OfferedMedia) -> list[str]:
    lines = [f"m={media.kind} 0 {media.protocol} {media.formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return lines if media.mid is None else [*lines, f"a=mid:{media.mid}"]


def _media_lines(media: OfferedMedia, line: AcceptedLine, described: list[str]) -> list[str]:
    numbers = " ".join(str(number) for number in (*line.payloads, *line.rtx.values()))
    lines = [f"m={media.kind} 9 {media.protocol} {numbers}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
    if media.mid is not None:
        lines.append(f"a=mid:{media.mid}")
    lines += described
    lines.append("a=rtcp-mux")
    offered = {codec.payload_type: codec for codec in media.codecs}
    for number, codec in line.payloads.items():
        if transport_cc.URI in line.extensions and _TRANSPORT_CC in offered[number].feedback:
            lines.append(f"a=rtcp-fb:{number} {_TRANSPORT_CC}")
        if codec.kind == "audio":
            lines += [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} minptime=10;useinbandfec=1"]
            continue
        lines.append(f"a=rtpmap:{number} {codec.name.upper()}/{codec.clock_rate}")
        lines += [f"a=rtcp-fb:{number} {kind}" for kind in _FEEDBACK if kind in offered[number].feedback]
        if codec.name == "h264":
            level = offered[number].parameters.get("profile-level-id", DEFAULT_PROFILE)
            lines.append(f"a=fmtp:{number} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}")
    for number, rtx in line.rtx.items():
        lines += [f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={number}"]
    return lines


def _transport_lines(local: LocalTransport, role: str) -> list[str]:
    lines = [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]
    lines.append(f"a=fingerprint:sha-256 {local.fingerprint}")
    lines.append("a=setup:" + ("active" if role == "client" else "passive"))
    return lines + candidate_lines(local.addresses, local.port, tcp=local.tcp)
