"""A publisher with layers: which packet is of which, by name at first and by SSRC from then on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from media.core import rtcp
from media.core.codecs import OPUS, VP8
from media.core.negotiation import AUDIO_LEVEL_URI, REPAIRED_RID_URI, RID_URI, AcceptedLine
from media.core.rtp import plain_header, with_payload_type
from media.core.rtx import wrap
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.errors import FormatError
from media.feedback import Feedback
from media.publisher import MAX_REPAIRING, STREAM_REPLACED_S, Publisher
from media.slots import Slot

RID, REPAIRED_RID = 10, 11
NAMED = {RID_URI: RID, REPAIRED_RID_URI: REPAIRED_RID}
VIDEO = AcceptedLine("video", 0, {96: VP8}, (), {96: 97}, frozenset({96}), {}, NAMED, ("l", "m", "h"))
LEVEL = 4
AUDIO = AcceptedLine("audio", 0, {111: OPUS}, (9,), extensions={AUDIO_LEVEL_URI: LEVEL})
SSRCS = {"l": 1, "m": 2, "h": 3}


class Silent(Egress):
    """Sends nothing: nobody watches."""

    def __init__(self) -> None:
        self.counters = Counters()

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        assert not outlets

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        assert not outlets


class World:
    def __init__(self, *lines: AcceptedLine) -> None:
        self.now = 100.0
        self.born = 0.0
        self.told: list[bytes] = []
        egress = Silent()
        self.slot = Slot(0, egress, lambda: self.now, self.later)
        self.counters = egress.counters
        peer: Any = self
        feedback = Feedback(self, 5_000_000, egress.counters, lambda: self.now, self.later)
        self.publisher = Publisher(peer, "mei", self.slot, lines or (VIDEO, AUDIO), feedback)
        path: Any = None
        self.publisher.connected(path, self.now)

    def later(self, delay: float, callback: object) -> None:
        pass

    def send_rtcp(self, compound: bytes) -> None:
        self.told.append(compound)

    def take(self, packet: bytes) -> None:
        self.publisher.take_rtp(packet, self.now)

    def begin(self) -> None:
        """The first packet of each layer."""
        for rid, ssrc in SSRCS.items():
            self.take(named(video(10, ssrc), rid))

    def counts(self) -> dict[str, int]:
        """The packets of each layer."""
        return {layer.rid: layer.flow.packets for layer in self.slot.layers}

    def origins(self) -> dict[int, str]:
        return {stream.ssrc: stream.origin.rid for stream in self.publisher.streams if stream.origin.kind == "video"}


def video(number: int, ssrc: int) -> bytes:
    return plain_header(0xE0, number & 0xFFFF, number * 3_000, ssrc) + b"\x10\0picture%d" % number


def named(packet: bytes, rid: str | bytes, identifier: int = RID) -> bytes:
    """The packet with a header extension."""
    name = rid.encode() if isinstance(rid, str) else rid
    element = bytes([identifier << 4 | len(name) - 1]) + name
    element += bytes(-len(element) % 4)
    head = b"\xbe\xde" + (len(element) // 4).to_bytes(2, "big")
    return bytes([packet[0] | 0x10]) + packet[1:12] + head + element + packet[12:]


def repair(number: int, ssrc: int, rtx_ssrc: int, rid: str = "", sequence: int = 1) -> bytes:
    packet = with_payload_type(wrap(video(number, ssrc), sequence, rtx_ssrc), 97)
    return named(packet, rid, REPAIRED_RID) if rid else packet


@pytest.fixture
def world() -> World:
    return World()


def test_layers_are_told_apart_by_name_and_then_by_ssrc(world: World) -> None:
    world.begin()
    for ssrc in SSRCS.values():
        for number in range(11, 11 + ssrc):
            world.take(video(number, ssrc))
    assert world.counts() == {"l": 2, "m": 3, "h": 4}
    assert world.origins() == {1: "l", 2: "m", 3: "h"}


@pytest.mark.parametrize("rid", ["x", "L", "lm", b"\xff\xfe", b"l\0"])
def test_a_layer_that_was_not_negotiated_is_refused(world: World, rid: str | bytes) -> None:
    with pytest.raises(FormatError):
        world.take(named(video(10, 1), rid))
    assert world.publisher.streams == ()
    assert not world.publisher.live


def test_a_stream_without_a_name_is_refused_until_it_has_one(world: World) -> None:
    for packet in (video(10, 1), named(video(10, 1), "l", identifier=9)):
        with pytest.raises(FormatError):
            world.take(packet)
    world.take(named(video(11, 1), "l"))
    world.take(video(12, 1))
    assert world.counts()["l"] == 2


def test_a_name_that_comes_later_changes_nothing(world: World) -> None:
    world.begin()
    world.take(named(video(11, 1), "h"))
    assert world.counts() == {"l": 2, "m": 1, "h": 1}


@pytest.mark.parametrize(
    ("said", "heard"),
    [(b"\x00", [0]), (b"\x9e", [30]), (b"\xff", [127]), (b"\x1e\x00", []), (b"\x01" * 16, [])],
)
def test_how_loud_sound_says_it_is_is_read_and_nonsense_is_not(world: World, said: bytes, heard: list[int]) -> None:
    levels: list[int] = []
    world.publisher.spoke = levels.append
    sound = plain_header(111, 1, 0, 9) + b"sound"
    world.take(named(sound, said, LEVEL))
    world.take(named(plain_header(111, 2, 960, 9) + b"sound", said, LEVEL + 1))
    # One that was forwarded already says nothing new.
    world.begin()
    assert levels == heard
    assert world.slot.sound.packets == 2


def test_sound_needs_no_name(world: World) -> None:
    world.take(plain_header(111, 1, 0, 9) + b"sound")
    assert world.slot.sound.packets == 1


def test_names_mean_nothing_where_no_layers_were_negotiated() -> None:
    world = World(AcceptedLine("video", 0, {96: VP8}, (), extensions=NAMED))
    world.take(named(video(10, 1), "x"))
    assert world.counts() == {"": 1}


def test_a_second_stream_of_a_layer_must_wait_until_the_first_is_silent(world: World) -> None:
    world.begin()
    with pytest.raises(FormatError):
        world.take(named(video(500, 77), "m"))
    assert world.counts() == {"l": 1, "m": 1, "h": 1}
    world.now += STREAM_REPLACED_S
    world.take(named(video(500, 77), "m"))
    world.take(video(11, 1))
    assert world.counts() == {"l": 2, "m": 2, "h": 1}
    assert world.origins() == {1: "l", 3: "h", 77: "m"}


def test_a_goodbye_frees_the_place_of_a_layer_at_once(world: World) -> None:
    world.begin()
    world.publisher.take_rtcp([rtcp.Goodbye((2, 99))], world.now)
    world.take(named(video(500, 77), "m"))
    assert world.origins() == {1: "l", 3: "h", 77: "m"}


def test_repairs_find_their_layer_by_name_and_then_by_ssrc(world: World) -> None:
    world.begin()
    for ssrc in SSRCS.values():
        world.take(video(14, ssrc))
    world.take(repair(11, 3, 33, "h"))
    world.take(repair(12, 3, 33, sequence=2))
    world.take(repair(11, 1, 31, "l"))
    assert world.counts() == {"l": 3, "m": 2, "h": 4}
    assert world.counters.values["repaired_in"] == 3


def test_repairs_of_no_known_layer_are_nothing(world: World) -> None:
    world.take(repair(11, 3, 33, "h"))
    world.begin()
    for ssrc in SSRCS.values():
        world.take(video(14, ssrc))
    world.take(repair(12, 1, 44))
    world.take(repair(12, 1, 44, "x"))
    assert world.counts() == {"l": 2, "m": 2, "h": 2}
    assert world.counters.values["repaired_in"] == 0


def test_a_flood_of_names_for_repairs_is_bounded(world: World) -> None:
    world.begin()
    world.take(video(14, 1))
    for ssrc in range(1_000, 2_000):
        world.take(repair(9, 1, ssrc, "l"))
    assert len(world.publisher._repairing) <= MAX_REPAIRING
    world.take(repair(12, 1, 31, "l"))
    assert world.counts()["l"] == 3


def test_repairs_go_by_the_offers_groups_where_there_are_some() -> None:
    world = World(AcceptedLine("video", 0, {96: VP8}, (), {96: 97}, frozenset({96}), {31: 1}, NAMED, ("l", "m")))
    world.take(named(video(10, 1), "l"))
    world.take(video(12, 1))
    world.take(repair(11, 1, 31))
    assert world.counts()["l"] == 3


def test_a_key_frame_is_asked_of_the_layers_own_stream(world: World) -> None:
    world.begin()
    world.told.clear()
    for rid in ("h", "l", "x"):
        assert world.slot.ask_publisher is not None
        world.slot.ask_publisher(rid)
    wanted = [event.ssrc for each in world.told for event in rtcp.read(each) if isinstance(event, rtcp.KeyFrameWanted)]
    assert wanted == [3, 1]


def test_a_sender_report_is_of_its_own_layer(world: World) -> None:
    world.begin()
    world.publisher.take_rtcp([rtcp.SenderClock(2, 7 << 32, 30_000), rtcp.SenderClock(55, 8 << 32, 1)], world.now)
    clocks = {layer.rid: layer.flow.clock is not None for layer in world.slot.layers}
    assert clocks == {"l": False, "m": True, "h": False}
