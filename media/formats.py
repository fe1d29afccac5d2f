"""The pure parts of aiortc and aioice: STUN, RTCP and SDP as bytes or text to our own types.

Their parsers let `struct.error`, `AssertionError`, `IndexError`, `StopIteration` and more out; here each of
these becomes a `FormatError` (datagrams) or a `BadSdpError` (offers). Nothing else of the two is used
here."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from aioice import stun
from aiortc import RTCRtpCodecParameters, sdp
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

from media.errors import BadSdpError, FormatError

__all__ = [
    "RTCP_PSFB_APP",
    "RTCP_PSFB_FIR",
    "RTCP_PSFB_PLI",
    "RTCP_RTPFB_NACK",
    "BindingRequest",
    "Offer",
    "OfferedCodec",
    "OfferedMedia",
    "RtcpByePacket",
    "RtcpPsfbPacket",
    "RtcpReceiverInfo",
    "RtcpRrPacket",
    "RtcpRtpfbPacket",
    "RtcpSdesPacket",
    "RtcpSenderInfo",
    "RtcpSourceInfo",
    "RtcpSrPacket",
    "binding_response",
    "h264_profile",
    "pack_remb_fci",
    "parse_binding_request",
    "parse_offer",
    "parse_remb",
    "parse_rtcp",
]

Address = tuple[str, int]

# What the foreign parsers were seen to raise on hostile input.
_FOREIGN = (
    ValueError,
    struct.error,
    AssertionError,
    IndexError,
    KeyError,
    AttributeError,
    TypeError,
    OverflowError,
    StopIteration,
)

MAX_MEDIA_LINES = 32
_TOKEN = re.compile(r"[!-~]{1,64}")
_PROFILE = re.compile(r"[0-9A-Fa-f]{6}")
_MEDIA_LINE = re.compile(r"^m=", re.MULTILINE)
_BUNDLE_ONLY = re.compile(r"^a=bundle-only\r?$", re.MULTILINE)
_RID = re.compile(r"^a=rid:([A-Za-z0-9_-]{1,16}) send\b", re.MULTILINE)
_SIMULCAST = re.compile(r"^a=simulcast:(?:recv \S+ )?send (\S+)", re.MULTILINE)
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A STUN binding request that parsed; whether it is genuine, `verify` says."""

    username: str
    use_candidate: bool
    transaction_id: bytes
    message: stun.Message

    def verify(self, password: str) -> bool:
        """Whether MESSAGE-INTEGRITY is there and was made with this password (RFC 8489 section 9.1)."""
        return self.message.check_message_integrity(password.encode())


def parse_binding_request(data: bytes) -> BindingRequest:
    """Raises `FormatError` for anything but a binding request with a USERNAME."""
    try:
        message = stun.parse_message(data)
    except _FOREIGN as exc:
        raise FormatError("no STUN message") from exc
    if (message.message_method, message.message_class) != (stun.Method.BINDING, stun.Class.REQUEST):
        raise FormatError("no STUN binding request")
    username = message.attributes.get("USERNAME")
    if not isinstance(username, str) or not username:
        raise FormatError("STUN binding request without USERNAME")
    return BindingRequest(
        username=username,
        use_candidate="USE-CANDIDATE" in message.attributes,
        transaction_id=message.transaction_id,
        message=message,
    )


def binding_request(username: str, password: str) -> bytes:
    """A check of a peer whose credentials we know, which nominates this pair (RFC 8445 section 7.2.4)."""
    request = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.REQUEST,
        attributes={"USERNAME": username, "USE-CANDIDATE": None},
    )
    request.add_message_integrity(password.encode())
    return bytes(request)


def binding_response(request: BindingRequest, address: Address, password: str) -> bytes:
    """The success response that tells the peer the address it was seen at (RFC 8445 section 7.3.1.2)."""
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=request.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": address},
    )
    response.add_message_integrity(password.encode())
    return bytes(response)


def parse_rtcp(data: bytes) -> list[AnyRtcpPacket]:
    """All packets of a compound; raises `FormatError`."""
    try:
        return RtcpPacket.parse(data)
    except _FOREIGN as exc:
        raise FormatError("no RTCP compound") from exc


def parse_remb(fci: bytes) -> int:
    """The bit rate of a REMB message in bits per second; raises `FormatError`."""
    try:
        return unpack_remb_fci(fci)[0]
    except _FOREIGN as exc:
        raise FormatError("no REMB message") from exc


def h264_profile(profile_level_id: str) -> str | None:
    """The profile's name, whatever the level: `constrained_baseline`, `high` …; None for an unknown one."""
    if not _PROFILE.fullmatch(profile_level_id):
        return None
    try:
        profile, _ = sdp.parse_h264_profile_level_id(profile_level_id[:4] + "1f")
    except _FOREIGN:
        return None
    return profile.name.removeprefix("PROFILE_").lower()


