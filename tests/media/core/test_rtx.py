"""Retransmission packets: what aiortc makes of ours and we of theirs."""

from __future__ import annotations

from aiortc import rtp as foreign

from media.core.rtp import padded, parse_header, with_payload_type
from media.core.rtx import unwrap, wrap


def original(sequence: int = 65_535, payload: bytes = b"payload") -> bytes:
    return foreign.RtpPacket(96, 1, sequence, 90_000, 7, payload).serialize()


def test_a_stock_receiver_recovers_the_original() -> None:
    wrapped = with_payload_type(wrap(original(), 5, 8), 97)
    found = foreign.RtpPacket.parse(wrapped)
    assert (found.ssrc, found.sequence_number, found.payload_type, found.marker) == (8, 5, 97, 1)
    assert foreign.unwrap_rtx(found, 96, 7).serialize() == original()


def test_padding_that_equalised_sizes_is_not_sent_again() -> None:
    wrapped = wrap(padded(original(), 30), 5, 8)
    assert foreign.unwrap_rtx(foreign.RtpPacket.parse(wrapped), 96, 7).serialize() == original()


def test_a_stock_senders_retransmission_becomes_the_original() -> None:
    sent = foreign.wrap_rtx(foreign.RtpPacket.parse(original()), 97, 5, 8)
    sent.padding_size = 4
    data = sent.serialize()
    found = unwrap(data, parse_header(data), 96, 7)
    assert found is not None
    packet, header = found
    assert packet == original()
    assert header == parse_header(packet)


def test_a_probe_without_an_original_is_nothing() -> None:
    for payload in (b"", b"\x00\x01"):
        data = foreign.RtpPacket(97, 0, 5, 1, 8, payload).serialize()
        assert unwrap(data, parse_header(data), 96, 7) is None
    data = padded(foreign.RtpPacket(97, 0, 5, 1, 8, b"").serialize(), 200)
    assert unwrap(data, parse_header(data), 96, 7) is None
