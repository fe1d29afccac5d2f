"""Every parser of bytes or text from the network, on mutated and random input: an answer or its own error.

20,000 inputs per parser of datagrams in the normal run, a million with LIVECART_TEST_FULL=1; a tenth of that
for SDP."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import SupportsBytes

import pytest
from aioice import stun
from aiortc import rtp as foreign

from media.core import rtcp, rtp
from media.core.codecs import VP8, Codec
from media.core.framing import MAX_FRAME, Frames, framed
from media.core.negotiation import (
    LAYERS,
    MID_URI,
    REPAIRED_RID_URI,
    RID_URI,
    LocalTransport,
    answer_publisher,
    answer_viewer,
)
from media.core.pictures import picture_numbers, start
from media.core.renumber import Shift, numbers_of, renumbered
from media.core.rtx import unwrap, wrap
from media.errors import BadSdpError, FormatError, NoCommonCodecError
from media.formats import parse_binding_request, parse_offer, parse_remb

COUNT = 1_000_000 if os.environ.get("LIVECART_TEST_FULL") else 20_000

H264 = Codec("video", "h264", 90_000, "constrained_baseline")
LOCAL = LocalTransport("ourufrag", "password", "AA:BB", ("127.0.0.1",), 8_443, tcp=True)


def stun_seeds() -> list[bytes]:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes |= {
        "USERNAME": "abcd:efgh",
        "PRIORITY": 5,
        "ICE-CONTROLLING": 7,
        "USE-CANDIDATE": None,
    }
    message.add_message_integrity(b"password")
    errors = stun.Message(stun.Method.BINDING, stun.Class.ERROR)
    errors.attributes |= {"ERROR-CODE": (401, "no"), "XOR-MAPPED-ADDRESS": ("::1", 5)}
    return [bytes(message), bytes(errors)]


def rtp_seeds() -> list[bytes]:
    two_byte = b"\x10\x00\x00\x02" + bytes([1, 2, 7, 7, 2, 0, 0, 0])
    one_byte = b"\xbe\xde\x00\x02" + bytes([0x10, 7, 0x22, 1, 2, 3, 0, 0])
    head = bytes([0x60, 0, 1]) + bytes(8)
    return [
        b"\x80" + head + b"payload",
        b"\x90" + head + one_byte + b"payload",
        b"\xb2" + head + bytes(8) + two_byte + b"payload\x00\x02",
    ]


def rtcp_seeds() -> list[bytes]:
    block = foreign.RtcpReceiverInfo(77, 25, 6, 1, 2, 3, 4)
    info = foreign.RtcpSenderInfo(1, 2, 3, 4)
    packets: list[SupportsBytes] = [
        foreign.RtcpSrPacket(9, info, [block, block]),
        foreign.RtcpRrPacket(9, [block]),
        foreign.RtcpSdesPacket([foreign.RtcpSourceInfo(9, [(1, b"name"), (2, b"other")])]),
        foreign.RtcpByePacket([9, 10]),
        foreign.RtcpPsfbPacket(1, 9, 77),
        foreign.RtcpPsfbPacket(4, 9, 0, bytes(8)),
        foreign.RtcpPsfbPacket(15, 9, 0, foreign.pack_remb_fci(1_000_000, [1, 2])),
        foreign.RtcpRtpfbPacket(1, 9, 77, [1, 2, 30]),
        foreign.RtcpRtpfbPacket(15, 9, 77, [1]),
    ]
    each = [bytes(packet) for packet in packets]
    return [*each, b"".join(each)]


def payload_seeds() -> list[bytes]:
    vp8 = [b"\x90\xf0\x9a\xbc\x07\x60", b"\x90\xc0\x1a\x07", b"\x80\x80\x12", b"\x10", b"\x90\0"]
    sets, idr = b"\x67\x42\xe0\x1f", b"\x65\x88slice"
    h264 = [idr, sets, b"\x78\0\4" + sets + b"\0\7" + idr, b"\x7c\x85\x88part", b"\x7c\x45part"]
    return [each + b"\0picture" for each in vp8] + h264


SDP_SEED = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS *\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 AB:CD\r\na=setup:actpass\r\na=extmap:1/sendonly urn:x\r\n"
    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 102\r\nc=IN IP6 ::1\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    "a=fingerprint:sha-256 AB:CD\r\na=setup:actpass\r\n"
    "a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host generation 0\r\na=end-of-candidates\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:* goog-remb\r\na=rtpmap:102 H264/90000\r\n"
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=ssrc-group:FID 1 2\r\na=ssrc:1 cname:x\r\na=ssrc:2 msid:a b\r\n"
    f"a=extmap:9 {MID_URI}\r\na=extmap:10 {RID_URI}\r\na=extmap:11 {REPAIRED_RID_URI}\r\n"
    "a=rid:q send\r\na=rid:h send pt=96;max-width=640\r\na=rid:f send\r\na=simulcast:send q;~h;f,z\r\n"
)


def mutants(rng: random.Random, seeds: list[bytes], count: int) -> Iterator[bytes]:
    """A fifth is random; the others are seeds with bytes changed, cut, doubled or set to the extremes."""
    for number in range(count):
        if number % 5 == 0:
            yield rng.randbytes(rng.randrange(0, 120))
            continue
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(data) + 1)
            match rng.randrange(5):
                case 0:
                    del data[at:]
                case 1:
                    data[at : at + rng.randrange(1, 9)] = rng.randbytes(rng.randrange(0, 9))
                case 2 if at < len(data):
                    data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
                case 3 if at < len(data):
                    data[at] ^= 1 << rng.randrange(8)
                case _:
                    data[at:at] = data[at : at + rng.randrange(1, 40)]
        yield bytes(data)


def read_stun(data: bytes) -> None:
    parse_binding_request(data).verify("password")


def read_rtp(data: bytes) -> None:
    header = rtp.parse_header(data)
    out = rtp.rewrite(data, header, 1, 2, 3)
    assert rtp.parse_header(out)[5:] == (12, header.padding)
    for identifier in (1, 2, 7):
        found = rtp.extension(data, identifier)
        assert found is None or len(found) <= 255
    assert rtp.parse_header(wrap(data, 5, 9)).padding == 0
    original = unwrap(data, header, 96, 9)
    assert original is None or rtp.parse_header(original[0]) == original[1]


def read_rtcp(data: bytes) -> None:
    assert isinstance(rtcp.read(data), list)


def read_remb(data: bytes) -> None:
    assert parse_remb(data) >= 0


def framing_seeds() -> list[bytes]:
    packets = [b"x", bytes(2_048), bytes([0, 1]) + stun_seeds()[0], *rtp_seeds()]
    return [b"".join(map(framed, packets[2:])), framed(packets[0]) + framed(packets[1])]


def read_frames(data: bytes) -> None:
    """In pieces it reads the same as at once, faults included."""
    found: list[list[bytes]] = []
    faults = 0
    for step in (len(data) or 1, 1 + len(data) // 9):
        frames, taken = Frames(), []
        try:
            for at in range(0, len(data), step):
                frames.feed(memoryview(data)[at : at + step])
                while (packet := frames.next()) is not None:
                    taken.append(packet)
        except FormatError:
            faults += 1
        found.append(taken)
    assert found[0] == found[1]
    assert all(0 < len(packet) <= MAX_FRAME for packet in found[0])
    assert b"".join(map(framed, found[0])) == data[: sum(map(len, found[0])) + 2 * len(found[0])]
    if faults:
        assert faults == 2
        raise FormatError("both ways")


def read_payload(data: bytes) -> None:
    """Hostile bytes are no error here, they begin nothing; what is not found counts as refused."""
    starts = [start(codec, data) for codec in (VP8, H264)]
    numbers = picture_numbers(data)
    if numbers is not None:
        assert max(numbers.number_at + numbers.wide, numbers.tl0_at) < len(data)
    if numbers is None and not any(found.begins for found in starts):
        raise FormatError("nothing begins")


def read_outgoing(data: bytes) -> None:
    """What is forwarded gets a viewer's numbers, and loses them again by the opposite shift."""
    packet = rtp.rewrite(data, rtp.parse_header(data), 65_530, 2**32 - 5, 7)
    shift = Shift(1 << 16 | 9, 9, 0x7FF9, 0xF9)
    for codec in (VP8, H264, None):
        moved = renumbered(packet, codec, shift)
        assert len(moved) == len(packet)
        assert rtp.parse_header(moved)[:2] == rtp.parse_header(packet)[:2]
        assert renumbered(moved, codec, Shift(*(-each for each in shift))) == packet
        assert numbers_of(moved, codec).sequence == (65_530 + shift.sequence) & 0xFFFF


