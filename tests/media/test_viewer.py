"""A viewer's feedback: retransmissions in its own payload types, and floods that stay counters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from media.core import rtcp
from media.core.codecs import VP8
from media.core.negotiation import AcceptedLine
from media.core.rtp import parse_header
from media.counters import Counters
from media.egress import Egress, Outlet, Path, SentFrame
from media.slots import Slot
from media.tracks import Clock, Origin
from media.viewer import RESENT_BURST, Viewer


class Sent(Egress):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.again: list[tuple[int, list[bytes]]] = []

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        pass

    def resend(self, packets: Sequence[bytes], payload_type: int, path: Path) -> None:
        self.again.append((payload_type, list(packets)))


class FakePeer:
    def send_rtcp(self, compound: bytes) -> None:
        pass


class World:
    def __init__(self, rtx: dict[int, int]) -> None:
        self.now = 10.0
        self.egress = Sent()
        self.slot = Slot(0, self.egress, lambda: self.now, lambda _delay, _callback: None)
        line = AcceptedLine("video", 0, {120: VP8}, (), rtx)
        peer: Any = FakePeer()
        self.viewer = Viewer(peer, [line], lambda: (self.slot,), self.egress)
        path: Any = object()
        self.viewer.connected(path, self.now)
        self.slot.use("video", VP8, [self.viewer])
        self.numbers: list[int] = []
        for number in range(2_000):
            data = b"\x80\xe0" + number.to_bytes(2, "big") + (number * 3_000).to_bytes(4, "big") + b"\0\0\0\1\x10\0data"
            self.slot.push(Origin("video", 1), data, parse_header(data))
        mapping = self.slot.layers[0].flow.mapping.map(1, 1_999, 1_999 * 3_000, self.now)
        assert mapping is not None
        self.newest = mapping[0]

    def nack(self, *sequences: int) -> None:
        self.viewer.take_rtcp([rtcp.Missing(self.slot.video.ssrc, sequences)], self.now)


def test_a_viewer_with_rtx_gets_packets_of_the_slots_second_stream() -> None:
    world = World({120: 121})
    world.nack(world.newest, world.newest - 5)
    [(payload_type, packets)] = world.egress.again
    assert payload_type == 121
    headers = [parse_header(packet) for packet in packets]
    assert {header.ssrc for header in headers} == {world.slot.video.rtx_ssrc}
    assert headers[1].sequence == headers[0].sequence + 1


def test_a_viewer_without_rtx_gets_the_packet_itself() -> None:
    world = World({})
    world.nack(world.newest)
    assert world.egress.again == [(120, [world.slot.layers[0].ring.get(world.newest)])]


def test_a_reported_round_trip_paces_retransmissions() -> None:
    world = World({120: 121})
    world.slot.sender_report = None  # type: ignore[assignment,method-assign]
    world.slot.layers[0].flow.clock = Clock(1, 7 << 32, 0, world.now)
    world.now += 0.3
    world.viewer.take_rtcp([rtcp.Reported(world.slot.video.ssrc, 0, 0, lsr=7 << 16, dlsr=0)], world.now)
    assert world.viewer.quality.rtt_ms == pytest.approx(300)
    world.nack(world.newest)
    world.now += 0.25
    world.nack(world.newest)
    world.now += 0.06
    world.nack(world.newest)
    assert [len(packets) for _, packets in world.egress.again] == [1, 0, 1]


def test_a_flood_of_nacks_is_bounded_over_all_packets() -> None:
    world = World({120: 121})
    for first in range(0, 1_000, 100):
        world.nack(*((world.newest - first - at) & 0xFFFF for at in range(100)))
    assert sum(len(packets) for _, packets in world.egress.again) == RESENT_BURST


def test_a_flood_of_picture_losses_from_one_viewer_is_refused() -> None:
    world = World({})
    asked: list[float] = []
    world.slot.attach(lambda _rid: asked.append(world.now))
    for _ in range(600):  # one minute
        world.viewer.take_rtcp([rtcp.KeyFrameWanted(world.slot.video.ssrc)], world.now)
        world.now += 0.1
    assert 60 <= len(asked) <= 75
    assert world.egress.counters.values["pli_refused"] >= 500
