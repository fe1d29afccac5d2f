"""Receiver reports: loss, jitter and wraps as RFC 3550 counts them."""

from __future__ import annotations

from media.core.reception import Reception


def test_nothing_is_reported_before_the_first_packet() -> None:
    assert Reception(1, 90_000).report(0.0) is None


def test_a_clean_stream_across_the_wrap_has_no_loss_and_no_jitter() -> None:
    reception = Reception(7, 90_000)
    for i in range(100):
        reception.packet((65_500 + i) & 0xFFFF, 3_000 * i, i / 30)
    report = reception.report(4.0)
    assert report is not None
    assert (report.ssrc, report.packets_lost, report.fraction_lost, report.jitter) == (7, 0, 0, 0)
    assert report.highest_sequence == 65_599


def test_every_fourth_packet_lost_is_a_quarter_of_the_interval() -> None:
    reception = Reception(7, 90_000)
    for i in range(101):
        if i % 4 != 3:
            reception.packet(i, 0, 0.0)
    report = reception.report(0.0)
    assert report is not None
    assert (report.packets_lost, report.fraction_lost) == (25, 25 * 256 // 101)
    for i in range(101, 201):
        reception.packet(i, 0, 0.0)
    later = reception.report(0.0)
    assert later is not None
    assert (later.packets_lost, later.fraction_lost) == (25, 0)


def test_jitter_grows_with_uneven_arrival() -> None:
    reception = Reception(7, 90_000)
    for i in range(200):
        reception.packet(i, 3_000 * i, i / 30 + (0.010 if i % 2 else 0.0))
    report = reception.report(9.0)
    assert report is not None
    assert 850 <= report.jitter <= 900


def test_the_round_trip_fields_name_the_last_sender_report() -> None:
    reception = Reception(7, 90_000)
    reception.packet(1, 0, 0.0)
    reception.sender_report(0x0123456789ABCDEF, 10.0)
    report = reception.report(10.5)
    assert report is not None
    assert (report.lsr, report.dlsr) == (0x456789AB, 32_768)


def test_a_restart_begins_the_count_anew() -> None:
    reception = Reception(7, 90_000)
    reception.packet(40_000, 0, 0.0)
    reception.packet(5, 0, 0.0)
    reception.packet(6, 0, 0.0)
    assert reception.lost == 0
