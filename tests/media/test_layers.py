"""A slot with layers and a virtual clock: who gets which packet, and what a publisher may do to it."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from media.core import rtcp
from media.core.allowance import Allowance
from media.core.codecs import OPUS, VP8, Codec
from media.core.renumber import STRAIGHT, renumbered
from media.core.rtp import HEADER_BYTES, parse_header, plain_header, sequence_delta
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.layers import ACTIVE_S, IMPATIENT_S, Layer
from media.slots import Slot
from media.subscription import Subscription
from media.tracks import Origin

H264 = Codec("video", "h264", 90_000, "constrained_baseline")
RIDS = ("l", "m", "h")
KEY, DELTA, LATER = b"\x10\x00", b"\x10\x01", b"\x00\x01"


class Viewer:
    """Keeps what it is sent, in its own numbers."""

    def __init__(self, world: World, video: int = 96, audio: int = 111) -> None:
        self.pinned: float | None = None
        self.video: list[bytes] = []
        self.audio: list[bytes] = []
        self.probed: list[tuple[float, int]] = []
        self.clocks = 0
        self._world = world
        self._numbers = (video, audio)

    def allowance(self) -> Allowance:
        return Allowance(0, 0)

    def probe(self, subscription: Subscription, octets: int) -> None:
        self.probed.append((self._world.now, octets))

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        self.clocks += 1

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        numbers = [-1 if codec is None else number for codec, number in zip((video, audio), self._numbers, strict=True)]
        path: Any = self
        return Outlet(path, numbers[0], numbers[1]) if max(numbers) >= 0 else None

    def pictures(self) -> list[str]:
        """What it saw, by the text of the packets."""
        return [packet[HEADER_BYTES + 2 :].decode().split()[0] for packet in self.video]

    def steps(self) -> set[int]:
        """Differences between one sequence number and the next."""
        numbers = [parse_header(packet).sequence for packet in self.video]
        return {sequence_delta(after, before) for before, after in itertools.pairwise(numbers)}


class Handing(Egress):
    """Hands everything to the viewers."""

    def __init__(self) -> None:
        self.counters = Counters()

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        for outlet in outlets:
            viewer: Any = outlet.path
            if outlet.video >= 0:
                viewer.video += [renumbered(each, frame.codec, outlet.shift or STRAIGHT) for each in frame.video]
            if outlet.audio >= 0:
                viewer.audio += frame.audio

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        pass


class World:
    """A publisher of three layers, and a clock."""

    def __init__(self, *rids: str) -> None:
        self.now = 100.0
        self.asked: list[str] = []
        self.viewers: list[Viewer] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.slot = Slot(0, Handing(), lambda: self.now, self.later)
        self.attach(*(rids or RIDS))

    def attach(self, *rids: str) -> None:
        self.slot.attach(self.asked.append, rids)

    def codecs(self, codec: Codec = VP8) -> None:
        self.slot.use("video", codec, self.viewers)
        self.slot.use("audio", OPUS, self.viewers)

    def join(self, **numbers: int) -> Viewer:
        viewer = Viewer(self, **numbers)
        self.viewers.append(viewer)
        self.slot.joined(viewer)
        return viewer

    def pin(self, viewer: Viewer, layer: float | None) -> None:
        viewer.pinned = self.slot.subscriptions[viewer].choice.pinned = layer
        self.slot.choose(viewer, self.now)

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._timers, (self.now + delay, self._count, callback))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._timers)
            callback()
        self.now = until

    def push(self, rid: str, number: int, head: bytes, *, late: bool = False, size: int = 20, source: int = 0) -> bool:
        origin = Origin("video", source or 1 + RIDS.index(rid), rid)
        packet = plain_header(0xE0, number & 0xFFFF, number * 3_000 & 0xFFFFFFFF, 7) + head + f"{rid}{number} ".encode()
        return self.slot.push(origin, packet + bytes(size), parse_header(packet), late=late)

    def speak(self, number: int, *, late: bool = False) -> None:
        packet = plain_header(111, number & 0xFFFF, number * 960, 8) + b"sound"
        self.slot.push(Origin("audio", 9), packet, parse_header(packet), late=late)

    def play(self, first: int, count: int, rids: Sequence[str] = RIDS, sizes: Sequence[int] = (40, 160, 600)) -> None:
        """Frames of one packet at 30 a second; a key frame when one was asked for."""
        for number in range(first, first + count):
            for rid, size in zip(rids, sizes, strict=False):
                key = rid in self.asked or number == 0
                self.asked[:] = [each for each in self.asked if each != rid]
                self.push(rid, number, KEY if key else DELTA, size=size)
            if number % 15 == 0:
                self.slot.tick(self.now)
            self.sleep(1 / 30)

    def layer(self, viewer: Viewer) -> str:
        return self.slot.subscriptions[viewer].wanted.rid


@pytest.fixture
def world() -> World:
    return World()


def test_a_late_packet_goes_to_those_alone_who_were_on_its_layer(world: World) -> None:
    world.codecs()
    stayed, came = world.join(), world.join()
    world.pin(stayed, 1.0)
    world.play(0, 10)
    world.pin(stayed, 1.0)
    world.pin(came, 0.0)
    world.play(10, 10)
    assert (world.layer(stayed), world.layer(came)) == ("h", "l")
    world.push("h", 22, DELTA)
    world.pin(came, 1.0)
    world.push("h", 24, KEY)
    world.push("h", 26, DELTA)
    before = len(came.video)
    world.push("h", 23, DELTA, late=True)
    assert stayed.pictures()[-4:] == ["h22", "h24", "h26", "h23"]
    assert came.pictures()[before - 2 :] == ["h24", "h26"]
    world.push("h", 25, DELTA, late=True)
    assert came.pictures()[-1] == stayed.pictures()[-1] == "h25"
    numbers = [parse_header(packet).sequence for packet in came.video]
    assert len(set(numbers)) == len(numbers)


def test_a_viewer_sees_one_stream_through_all_switches(world: World) -> None:
    world.codecs()
    viewer = world.join()
    for at, layer in enumerate((0.0, 1.0, 0.5, 0.0, 0.5, 1.0)):
        world.pin(viewer, layer)
        world.play(at * 20, 20)
        assert world.layer(viewer) == RIDS[round(layer * 2)]
    assert viewer.steps() == {1}
    assert {picture[0] for picture in viewer.pictures()} == set(RIDS)


def test_layers_offered_from_the_highest_down_are_turned_round() -> None:
    world = World("h", "m", "l")
    world.codecs()
    viewer = world.join()
    world.play(0, 150)
    assert [layer.rid for layer in world.slot.layers] == ["l", "m", "h"]
    world.pin(viewer, 1.0)
    world.play(150, 20)
    assert viewer.pictures()[-1] == "h169"
    world.pin(viewer, 0.0)
    world.play(170, 20)
    assert viewer.pictures()[-1] == "l189"
    assert viewer.steps() == {1}


def test_layers_are_turned_round_though_the_highest_is_switched_off() -> None:
    """Browsers leave out the highest layer of a small picture, and it is offered first."""
    world = World("h", "m", "l")
    world.codecs()
    viewer = world.join()
    world.play(0, 150, rids=("m", "l"), sizes=(160, 40))
    world.pin(viewer, 0.0)
    world.play(150, 20, rids=("m", "l"), sizes=(160, 40))
    assert viewer.pictures()[-1] == "l169"


def test_a_publisher_that_comes_back_with_other_layers_keeps_its_viewers(world: World) -> None:
    world.codecs()
    viewer = world.join()
    world.play(0, 30)
    seen, heard = len(viewer.video), len(viewer.audio)
    world.slot.detach()
    world.attach("")
    world.speak(1)
    world.sleep(0.1)
    assert len(viewer.audio) == heard + 1
    assert "" in world.asked
    for number, head in ((900, DELTA), (901, KEY), (902, DELTA)):
        world.slot.push(
            Origin("video", 77),
            plain_header(0xE0, number, number * 3_000, 7) + head + f"x{number} ".encode(),
            parse_header(plain_header(0xE0, number, number * 3_000, 7)),
        )
        world.sleep(1 / 30)
    assert viewer.pictures()[seen:] == ["x901", "x902"]
    world.attach(*RIDS)
    world.play(2_000, 30)
    assert viewer.pictures()[-1].endswith("2029")
    assert viewer.steps() == {1}


def test_the_same_layers_again_are_the_same_stream(world: World) -> None:
    world.codecs()
    viewer = world.join()
    world.play(0, 10)
    layers = world.slot.layers
    world.slot.detach()
    world.attach("h", "l", "m")
    assert world.slot.layers is layers
    for number in range(5):
        world.push("m", 40_000 + number, DELTA, source=99)
        world.sleep(0.03)
    assert viewer.steps() == {1}


def test_another_codec_empties_the_rings_and_keeps_the_viewers(world: World) -> None:
    world.codecs()
    viewer = world.join()
    world.play(0, 30)
    journey = world.slot.subscriptions[viewer].journey
    newest = journey.newest
    assert newest is not None
    assert journey.get(newest) is not None
    world.codecs(H264)
    assert journey.get(newest) is None
    world.push("l", 30, b"\x67\x42")
    assert viewer.steps() == {1}
    assert journey.get((newest + 1) & 0xFFFF) == viewer.video[-1]


def test_who_only_listens_hears_whatever_the_layers_do(world: World) -> None:
    world.codecs()
    viewer = world.join(video=-1)
    watched = world.join()
    world.play(0, 5)
    for number in range(20):
        if number == 5:
            world.attach("h", "m", "l")
        if number == 10:
            world.attach("")
        if number == 15:
            world.attach("q", "z")
        world.speak(number)
        world.sleep(0.02)
    assert len(viewer.audio) == len(watched.audio) == 20
    assert viewer.video == []
    world.pin(viewer, 1.0)
    world.play(5, 5)
    assert viewer.video == []


def test_late_sound_goes_to_all_layers_once(world: World) -> None:
    world.codecs()
    viewers = [world.join() for _ in RIDS]
    world.play(0, 30)
    for at, viewer in enumerate(viewers):
        world.pin(viewer, at / 2)
    world.play(30, 30)
    world.speak(1)
    world.speak(3)
    world.speak(2, late=True)
    world.sleep(0.1)
    assert [len(viewer.audio) for viewer in viewers] == [3, 3, 3]


def test_a_layer_without_key_frames_is_taken_as_it_is_in_the_end(world: World) -> None:
    world.codecs()
    viewer = world.join()
    for number in range(1, int(IMPATIENT_S * 30) + 60):
        world.push("m", number, DELTA)
        world.slot.tick(world.now)
        world.sleep(1 / 30)
    assert viewer.pictures()
    assert viewer.steps() == {1}


def test_a_layer_that_falls_silent_is_left_within_a_second_or_two(world: World) -> None:
    world.codecs()
    viewer = world.join()
    world.pin(viewer, 1.0)
    world.play(0, 60)
    world.pin(viewer, 1.0)
    world.play(60, 30)
    assert world.layer(viewer) == "h"
    world.play(90, int((ACTIVE_S + 1) * 30), rids=("l", "m"))
    assert viewer.pictures()[-1][0] == "m"
    assert viewer.steps() == {1}


def probing(world: World) -> Viewer:
    """A viewer to whom a probe is on its way."""
    world.codecs()
    viewer = world.join()
    world.play(0, 30)
    choice = world.slot.subscriptions[viewer].choice
    for number in range(30, 300):
        choice.reported(0.0, 0.05, world.now)
        world.play(number, 1)
        if viewer.probed:
            return viewer
    raise AssertionError("no probe")


def test_a_probe_has_the_rate_that_was_decided_however_late_the_loop_is(world: World) -> None:
    viewer = probing(world)
    wanted = world.slot.subscriptions[viewer].probe_bps
    begun, until = len(viewer.probed), world.now + 0.4
    first = viewer.probed[-1][0]
    while world.now < until:
        world.sleep(0.02)
        world.now += 0.03  # something else took its time
    sent = sum(octets for _, octets in viewer.probed[begun:])
    assert sent * 8 / (viewer.probed[-1][0] - first) == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("change", ["silence", "reload"])
def test_a_probe_ends_when_nobody_is_left_to_end_it(world: World, change: str) -> None:
    viewer = probing(world)
    if change == "reload":
        world.attach("")
    for number in range(90):
        world.sleep(1 / 30)
        if number % 15 == 0:
            world.slot.tick(world.now)
    assert world.now - viewer.probed[-1][0] > 1


def test_whatever_comes_in_whatever_order_each_viewer_sees_one_stream(world: World) -> None:
    """Publishers, codecs, layers, viewers, pins and reports at random: numbers never jump and never come twice."""
    rng = random.Random(11)
    numbers = dict.fromkeys((*RIDS, "", "q"), 0)
    offers = (RIDS, RIDS[::-1], ("",), ("q", "h"), ("m",))
    codecs, seen = (VP8, H264), []
    for _ in range(6_000):
        match rng.randrange(40):
            case 0:
                world.attach(*rng.choice(offers))
            case 1:
                world.codecs(rng.choice(codecs))
            case 2 if len(world.viewers) < 8:
                seen.append(world.join(video=rng.choice((96, 96, 96, -1))))
            case 3 if world.viewers:
                world.slot.left(world.viewers.pop(rng.randrange(len(world.viewers))))
            case 4 | 5 if world.slot.subscriptions:
                world.pin(rng.choice(list(world.slot.subscriptions)), rng.choice((0.0, 0.5, 1.0, None)))  # type: ignore[arg-type]
            case 6:
                world.slot.tick(world.now)
            case 7:
                world.slot.detach()
            case 8:
                rid = rng.choice(list(numbers))
                clock = rtcp.SenderClock(7, rng.randrange(1 << 64), rng.randrange(1 << 32))
                world.slot.sender_report(Origin("video", 10 + len(rid), rid), clock)
            case 9:
                world.sleep(rng.choice((0.01, 0.3, 1.5)))
            case 10:
                world.speak(rng.randrange(100), late=rng.random() < 0.3)
            case _:
                rid = rng.choice([layer.rid for layer in world.slot.layers])
                numbers[rid] += rng.choice((1, 1, 1, 1, 1, 2))
                world.push(rid, numbers[rid], rng.choice((KEY, DELTA, LATER)), source=10 + len(rid))
                world.sleep(0.004)
    watching = [viewer for viewer in seen if len(viewer.video) > 50]
    assert len(watching) >= 3
    for viewer in watching:
        stamps = [parse_header(packet).sequence for packet in viewer.video]
        assert len(set(stamps)) == len(stamps)
        assert viewer.steps() <= {1, 2, 3, 4, 5}


def test_a_layer_counts_those_who_see_it(world: World) -> None:
    world.codecs()
    world.join(video=-1)
    world.play(0, 10)
    layer: Layer = world.slot.layers[0]
    assert not layer.wanted
    viewer = world.join()
    assert world.slot.layer(world.layer(viewer)).wanted
