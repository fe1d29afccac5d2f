"""Fast start with a publisher that answers no request: a joiner gets the last key-frame group, up to the live edge."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiortc import rtp as foreign

from media.core import groups
from media.core.allowance import Allowance
from media.core.codecs import OPUS, VP8, Codec
from media.core.rtp import parse_header, sequence_delta, timestamp_delta
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.slots import Slot
from media.subscription import Subscription
from media.tracks import Origin

FPS, GOP = 30, 60
PACKETS = 5


class Sent(Egress):
    """What one viewer gets of the video, with its moments."""

    def __init__(self, world: World) -> None:
        self.counters = Counters()
        self.got: list[tuple[float, bytes]] = []
        self.jobs = 0
        self._world = world

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        self.jobs += 1
        for outlet in outlets:
            self.got += [(self._world.now, packet) for packet in frame.video if outlet.video >= 0]

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        pass


class World:
    """A slot whose publisher sends a key frame each two seconds, whatever it is asked."""

    pinned = None
    prompt = False

    def size(self, index: int) -> float:
        return 1.0

    def __init__(self) -> None:
        self.now = 50.0
        self.asked = 0
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self.sent = Sent(self)
        self.slot = Slot(0, self.sent, lambda: self.now, self.later)
        self.slot.attach(self._ask)
        self.slot.use("video", VP8, [])
        self.slot.use("audio", OPUS, [])
        self._sequence = 65_400
        self._frames = itertools.count()

    def _ask(self, _rid: str) -> None:
        self.asked += 1

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.now + delay, next(self._count), callback))

    def play(self, seconds: float, size: int = 200) -> None:
        for frame in range(round(seconds * FPS)):
            number = next(self._frames)
            for index in range(PACKETS):
                begins, key = index == 0, number % GOP == 0
                payload = bytes([0x10 if begins else 0, 0 if key else 1]) + number.to_bytes(4, "big") + bytes(size)
                data = foreign.RtpPacket(
                    96, int(index == PACKETS - 1), self._sequence, number * 3_000, 1, payload
                ).serialize()
                self._sequence = (self._sequence + 1) & 0xFFFF
                self.slot.push(Origin("video", 1), data, parse_header(data))
            if frame % 15 == 0:
                self.slot.tick(self.now)
            self.sleep(1 / FPS)

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._timers)
            callback()
        self.now = until

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet:
        path: Any = None
        return Outlet(path, 96, 111)

    def allowance(self) -> Allowance:
        return Allowance(0, 0)

    def probe(self, subscription: Subscription, octets: int) -> None:
        raise AssertionError

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        raise AssertionError


def frame_of(packet: bytes) -> int:
    return int.from_bytes(packet[14:18], "big")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("age", [0.1, 0.5, 1.0, 1.9])
def test_a_joiner_sees_at_once_and_is_at_the_live_edge_soon(world: World, age: float) -> None:
    world.slot.attach(world._ask, deaf=True)
    world.play(4 + age)
    joined = world.now
    world.slot.joined(world)
    world.play(3)
    got = [(at, parse_header(packet), frame_of(packet)) for at, packet in world.sent.got]
    # The whole group from its key frame on, without a gap, across the wrap of the sequence numbers.
    assert got[0][0] - joined <= 0.051
    assert got[0][2] % GOP == 0
    assert [frame for _, _, frame in got] == sorted(frame for _, _, frame in got)
    for before, after in itertools.pairwise(got):
        assert sequence_delta(after[1].sequence, before[1].sequence) == 1
        assert 0 <= timestamp_delta(after[1].timestamp, before[1].timestamp) <= 3_100
        assert (after[1].timestamp == before[1].timestamp) == (after[2] == before[2])
    # Time stamps follow the time of sending all the way: no jitter buffer is filled, none runs dry.
    start = got[0][1].timestamp
    for at, header, _ in got:
        assert abs(timestamp_delta(header.timestamp, start) / 90_000 - (at - joined)) < 0.07
    caught_up = next(at for at, _, frame in got if at > joined and frame == int((at - 50.0) * FPS + 0.01))
    assert caught_up - joined <= age / 2 + 0.1


def test_the_first_joiner_of_a_publisher_that_turns_out_to_be_deaf_waits_a_second(world: World) -> None:
    world.play(4.2)
    joined = world.now
    world.slot.joined(world)
    world.play(1.7)
    assert world.asked >= 1
    assert 1.0 <= world.sent.got[0][0] - joined <= 1.6


def test_a_group_that_is_too_large_is_not_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "LARGEST", 10_000)
    world.slot.attach(world._ask, deaf=True)
    world.play(4.5)
    world.slot.joined(world)
    world.play(1.0)
    assert world.sent.got == []
    world.play(1.0)
    assert frame_of(world.sent.got[0][1]) == 180


def test_a_publisher_that_stops_in_the_middle_leaves_no_timer_behind(world: World) -> None:
    world.slot.attach(world._ask, deaf=True)
    world.play(4.5)
    world.slot.joined(world)
    world.sleep(6)
    assert len(world.sent.got) == 15 * PACKETS
    assert world._timers == []
    world.play(2)
    assert frame_of(world.sent.got[15 * PACKETS][1]) == 180


def test_a_viewer_that_leaves_meanwhile_gets_no_more(world: World) -> None:
    world.slot.attach(world._ask, deaf=True)
    world.play(5.0)
    world.slot.joined(world)
    world.sleep(0.1)
    got = len(world.sent.got)
    world.slot.left(world)
    world.play(1.0)
    assert 0 < len(world.sent.got) == got


def test_what_was_replayed_is_resent_as_it_was(world: World) -> None:
    world.slot.attach(world._ask, deaf=True)
    world.play(5.0)
    world.slot.joined(world)
    world.play(1.5)
    journey = world.slot.subscriptions[world].journey
    for _, packet in world.sent.got:
        assert journey.get(parse_header(packet).sequence) == packet


def test_a_crowd_shares_one_replay(world: World) -> None:
    class Another(World):
        """Only a viewer."""

        def __init__(self) -> None:
            pass

    world.slot.attach(world._ask, deaf=True)
    world.play(5.0)
    for viewer in [Another() for _ in range(30)]:
        world.slot.joined(viewer)
    world.sent.jobs = 0
    world.sleep(0.2)
    assert len(world.sent.got) > 100
    assert world.sent.jobs <= 10
    for subscription in world.slot.subscriptions.values():
        assert subscription.replay is not None
    world.play(1.0)
    assert all(each.seen for each in world.slot.subscriptions.values())
