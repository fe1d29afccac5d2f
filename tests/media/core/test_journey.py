"""The way back from a viewer's numbers to what it was sent, through layers that it has left."""

from __future__ import annotations

import pytest

from media.core.codecs import VP8
from media.core.journey import LEGS, Journey
from media.core.renumber import Edge, numbers_of
from media.core.ring import CAPACITY, PacketRing
from media.core.rtp import parse_header, plain_header


class Layer:
    """Packets of one layer; its first has the unwrapped number `first`."""

    def __init__(self, first: int, name: bytes) -> None:
        self.ring = PacketRing()
        self.ring.restart(VP8)
        self.edge: Edge | None = None
        self._next = first
        self._name = name

    def send(self, journey: Journey | None = None, count: int = 1) -> list[int]:
        """Packets, which a viewer may have boarded with; the layer's unwrapped numbers."""
        sent = []
        for _ in range(count):
            number, self._next = self._next, self._next + 1
            head = b"\x90\x80" + (0x8000 | number & 0x7FFF).to_bytes(2, "big")
            packet = plain_header(0xE0, number & 0xFFFF, number * 3_000 & 0xFFFFFFFF, 7) + head
            packet += b"\x01" + self._name + str(number).encode()
            self.ring.put(number & 0xFFFF, packet)
            edge = Edge(number, numbers_of(packet, VP8))
            if journey is not None:
                journey.board(edge, self.ring, lambda: self.edge)
                journey = None
            self.edge = edge
            sent.append(number)
        return sent


def text(packet: bytes | None) -> str | None:
    return None if packet is None else packet[17:].decode()


def test_a_journey_that_has_not_begun_knows_nothing() -> None:
    journey = Journey()
    assert journey.newest is None
    assert journey.get(0) is None
    assert journey.late_at(0) == float("-inf")
    assert not journey.holds(0)


@pytest.mark.parametrize("first", [1 << 16, (1 << 16) + 65_530])
def test_the_first_layer_keeps_its_numbers(first: int) -> None:
    journey, layer = Journey(), Layer(first, b"l")
    numbers = layer.send(journey, 20)
    assert journey.newest == numbers[-1] & 0xFFFF
    for number in numbers:
        assert journey.get(number & 0xFFFF) is layer.ring.get(number & 0xFFFF)
    assert journey.get((first - 1) & 0xFFFF) is None
    assert journey.get((numbers[-1] + 1) & 0xFFFF) is None


def test_packets_from_before_the_viewer_came_are_not_its_own() -> None:
    journey, layer = Journey(), Layer(70_000, b"l")
    before = layer.send(count=10)
    after = layer.send(journey, 3)
    assert journey.get(before[-1] & 0xFFFF) is None
    assert not journey.holds(before[-1])
    assert all(journey.holds(number) for number in after)


@pytest.mark.parametrize(("low", "high"), [(70_000, 200_000), (131_070, 65_538), (65_536, 131_071)])
def test_older_legs_answer_for_their_part(low: int, high: int) -> None:
    """Whatever the two layers' numbers are, wraps of both included."""
    journey, layers = Journey(), (Layer(low, b"l"), Layer(high, b"h"))
    own = None
    wanted: list[tuple[int, str]] = []
    for leg in range(6):
        layer, name = layers[leg % 2], "lh"[leg % 2]
        other = layers[1 - leg % 2]
        for each in layer.send(journey, 5):
            own = low if own is None else own + 1
            wanted.append((own, f"{name}{each}"))
        other.send(count=7)  # which the viewer is not sent
    assert journey.newest == wanted[-1][0] & 0xFFFF
    for number, sent in wanted:
        packet = journey.get(number & 0xFFFF)
        assert packet is not None
        assert text(packet) == sent
        assert parse_header(packet).sequence == number & 0xFFFF
        assert journey.get(number & 0xFFFF) == packet
    assert journey.get((wanted[-1][0] + 1) & 0xFFFF) is None
    assert journey.get((low - 1) & 0xFFFF) is None


def test_a_packet_that_was_lost_on_the_way_up_is_missing_and_no_other_is_given_for_it() -> None:
    journey, layer = Journey(), Layer(70_000, b"l")
    numbers = layer.send(journey, 3)
    layer._next += 1
    numbers += layer.send(count=2)
    assert journey.get(70_003 & 0xFFFF) is None
    assert text(journey.get(70_004 & 0xFFFF)) == "l70004"


def test_when_a_packet_was_late_is_told_by_the_viewers_number() -> None:
    journey, low, high = Journey(), Layer(70_000, b"l"), Layer(90_000, b"h")
    low.send(journey, 3)
    high.send(journey, 3)
    high.ring.late(90_001 & 0xFFFF, 12.5)
    assert journey.late_at((70_000 + 4) & 0xFFFF) == 12.5
    assert journey.late_at(70_001 & 0xFFFF) == float("-inf")


def test_the_way_back_is_as_long_as_the_replay_window() -> None:
    journey, layer = Journey(), Layer(70_000, b"l")
    layer.send(journey, CAPACITY + 100)
    newest = 70_000 + CAPACITY + 99
    assert text(journey.get((newest - CAPACITY + 1) & 0xFFFF)) == f"l{newest - CAPACITY + 1}"
    assert journey.get((newest - CAPACITY) & 0xFFFF) is None


def test_legs_are_pruned_and_what_they_held_is_gone_without_a_mistake() -> None:
    journey, low, high = Journey(), Layer(70_000, b"l"), Layer(90_000, b"h")
    sent = []
    for leg in range(LEGS + 10):
        layer, name = ((low, "l"), (high, "h"))[leg % 2]
        sent += [f"{name}{number}" for number in layer.send(journey, 2)]
    found = [text(journey.get((70_000 + at) & 0xFFFF)) for at in range(len(sent))]
    assert found[20:] == sent[20:]
    assert found[:20] == [None] * 20
