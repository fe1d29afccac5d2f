"""RTCP as events of ours, and our own messages as bytes.

Reading answers only what somebody acts on; unknown packets are skipped. Every message that we make is a
compound that begins with a report, as RFC 3550 section 6.1 wants it without reduced size."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack

from media import formats
from media.formats import RtcpReceiverInfo

OUR_SSRC = 1
CNAME = b"livecart"
_RTPFB = 205
MAX_ASKED = 256
MAX_RESENT = 128  # sequence numbers taken from one NACK message


@dataclass(frozen=True, slots=True)
class KeyFrameWanted:
    """PLI or FIR for this SSRC."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A generic NACK: these sequence numbers did not arrive."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SenderClock:
    """A sender report: at NTP time `ntp` (64 bit) the media clock stood at `timestamp`."""

    ssrc: int
    ntp: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A receiver's report about what we send; times in 1/65536 s, as on the wire."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    lsr: int
    dlsr: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """REMB: the receiver believes that this many bits per second fit."""

    bps: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """These sources have stopped."""

    ssrcs: tuple[int, ...]


RtcpEvent = KeyFrameWanted | Missing | SenderClock | Reported | Estimate | Goodbye


def read(data: bytes) -> list[RtcpEvent]:
    """Raises `FormatError`."""
    events: list[RtcpEvent] = []
    for packet in formats.parse_rtcp(data):
        match packet:
            case formats.RtcpSrPacket():
                info = packet.sender_info
                events.append(SenderClock(packet.ssrc, info.ntp_timestamp, info.rtp_timestamp))
                events += _reported(packet.reports)
            case formats.RtcpRrPacket():
                events += _reported(packet.reports)
            case formats.RtcpPsfbPacket():
                events += _payload_feedback(packet)
            case formats.RtcpRtpfbPacket(fmt=formats.RTCP_RTPFB_NACK):
                lost = tuple(sequence & 0xFFFF for sequence in packet.lost[:MAX_RESENT])
                events.append(Missing(packet.media_ssrc, lost))
            case formats.RtcpByePacket():
                events.append(Goodbye(tuple(packet.sources)))
    return events


def _reported(reports: list[RtcpReceiverInfo]) -> list[RtcpEvent]:
    return [Reported(item.ssrc, item.fraction_lost, item.packets_lost, item.lsr, item.dlsr) for item in reports]


def _payload_feedback(packet: formats.RtcpPsfbPacket) -> list[RtcpEvent]:
    if packet.fmt == formats.RTCP_PSFB_PLI:
        return [KeyFrameWanted(packet.media_ssrc)]
    if packet.fmt == formats.RTCP_PSFB_FIR:
        # RFC 5104 section 4.3.1: the SSRC stands in each 8-byte entry, the packet's own is zero.
        entries = range(0, len(packet.fci) - 7, 8)
        return [KeyFrameWanted(int.from_bytes(packet.fci[at : at + 4], "big")) for at in entries[:16]]
    if packet.fmt == formats.RTCP_PSFB_APP and packet.fci[:4] == b"REMB":
        return [Estimate(formats.parse_remb(packet.fci))]
    return []


def receiver_report(reports: list[RtcpReceiverInfo]) -> bytes:
    """A receiver report with our name."""
    return bytes(formats.RtcpRrPacket(ssrc=OUR_SSRC, reports=reports[:31])) + _name(OUR_SSRC)


def estimate(bps: int, ssrcs: list[int]) -> bytes:
    """REMB (draft-alvestrand-rmcat-remb-03), to follow a report."""
    fci = formats.pack_remb_fci(bps, ssrcs[:255])
    packet = formats.RtcpPsfbPacket(fmt=formats.RTCP_PSFB_APP, ssrc=OUR_SSRC, media_ssrc=0, fci=fci)
    return bytes(packet)


def picture_loss(ssrc: int) -> bytes:
    """Ask a publisher for a key frame (RFC 4585 section 6.3.1)."""
    packet = formats.RtcpPsfbPacket(fmt=formats.RTCP_PSFB_PLI, ssrc=OUR_SSRC, media_ssrc=ssrc)
    return bytes(formats.RtcpRrPacket(ssrc=OUR_SSRC)) + bytes(packet)


def missing(ssrc: int, sequences: list[int]) -> bytes:
    """Ask a publisher for packets again (generic NACK, RFC 4585 section 6.2.1); in order, at most 256."""
    pairs: list[tuple[int, int]] = []
    for number in sequences[:MAX_ASKED]:
        after = (number - pairs[-1][0]) & 0xFFFF if pairs else 0
        if pairs and 1 <= after <= 16:
            first, mask = pairs[-1]
            pairs[-1] = (first, mask | 1 << (after - 1))
        else:
            pairs.append((number, 0))
    body = pack("!LL", OUR_SSRC, ssrc) + b"".join(pack("!HH", *pair) for pair in pairs)
    head = pack("!BBH", 0x80 | formats.RTCP_RTPFB_NACK, _RTPFB, len(body) // 4)
    return bytes(formats.RtcpRrPacket(ssrc=OUR_SSRC)) + head + body


def arrivals(feedback: bytes) -> bytes:
    """Transport-wide feedback as a compound."""
    return bytes(formats.RtcpRrPacket(ssrc=OUR_SSRC)) + feedback


def goodbye() -> bytes:
    """We stop (RFC 3550 section 6.6)."""
    return bytes(formats.RtcpRrPacket(ssrc=OUR_SSRC)) + bytes(formats.RtcpByePacket(sources=[OUR_SSRC]))


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report with our name, for viewers."""
    info = formats.RtcpSenderInfo(
        ntp_timestamp=ntp & 0xFFFFFFFFFFFFFFFF,
        rtp_timestamp=timestamp & 0xFFFFFFFF,
        packet_count=packets & 0xFFFFFFFF,
        octet_count=octets & 0xFFFFFFFF,
    )
    return bytes(formats.RtcpSrPacket(ssrc=ssrc, sender_info=info)) + _name(ssrc)


def _name(ssrc: int) -> bytes:
    source = formats.RtcpSourceInfo(ssrc=ssrc, items=[(1, CNAME)])
    return bytes(formats.RtcpSdesPacket(chunks=[source]))
