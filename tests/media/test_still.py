"""The still of a slot: whole key frames only, kept while somebody asks, and requested rarely."""

from __future__ import annotations

import pytest
from aiortc import rtp as foreign

from media.core.codecs import VP8
from media.core.ring import CAPACITY
from media.core.rtp import parse_header
from media.slots import Slot
from media.still import ASK_EACH_S, ASKED_FOR_S, FRESH_S, LARGEST
from media.tracks import Origin
from tests.media.test_slots import DELTA, KEY, World


@pytest.fixture
def world() -> World:
    world = World()
    world.slot.use("video", VP8, [])
    return world


class Asked:
    """A publisher that notes for which layers it was asked."""

    def __init__(self, slot: Slot, *, deaf: bool = False) -> None:
        self.rids: list[str] = []
        slot.attach(self.rids.append, deaf=deaf)


def run(world: World, seconds: float) -> None:
    for _ in range(int(seconds * 2)):
        world.sleep(0.5)
        world.slot.tick(world.now)


def test_a_key_frame_of_several_packets_is_whole_without_padding(world: World) -> None:
    world.push("video", 1, 10, 3_000, marker=False, payload=KEY)
    world.push("video", 1, 11, 3_000, marker=False, payload=b"\x00" + b"b" * 400)
    world.sleep(0.01)  # it was collected in two parts
    assert world.slot.still() is None
    world.push("video", 1, 12, 3_000, payload=b"\x00c")
    at = world.now
    world.push("video", 1, 13, 6_000, payload=DELTA)
    still = world.slot.still()
    assert still is not None
    assert still.codec == "vp8"
    assert still.payloads == (KEY, b"\x00" + b"b" * 400, b"\x00c")
    assert still.at == pytest.approx(at, abs=0.02)


def test_one_with_a_hole_is_none_and_the_one_before_stays(world: World) -> None:
    world.push("video", 1, 10, 3_000, payload=KEY)
    first = world.slot.still()
    world.sleep(1)
    world.push("video", 1, 11, 6_000, marker=False, payload=KEY)
    world.push("video", 1, 13, 6_000, payload=b"\x00end")
    assert first is not None
    assert world.slot.still() == first


def test_a_key_frame_that_never_ends_or_is_huge_is_none(world: World) -> None:
    world.push("video", 1, 10, 3_000, marker=False, payload=KEY)
    for number in range(11, 11 + LARGEST // 1_100):
        world.push("video", 1, number, 3_000, marker=False, payload=b"\x00" * 1_150)
    world.sleep(0.01)
    assert world.slot.still() is None


def test_it_is_kept_after_the_ring_has_forgotten_it_but_only_while_somebody_asks(world: World) -> None:
    Asked(world.slot, deaf=True)
    assert world.slot.still() is None  # from now on somebody asks
    world.push("video", 1, 10, 3_000, payload=KEY)
    run(world, 0.5)
    for number in range(11, 11 + CAPACITY + 10):
        world.push("video", 1, number, number * 3_000, payload=DELTA)
    assert world.layer.ring.get(world.layer.place(10) & 0xFFFF) is None
    kept = world.slot.still()
    assert kept is not None
    assert kept.payloads == (KEY,)
    run(world, ASKED_FOR_S + 1)
    assert world.slot.still() is None, "nobody asked for long, so nothing was kept"


def test_a_publisher_is_asked_at_most_every_ten_seconds_and_only_while_somebody_looks(world: World) -> None:
    asked = Asked(world.slot)
    world.push("video", 1, 10, 3_000, payload=KEY)
    run(world, FRESH_S + 5)
    assert asked.rids == []
    for _ in range(int(ASK_EACH_S * 4)):
        world.push("video", 1, 11, 6_000, payload=DELTA)  # it does not answer, which is no reason to ask again
        world.slot.still()
        world.sleep(0.25)
    assert asked.rids == [""]
    world.push("video", 1, 12, 9_000, payload=DELTA)
    world.slot.still()
    assert asked.rids == ["", ""]


def test_a_fresh_one_is_not_asked_for_and_a_deaf_publisher_never(world: World) -> None:
    asked = Asked(world.slot)
    world.push("video", 1, 10, 3_000, payload=KEY)
    world.slot.still()
    assert asked.rids == []
    deaf = Asked(world.slot, deaf=True)
    run(world, 20)
    world.push("video", 1, 11, 6_000, payload=DELTA)
    world.slot.still()
    assert deaf.rids == []


def test_the_smallest_layer_that_is_sent_is_taken() -> None:
    world = World()
    world.slot.use("video", VP8, [])
    world.slot.attach(lambda _rid: None, ("l", "m"))
    for source, rid, size in ((1, "l", b"small"), (2, "m", b"large")):
        packet = foreign.RtpPacket(96, 1, 10, 3_000, 1, KEY + size).serialize()
        world.slot.push(Origin("video", source, rid), packet, parse_header(packet))
    still = world.slot.still()
    assert still is not None
    assert still.payloads == (KEY + b"small",)
