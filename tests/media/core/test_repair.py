"""What a viewer's NACKs are answered with, and what they are not."""

from __future__ import annotations

from media.core.allowance import Allowance
from media.core.repair import FIRST_RTT_S, OLD_AT_ONCE, Repair
from media.core.ring import CAPACITY, PacketRing
from media.core.rtp import parse_header

RTX = 99


def packet(sequence: int) -> bytes:
    return b"\x80\x60" + (sequence & 0xFFFF).to_bytes(2, "big") + bytes(7) + b"\x07" + b"payload"


def ring(first: int, count: int) -> PacketRing:
    made = PacketRing()
    for number in range(first, first + count):
        made.put(number & 0xFFFF, packet(number))
    return made


def repair(burst: float = 10_000, first: int = 65_534) -> Repair:
    return Repair(RTX, first, Allowance(0, burst))


def test_packets_go_again_as_they_were_where_no_other_stream_was_negotiated() -> None:
    assert repair().missing((5, 6), ring(0, 10), 0.0, rtx=False) == [packet(5), packet(6)]


def test_each_retransmission_is_the_next_packet_of_a_stream_of_its_own() -> None:
    subject, kept = repair(), ring(65_530, 10)
    sent = subject.missing((65_533, 65_535, 1), kept, 0.0, rtx=True)
    headers = [parse_header(item) for item in sent]
    assert [(item.ssrc, item.sequence) for item in headers] == [(RTX, 65_534), (RTX, 65_535), (RTX, 0)]
    assert [int.from_bytes(item[12:14], "big") for item in sent] == [65_533, 65_535, 1]


def test_no_packet_goes_twice_within_one_round_trip() -> None:
    subject, kept = repair(), ring(0, 10)
    subject.round_trip(0.2)
    assert len(subject.missing((5, 5, 5), kept, 1.0, rtx=True)) == 1
    assert subject.missing((5,), kept, 1.199, rtx=True) == []
    assert len(subject.missing((4, 5), kept, 1.2, rtx=True)) == 2


def test_a_packet_that_went_out_late_is_not_sent_again_for_what_was_asked_before() -> None:
    subject, kept = repair(), ring(0, 10)
    subject.round_trip(0.2)
    kept.late(5, 1.0)
    assert subject.missing((5,), kept, 1.1, rtx=True) == []
    assert len(subject.missing((5,), kept, 1.2, rtx=True)) == 1


def test_the_first_round_trip_is_assumed_and_then_smoothed() -> None:
    subject = repair()
    assert subject.rtt_s == FIRST_RTT_S
    subject.round_trip(0.02)
    assert subject.rtt_s == 0.02
    subject.round_trip(0.06)
    assert subject.rtt_s == 0.03
    for _ in range(100):
        subject.round_trip(1e9)
    assert subject.rtt_s <= 1.0
    for _ in range(100):
        subject.round_trip(-5)
    assert 0 <= subject.rtt_s < 0.001


def test_what_the_allowance_refuses_may_be_asked_for_again_at_once() -> None:
    subject, kept = Repair(RTX, 0, Allowance(100, 2)), ring(0, 10)
    assert len(subject.missing((1, 2, 3), kept, 0.0, rtx=True)) == 2
    assert [item[12:14] for item in subject.missing((1, 2, 3), kept, 0.05, rtx=True)] == [b"\x00\x03"]


def test_what_is_gone_or_never_was_costs_nothing() -> None:
    subject = repair(burst=1)
    assert subject.missing((500, 501), ring(0, 10), 0.0, rtx=True) == []
    assert len(subject.missing((5,), ring(0, 10), 0.0, rtx=True)) == 1


def test_memory_stays_bounded_over_wraps_of_the_numbers() -> None:
    subject, kept = repair(burst=1e9), PacketRing()
    for number in range(0, 200_000, 40):
        for each in range(number, number + 40):
            kept.put(each & 0xFFFF, packet(each))
        asked = (number & 0xFFFF, (number + 7) & 0xFFFF)
        assert len(subject.missing(asked, kept, number / 200, rtx=True)) == 2
    assert len(subject._resent) <= CAPACITY


def test_old_packets_are_the_last_ones_and_about_as_many_octets_as_are_wanted() -> None:
    subject, kept = repair(), ring(65_530, 40)
    size = len(packet(0))
    for octets, count in ((0, 0), (1, 1), (size, 1), (size + 1, 2), (5 * size, 5), (10**6, OLD_AT_ONCE)):
        found = subject.old(kept, 33, octets)
        assert [int.from_bytes(item[12:14], "big") for item in found] == [(33 - at) & 0xFFFF for at in range(count)]
    numbers = [parse_header(item).sequence for item in subject.old(kept, 33, 3 * size)]
    assert numbers == [numbers[0], (numbers[0] + 1) & 0xFFFF, (numbers[0] + 2) & 0xFFFF]


def test_holes_are_passed_over_where_old_packets_are_wanted() -> None:
    kept = PacketRing()
    for number in (5, 6, 9, 11):
        kept.put(number, packet(number))
    found = repair().old(kept, 12, 10**6)
    assert [int.from_bytes(item[12:14], "big") for item in found] == [11, 9, 6, 5]
    assert repair().old(PacketRing(), 12, 10**6) == []
