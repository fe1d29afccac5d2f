"""RTCP in and out."""

from __future__ import annotations

import pytest
from aiortc import rtp as foreign

from media.core import rtcp
from media.errors import FormatError


def test_picture_loss_and_full_intra_requests_name_their_stream() -> None:
    pli = bytes(foreign.RtcpPsfbPacket(fmt=1, ssrc=9, media_ssrc=77))
    fir = bytes(foreign.RtcpPsfbPacket(fmt=4, ssrc=9, media_ssrc=0, fci=(78).to_bytes(4, "big") + bytes(4)))
    assert rtcp.read(pli + fir) == [rtcp.KeyFrameWanted(77), rtcp.KeyFrameWanted(78)]


def test_missing_sequence_numbers_wrap() -> None:
    nack = bytes.fromhex("81cd0003 00000009 0000004d ffff0001".replace(" ", ""))
    assert rtcp.read(nack) == [rtcp.Missing(77, (65_535, 0))]


def test_a_huge_nack_is_cut() -> None:
    nack = foreign.RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=7, lost=list(range(0, 10_000, 17)))
    [event] = rtcp.read(bytes(nack))
    assert isinstance(event, rtcp.Missing)
    assert len(event.sequences) == rtcp.MAX_RESENT


def test_transport_wide_feedback_is_no_nack() -> None:
    assert rtcp.read(bytes.fromhex("8fcd0004000000090000004d0001000100000000")) == []


def test_sender_reports_goodbyes_and_reports_are_read() -> None:
    info = foreign.RtcpSenderInfo(2**63 + 5, 1_000, 3, 4)
    block = foreign.RtcpReceiverInfo(77, 25, 6, 1, 2, 3, 4)
    data = bytes(foreign.RtcpSrPacket(9, info, [block])) + bytes(foreign.RtcpByePacket([9, 10]))
    assert rtcp.read(data) == [
        rtcp.SenderClock(9, 2**63 + 5, 1_000),
        rtcp.Reported(77, 25, 6, 3, 4),
        rtcp.Goodbye((9, 10)),
    ]


def test_an_estimate_comes_back_as_it_was_made() -> None:
    assert rtcp.read(rtcp.estimate(2_500_000, [1, 2])) == [rtcp.Estimate(2_500_000)]


@pytest.mark.parametrize(
    "data", [b"\x80", b"\x80\xc9\x00\x09", b"\x00\xc9\x00\x00", b"\x8f\xce\x00\x03" + bytes(8) + b"REMB"]
)
def test_broken_compounds_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        rtcp.read(data)


def test_what_we_send_begins_with_a_report_and_parses_elsewhere() -> None:
    report = foreign.RtcpReceiverInfo(77, 1, 2, 3, 4, 5, 6)
    [rr, sdes] = foreign.RtcpPacket.parse(rtcp.receiver_report([report]))
    assert isinstance(rr, foreign.RtcpRrPacket)
    assert rr.reports == [report]
    assert isinstance(sdes, foreign.RtcpSdesPacket)
    [empty, pli] = foreign.RtcpPacket.parse(rtcp.picture_loss(77))
    assert isinstance(empty, foreign.RtcpRrPacket)
    assert isinstance(pli, foreign.RtcpPsfbPacket)
    assert (pli.fmt, pli.media_ssrc) == (1, 77)
    [sr, _] = foreign.RtcpPacket.parse(rtcp.sender_report(5, 2**64 + 1, 2**32 + 2, 2**32 + 3, 4))
    assert isinstance(sr, foreign.RtcpSrPacket)
    assert (sr.ssrc, sr.sender_info) == (5, foreign.RtcpSenderInfo(1, 2, 3, 4))


def test_a_request_for_missing_packets_packs_them_in_order_across_the_wrap() -> None:
    asked = [65_530, 65_531, 65_535, 0, 10, 11, 500]
    [_, nack] = foreign.RtcpPacket.parse(rtcp.missing(77, asked))
    assert isinstance(nack, foreign.RtcpRtpfbPacket)
    assert (nack.fmt, nack.ssrc, nack.media_ssrc) == (1, rtcp.OUR_SSRC, 77)
    assert [number & 0xFFFF for number in nack.lost] == asked


def test_requests_stay_within_a_datagram() -> None:
    compound = rtcp.missing(77, [number * 20 & 0xFFFF for number in range(1_000)])
    assert len(compound) <= 1_100
    assert len(rtcp.read(compound)) == 1
