"""A slot with layers and a virtual clock: who gets which packet, and what a publisher may do to it."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from media.core import rtcp
from media.core.codecs import VP8, Codec
from media.core.negotiation import AcceptedLine
from media.core.rtp import parse_header, plain_header
from media.layers import ACTIVE_S, IMPATIENT_S, Layer
from media.tracks import Origin
from media.viewer import Viewer as RealViewer
from tests.support.layered_slot import DELTA, KEY, LATER, RIDS, Handing, Viewer, World

H264 = Codec("video", "h264", 90_000, "constrained_baseline")


class Recorder:
    """The path of a viewer, as far as Handing wants it."""

    def __init__(self) -> None:
        self.video: list[bytes] = []
        self.audio: list[bytes] = []

    def heard(self, packets: int) -> None:
        del packets


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
    world.push(world.slot.subscriptions[viewer].layer.rid, 30, b"\x67\x42")
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


def test_a_small_tile_gets_the_small_picture_whatever_the_line_carries(world: World) -> None:
    world.codecs()
    viewer = world.join()
    begun = 0

    def play() -> str:
        nonlocal begun
        for _ in range(4):
            world.slot.subscriptions[viewer].choice.estimated(9_000_000, world.now)
            world.play(begun, 30)
            begun += 30
        return world.layer(viewer)

    play()
    assert play() == "h"
    for shown, layer in ((0.0, 0), (0.5, 1), (1.0, 2)):
        viewer.shown = shown
        world.slot.settle(viewer, layer, world.now)
        assert play() == RIDS[layer]
        assert viewer.pictures()[-1].startswith(RIDS[layer])
    # A pin is for what is large.
    world.pin(viewer, 1.0)
    viewer.shown = 0.0
    world.slot.settle(viewer, 0, world.now)
    assert play() == "l"
    assert viewer.steps() == {1}


def test_who_begins_to_speak_is_sent_large_at_once_in_the_place_of_who_was_large() -> None:
    host, caller = World(), World()
    caller.slot.index = 1
    peer: Any = SimpleNamespace(send_rtcp=lambda _compound: None)
    lines = [AcceptedLine("video", slot, {96: VP8}, ()) for slot in (0, 1)]
    viewer = RealViewer(peer, lines, lambda: (host.slot, caller.slot), Handing())
    path: Any = Recorder()
    viewer.connected(path, 100.0)
    for each in (host, caller):
        each.slot.use("video", VP8, [viewer])

    def play(first: int, bps: int) -> list[str]:
        for number in range(first, first + 300, 30):
            for each in (host, caller):
                each.play(number, 30)
            viewer.take_rtcp([rtcp.Estimate(bps)], host.now)
        return layers()

    def layers() -> list[str]:
        return [each.slot.subscriptions[viewer].wanted.rid for each in (host, caller)]

    assert play(0, 240_000) == ["h", "l"]
    viewer.arrange([0.0, 1.0], host.now)
    # What the line carried for the one it carries for the other: nobody probes.
    assert layers() == ["l", "h"]
    viewer.arrange([0.5, 0.5], host.now)
    assert layers() == ["m", "m"]
    # More than a tile has use for is not sent, however wide the line.
    assert play(300, 9_000_000) == ["m", "m"]


def test_the_stage_hears_at_once_what_the_audience_hears_with_the_next_picture() -> None:
    world = World("l")
    world.codecs()
    audience, stage = world.join(), world.join()
    stage.prompt = True
    world.slot.joined(stage)
    said = []
    for number in range(300):
        if number % 33 == 0:
            world.push("l", number // 33, KEY if number == 0 else DELTA)
        if number % 20 == 7:
            said.append(world.now)
            world.speak(number)
        world.sleep(0.001)
    world.sleep(0.1)
    delays = {
        name: [at - when for at, when in zip(each.arrived, said, strict=True)]
        for name, each in {"audience": audience, "stage": stage}.items()
    }
    assert max(delays["stage"]) == 0.0
    assert max(delays["audience"]) == pytest.approx(0.015)
    # At 30 pictures a second sound waits 12 ms in the mean.
    assert sum(delays["audience"]) / len(said) == pytest.approx(0.0122, abs=0.001)
    # Nobody hears anything twice, and both see the same.
    assert stage.audio == audience.audio
    assert stage.pictures() == audience.pictures()
