"""RTP headers: where the payload begins, and what a rewritten packet looks like."""

from __future__ import annotations

import pytest
from aiortc.rtp import RtpPacket

from media.core import rtp
from media.errors import FormatError


def packet(payload: bytes = b"payload", **fields: int) -> bytes:
    return bytes(RtpPacket(payload=payload, **fields).serialize())


def test_a_plain_header_is_read() -> None:
    data = packet(payload_type=97, marker=1, sequence_number=65_535, timestamp=2**32 - 1, ssrc=7)
    header = rtp.parse_header(data)
    assert header == rtp.RtpHeader(97, True, 65_535, 2**32 - 1, 7, 12, 0)
    assert data[header.payload_at :] == b"payload"


def test_sources_and_extensions_are_skipped() -> None:
    data = bytes([0x92, 96, 0, 1]) + bytes(8) + bytes(8) + b"\xbe\xde\x00\x02" + bytes(8) + b"rest"
    assert data[rtp.parse_header(data).payload_at :] == b"rest"


def test_a_rewritten_packet_has_a_bare_header_and_keeps_padding() -> None:
    data = bytes([0xB1, 0xE0, 0, 1]) + bytes(8) + bytes(4) + b"\xbe\xde\x00\x01" + bytes(4) + b"vid\0\0\x03"
    out = rtp.rewrite(data, rtp.parse_header(data), 500, 600, 700)
    header = rtp.parse_header(out)
    assert header == rtp.RtpHeader(96, True, 500, 600, 700, 12, 3)
    assert out[12:] == b"vid\0\0\x03"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(11),
        bytes([0x40]) + bytes(11),
        bytes([0x8F]) + bytes(20),
        bytes([0x90]) + bytes(12),
        bytes([0x90]) + bytes(13) + b"\xff\xff",
        bytes([0xA0]) + bytes(11),
        bytes([0xA0]) + bytes(12),
        bytes([0xA0]) + bytes(11) + b"\x02",
    ],
)
def test_lengths_that_do_not_add_up_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        rtp.parse_header(data)


def test_padding_is_read_back_by_a_foreign_parser() -> None:
    data = rtp.padded(packet(b"0123456789", payload_type=96), 30)
    parsed = RtpPacket.parse(data)
    assert len(data) == 30
    assert (parsed.payload, parsed.padding_size) == (b"0123456789", 8)


def test_another_payload_type_keeps_the_marker() -> None:
    out = rtp.with_payload_type(packet(payload_type=96, marker=1, sequence_number=3), 120)
    assert rtp.parse_header(out)[:3] == (120, True, 3)


def test_deltas_go_the_short_way_round() -> None:
    assert rtp.sequence_delta(2, 65_534) == 4
    assert rtp.sequence_delta(65_534, 2) == -4
    assert rtp.timestamp_delta(5, 2**32 - 5) == 10


def with_extension(form: int, body: bytes) -> bytes:
    words = len(body) // 4
    return b"\x91" + bytes(11) + b"csrc" + form.to_bytes(2, "big") + words.to_bytes(2, "big") + body + b"payload"


def test_extensions_are_found_in_both_forms() -> None:
    short = with_extension(0xBEDE, b"\x10\x07\x00\x00\x31\x12\x34\x00")
    long = with_extension(0x1000, b"\x01\x01\x07\x00\x03\x02\x12\x34")
    for packet in (short, long):
        assert rtp.extension(packet, 1) == b"\x07"
        assert rtp.extension(packet, 3) == b"\x12\x34"
        assert rtp.extension(packet, 5) is None


def test_an_extension_that_is_cut_off_is_none() -> None:
    assert rtp.extension(with_extension(0xBEDE, b"\x10\x07\x00\x32"), 3) is None
    assert rtp.extension(with_extension(0x1000, b"\x03\x09\x00\x00"), 3) is None
    assert rtp.extension(with_extension(0x1000, b"\x00\x00\x00\x03"), 3) is None
    assert rtp.extension(with_extension(0x4321, b"\x31\x12\x34\x00"), 3) is None
    assert rtp.extension(b"\x80" + bytes(11) + b"payload", 3) is None
