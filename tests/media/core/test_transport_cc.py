"""Transport-wide feedback: what a decoder written from the draft reads is what arrived."""

from __future__ import annotations

import random
from dataclasses import dataclass
from struct import unpack, unpack_from

import pytest

from media.core.transport_cc import INTERVAL_S, MAX_JUMP, MAX_TOLD, Arrivals, encode
from tests.support.full import FULL


@dataclass(frozen=True)
class Decoded:
    sender: int
    media: int
    count: int
    arrived: dict[int, int | None]  # ticks by number


def decode(data: bytes) -> Decoded:
    """Section 3.1 of the draft, with every rule that a strict reader would hold us to."""
    first, kind, words = unpack_from("!BBH", data)
    assert (first, kind) == (0x80 | 15, 205)
    assert len(data) == 4 * (words + 1)
    sender, media, base, statuses = unpack_from("!LLHH", data, 4)
    reference = int.from_bytes(data[16:19], "big", signed=True)
    at = 20
    symbols: list[int] = []
    while len(symbols) < statuses:
        (chunk,) = unpack_from("!H", data, at)
        at += 2
        if not chunk & 0x8000:
            run = chunk & 0x1FFF
            assert 1 <= run <= statuses - len(symbols)
            symbols += [chunk >> 13 & 3] * run
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    assert not any(symbols[statuses:])
    ticks, arrived = reference * 256, {}
    for index, symbol in enumerate(symbols[:statuses]):
        assert symbol != 3
        if symbol == 1:
            ticks += data[at]
        elif symbol == 2:
            ticks += unpack("!h", data[at : at + 2])[0]
        at += symbol
        arrived[(base + index) & 0xFFFF] = ticks if symbol else None
    assert len(data) - at < 4
    assert not any(data[at:])
    return Decoded(sender, media, data[19], arrived)


def test_a_packet_of_the_draft_byte_by_byte() -> None:
    made = encode(1, 7, 65_535, [256, 300, None, 1_000, 900], 5)
    # Header, two sources, first number and count, reference time and number, two-bit symbols, four deltas.
    assert made.hex() == "8fcd0006" + "0000000100000007" + "ffff0005" + "00000105" + "d4a0" + "002c02bcff9c"
    assert decode(made).arrived == {65_535: 256, 0: 300, 1: None, 2: 1_000, 3: 900}


def test_what_is_encoded_is_decoded_whatever_it_is() -> None:
    rng = random.Random(11)
    for _ in range(200_000 if FULL else 4_000):
        ticks: list[int | None] = [rng.randrange(0, 1 << 31)]
        before = ticks[0] or 0
        lost, slow = rng.random() ** 3, rng.random() ** 3
        for _ in range(rng.randrange(0, 120)):
            before += rng.randrange(-0x8000, 0x8000) if rng.random() < slow else rng.randrange(0, 256)
            before = max(before, 0)
            ticks += [None] * (rng.random() < lost) * rng.randrange(1, 60)
            ticks.append(before)
        base = rng.randrange(65_536)
        made = encode(1, 2, base, ticks, 255)
        found = decode(made)
        wrapped = 0x1000000 * 256  # the reference time is 24 bits, signed
        expected = {(base + index) & 0xFFFF: value for index, value in enumerate(ticks)}
        assert (found.sender, found.media, found.count) == (1, 2, 255)
        assert {number: None if value is None else value % wrapped for number, value in found.arrived.items()} == {
            number: None if value is None else value % wrapped for number, value in expected.items()
        }


@pytest.mark.parametrize("start", [0, 65_500])
def test_over_a_lossy_link_each_packet_is_told_with_its_time(start: int) -> None:
    rng, arrivals = random.Random(12), Arrivals()
    sent: dict[int, float] = {}
    told: dict[int, int] = {}
    lost: set[int] = set()
    due = sorted((number / 200 + rng.random() * 0.02, number) for number in range(start, start + 3_000))
    for now, number in due:
        if rng.random() < 0.1:
            lost.add(number & 0xFFFF)
        else:
            sent[number & 0xFFFF] = now
            arrivals.packet(number & 0xFFFF, now)
        for feedback in arrivals.feedback(1, 2, now):
            assert len(feedback) <= 1_200
            told |= {each: ticks for each, ticks in decode(feedback).arrived.items() if ticks is not None}
    for feedback in arrivals.feedback(1, 2, due[-1][0] + 1.0):
        told |= {each: ticks for each, ticks in decode(feedback).arrived.items() if ticks is not None}
    assert told == {number: int(moment * 4_000) for number, moment in sent.items()}
    assert lost


def test_feedback_waits_for_its_interval_and_for_something_to_tell() -> None:
    arrivals = Arrivals()
    assert arrivals.deadline() is None
    arrivals.packet(5, 1.0)
    assert arrivals.deadline() == 1.0 + INTERVAL_S
    assert arrivals.feedback(1, 2, 1.0 + INTERVAL_S - 0.001) == []
    assert len(arrivals.feedback(1, 2, 1.0 + INTERVAL_S)) == 1
    assert arrivals.deadline() is None
    assert arrivals.feedback(1, 2, 9.0) == []


def test_feedback_packets_are_numbered_around_the_byte() -> None:
    arrivals, counts = Arrivals(), []
    for step in range(600):
        arrivals.packet(step, float(step))
        counts += [decode(feedback).count for feedback in arrivals.feedback(1, 2, step + 0.5)]
    assert counts == [step & 0xFF for step in range(600)]


def test_a_late_packet_makes_what_follows_it_be_told_again() -> None:
    arrivals = Arrivals()
    for number in (10, 12):
        arrivals.packet(number, 1.0)
    [first] = arrivals.feedback(1, 2, 1.1)
    assert decode(first).arrived == {10: 4_000, 11: None, 12: 4_000}
    arrivals.packet(11, 1.15)
    [second] = arrivals.feedback(1, 2, 1.2)
    assert decode(second).arrived == {11: 4_600, 12: 4_000}


def test_a_packet_that_comes_twice_keeps_its_first_time() -> None:
    arrivals = Arrivals()
    for moment in (1.0, 1.05):
        arrivals.packet(10, moment)
    [only] = arrivals.feedback(1, 2, 1.2)
    assert decode(only).arrived == {10: 4_000}


def test_a_long_pause_begins_another_packet() -> None:
    arrivals = Arrivals()
    arrivals.packet(10, 1.0)
    arrivals.packet(11, 100.0)
    found = [decode(feedback).arrived for feedback in arrivals.feedback(1, 2, 101.0)]
    assert found == [{10: 4_000}, {11: 400_000}]


def test_a_jump_begins_anew_and_costs_nothing() -> None:
    arrivals = Arrivals()
    arrivals.packet(10, 1.0)
    arrivals.packet(10 + MAX_JUMP + 1, 1.01)
    [only] = arrivals.feedback(1, 2, 2.0)
    assert decode(only).arrived == {10 + MAX_JUMP + 1: 4_040}


def test_memory_and_size_stay_bounded_whatever_comes() -> None:
    rng, arrivals = random.Random(13), Arrivals()
    for step in range(200_000 if FULL else 20_000):
        now = step / 2_000
        arrivals.packet(rng.choice((rng.randrange(65_536), step & 0xFFFF, (step * 700) & 0xFFFF)), now)
        made = arrivals.feedback(1, 2, now)
        assert len(made) <= 2 * MAX_JUMP // MAX_TOLD + 2
        for feedback in made:
            assert len(feedback) <= 1_200
            decode(feedback)
        assert len(arrivals._ticks) <= 2 * MAX_JUMP + 2_000
