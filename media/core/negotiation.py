"""An SDP offer in, an ICE-lite answer out (RFC 8829, RFC 8842, RFC 8839), for publishers and for viewers.

An answer keeps every payload type that may be forwarded, since a viewer may join before the publisher does.
Simulcast is not echoed, so browsers send one layer; transport-cc is not echoed, since no feedback is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from media.core.codecs import DEFAULT_PROFILE, Codec, forwardable
from media.core.ice import candidate_lines
from media.errors import BadSdpError, NoCommonCodecError
from media.formats import Offer, OfferedMedia

SLOTS = 4
_SECURE_RTP = frozenset({"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"})
_SENDS = frozenset({"sendrecv", "sendonly"})
_RECEIVES = frozenset({"sendrecv", "recvonly"})


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our side of a session: credentials, the certificate's SHA-256 fingerprint, and where we can be
    reached."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """An m-line that carries media: the k-th of its kind is slot k."""

    kind: str
    slot: int
    payloads: Mapping[int, Codec]
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`dtls_role` is ours: `server` unless the peer insists on being it."""

    sdp: str
    lines: tuple[AcceptedLine, ...]
    dtls_role: str


def answer_publisher(offer: Offer, local: LocalTransport) -> Answer:
    """Take the first audio and the first video line that are sent; raises `NoCommonCodecError` if there is
    neither."""
    return _answer(offer, local, _SENDS, 1, lambda _line: ["a=recvonly"])


def answer_viewer(offer: Offer, local: LocalTransport, ssrc_of: Callable[[str, int], int]) -> Answer:
    """Take up to four lines of each kind; `ssrc_of(kind, slot)` is the SSRC that the slot has for its whole
    life."""

    def describe(line: AcceptedLine) -> list[str]:
        stream = f"slot-{line.slot}"
        return [
            "a=sendonly",
            f"a=msid:{stream} {stream}-{line.kind}",
            f"a=ssrc:{ssrc_of(line.kind, line.slot)} cname:livecart",
        ]

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
    bundled: list[str] = []
    body: list[str] = []
    for media in offer.media:
        slot = sum(line.kind == media.kind for line in accepted)
        payloads = _payloads(media) if media.direction in directions and slot < per_kind else {}
        if not payloads:
            body += _refusal(media)
            continue
        line = AcceptedLine(media.kind, slot, payloads, media.ssrcs)
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


def _refusal(media: OfferedMedia) -> list[str]:
    lines = [f"m={media.kind} 0 {media.protocol} {media.formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return lines if media.mid is None else [*lines, f"a=mid:{media.mid}"]


def _media_lines(media: OfferedMedia, line: AcceptedLine, described: list[str]) -> list[str]:
    numbers = " ".join(str(number) for number in line.payloads)
    lines = [f"m={media.kind} 9 {media.protocol} {numbers}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
    if media.mid is not None:
        lines.append(f"a=mid:{media.mid}")
    lines += described
    lines.append("a=rtcp-mux")
    offered = {codec.payload_type: codec for codec in media.codecs}
    for number, codec in line.payloads.items():
        if codec.kind == "audio":
            lines += [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} minptime=10;useinbandfec=1"]
            continue
        lines.append(f"a=rtpmap:{number} {codec.name.upper()}/{codec.clock_rate}")
        lines += [f"a=rtcp-fb:{number} {kind}" for kind in ("goog-remb", "ccm fir", "nack", "nack pli")]
        if codec.name == "h264":
            level = offered[number].parameters.get("profile-level-id", DEFAULT_PROFILE)
            lines.append(f"a=fmtp:{number} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}")
    return lines


def _transport_lines(local: LocalTransport, role: str) -> list[str]:
    lines = [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]
    lines.append(f"a=fingerprint:sha-256 {local.fingerprint}")
    lines.append("a=setup:" + ("active" if role == "client" else "passive"))
    return lines + candidate_lines(local.addresses, local.port)