@dataclass(frozen=True, slots=True)
class OfferedCodec:
    """One payload type of an offered m-line; `name` is in lower case, as `h264`, `feedback` as on the wire
    (`nack pli`)."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int
    parameters: Mapping[str, str]
    feedback: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OfferedMedia:
    """One m-line as offered; `formats` is its raw format list, wanted back when it is refused. `extensions`
    are header extensions, id by URI; `repaired` is the repaired SSRC by that of its retransmissions; `rids` are the
    layers of simulcast, in order (RFC 8853)."""

    kind: str
    protocol: str
    formats: str
    mid: str | None
    direction: str
    rtcp_mux: bool
    codecs: tuple[OfferedCodec, ...]
    ssrcs: tuple[int, ...]
    refused: bool
    extensions: Mapping[str, int] = field(default_factory=dict)
    repaired: Mapping[int, int] = field(default_factory=dict)
    rids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """An SDP offer; `setup` is `actpass`, `active` or `passive` (RFC 8842), `bundle` the offered mids."""

    media: tuple[OfferedMedia, ...]
    fingerprints: tuple[tuple[str, str], ...]
    setup: str
    bundle: tuple[str, ...]
    ufrag: str | None


def parse_offer(text: str) -> Offer:
    """Raises `BadSdpError` with the reason; never anything else."""
    try:
        session = sdp.SessionDescription.parse(text)
        texts = _MEDIA_LINE.split(text)[1:]
        bundle = tuple(str(item) for group in session.group if group.semantic == "BUNDLE" for item in group.items)
        media = tuple(_offered_media(line, raw, bundle) for line, raw in zip(session.media, texts, strict=True))
        security = _security(session)
        ufrag = next((line.ice.usernameFragment for line in session.media if line.ice is not None), None)
    except _FOREIGN as exc:
        raise BadSdpError("the offer does not parse as SDP") from exc
    if not text.startswith("v=0"):
        raise BadSdpError("the offer does not begin with v=0")
    if not 1 <= len(media) <= MAX_MEDIA_LINES:
        raise BadSdpError(f"the offer must hold 1 to {MAX_MEDIA_LINES} m-lines")
    mids = [line.mid for line in media if line.mid is not None]
    if len(set(mids)) != len(mids):
        raise BadSdpError("two m-lines have the same mid")
    fingerprints, setup = security
    return Offer(media=media, fingerprints=fingerprints, setup=setup, bundle=bundle, ufrag=ufrag)


def _security(session: sdp.SessionDescription) -> tuple[tuple[tuple[str, str], ...], str]:
    for line in session.media:
        if line.dtls is not None and line.dtls.fingerprints:
            found = tuple((item.algorithm.lower(), item.value.upper()) for item in line.dtls.fingerprints)
            return found, sdp.DTLS_ROLE_SETUP[line.dtls.role]
    raise BadSdpError("the offer has no DTLS fingerprint with a setup role")


def _offered_media(line: sdp.MediaDescription, raw: str, bundle: tuple[str, ...]) -> OfferedMedia:
    mid = line.rtp.muxId or None
    if mid is not None and not _TOKEN.fullmatch(mid):
        raise BadSdpError("a mid is not a token")
    formats = [str(item) for item in line.fmt]
    if not all(_TOKEN.fullmatch(item) for item in formats) or not _TOKEN.fullmatch(line.kind):
        raise BadSdpError("an m-line holds something that is not a token")
    direction = line.direction or "sendrecv"
    codecs = tuple(_offered_codec(codec) for codec in line.rtp.codecs if 0 <= (codec.payloadType or 0) <= 127)
    return OfferedMedia(
        kind=line.kind,
        protocol=line.profile,
        formats=" ".join(formats[:128]),
        mid=mid,
        direction=direction if direction in _DIRECTIONS else "inactive",
        rtcp_mux=line.rtcp_mux,
        codecs=codecs,
        ssrcs=tuple(item.ssrc for item in line.ssrc[:16]),
        # Firefox gives port 0 to all that it offers by the first m-line's transport alone (RFC 9143 section 6).
        refused=line.port == 0 and not (mid in bundle and _BUNDLE_ONLY.search(raw)),
        extensions={item.uri: item.id for item in line.rtp.headerExtensions[:32]},
        repaired={
            int(group.items[1]): int(group.items[0])
            for group in line.ssrc_group[:16]
            if group.semantic == "FID" and len(group.items) == 2
        },
        rids=_offered_rids(raw),
    )


def _offered_rids(raw: str) -> tuple[str, ...]:
    """The layers that are sent, from the text of an m-line's section, which aiortc's parser skips. Of alternatives the
    first is taken, whether paused (`~`) or not."""
    found = _SIMULCAST.search(raw)
    if found is None:
        return ()
    named = set(_RID.findall(raw))
    rids = [item.split(",")[0].lstrip("~") for item in found[1].split(";")]
    return tuple(dict.fromkeys(rid for rid in rids if rid in named))


def _offered_codec(codec: RTCRtpCodecParameters) -> OfferedCodec:
    return OfferedCodec(
        payload_type=codec.payloadType or 0,
        name=codec.mimeType.split("/", 1)[1].lower(),
        clock_rate=codec.clockRate,
        channels=codec.channels or 1,
        parameters={key.strip(): str(value) for key, value in codec.parameters.items() if value is not None},
        feedback=frozenset(f"{item.type} {item.parameter or ''}".strip() for item in codec.rtcpFeedback[:32]),
    )