PARSERS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "stun": (read_stun, stun_seeds()),
    "rtp": (read_rtp, rtp_seeds()),
    "rtcp": (read_rtcp, rtcp_seeds()),
    "framing": (read_frames, framing_seeds()),
    "payload": (read_payload, payload_seeds()),
    "outgoing": (read_outgoing, [seed.replace(b"payload", each) for seed in rtp_seeds() for each in payload_seeds()]),
    "remb": (read_remb, [foreign.pack_remb_fci(1_000_000, [1, 2])]),
}


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_of_datagrams_raises_nothing_but_its_own_error(name: str) -> None:
    parse, seeds = PARSERS[name]
    accepted = refused = 0
    for data in mutants(random.Random(name), seeds, COUNT):
        try:
            parse(data)
        except FormatError:
            refused += 1
        else:
            accepted += 1
    # Both must happen, or the mutants would test nothing.
    assert accepted > COUNT / 500
    assert refused > COUNT / 100


def test_the_parser_of_offers_raises_nothing_but_its_own_errors() -> None:
    rng = random.Random("sdp")
    accepted = refused = layered = 0
    lines = SDP_SEED.encode().splitlines(keepends=True)
    for data in mutants(rng, [SDP_SEED.encode()], COUNT // 10):
        shuffled = b"".join(rng.sample(lines, rng.randrange(len(lines)))) if rng.random() < 0.1 else data
        text = shuffled.decode("utf-8", "replace")
        try:
            offer = parse_offer(text)
            published = answer_publisher(offer, LOCAL)
            answer = answer_viewer(offer, LOCAL, lambda _kind, slot: slot)
        except (BadSdpError, NoCommonCodecError):
            refused += 1
        else:
            accepted += 1
            # Whatever the offer held, it cannot smuggle lines into the answer.
            for told in (published.sdp, answer.sdp):
                assert all(line[1:2] == "=" for line in told.split("\r\n") if line)
            layers = [line.rids for line in published.lines if line.rids]
            layered += bool(layers)
            assert all(len(set(rids)) == len(rids) <= LAYERS for rids in layers)
            assert published.sdp.count("a=rid:") == sum(len(rids) for rids in layers)
    assert accepted > COUNT / 500
    assert refused > COUNT / 500
    assert layered > COUNT / 1_000
