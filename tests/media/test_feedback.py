"""A publisher's session with a virtual clock: what it is asked for, and what becomes of what it sends."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from media.core import rtcp, transport_cc
from media.core.allowance import Allowance
from media.core.codecs import OPUS, VP8, Codec
from media.core.negotiation import AcceptedLine
from media.core.rtp import HEADER_BYTES, padded, parse_header, with_payload_type
from media.core.rtx import wrap
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.errors import FormatError
from media.feedback import POLICED_S, Feedback
from media.publisher import Publisher
from media.slots import Slot
from media.subscription import Subscription

VIDEO, RTX, AUDIO = 7, 8, 9
LINES = (
    AcceptedLine("video", 0, {96: VP8}, (VIDEO, RTX), {96: 97}, frozenset({96}), {RTX: VIDEO}),
    AcceptedLine("audio", 0, {111: OPUS}, (AUDIO,)),
)


class Sent(Egress):
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.frames: list[SentFrame] = []

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        self.frames.append(frame)

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        pass


class World:
    """A publisher, its clock and its timers; `told` is every feedback with its moment."""

    def __init__(self, lines: Sequence[AcceptedLine] = LINES) -> None:
        self.now = 100.0
        self.born = 0.0
        self.sent = Sent()
        self.told: list[tuple[float, bytes]] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.slot = slot = Slot(0, self.sent, lambda: self.now, self.later)
        feedback = Feedback(self, 2_500_000, self.sent.counters, lambda: self.now, self.later)
        peer: Any = self
        self.publisher = Publisher(peer, "mei", slot, lines, feedback)
        path: Any = None
        self.publisher.connected(path, self.now)
        self.publisher.viewers = lambda: (self,)

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet:
        path: Any = None
        return Outlet(path, 96, 111)

    pinned = None
    prompt = False

    def size(self, index: int) -> float:
        return 1.0

    def allowance(self) -> Allowance:
        return Allowance(0, 0)

    def probe(self, subscription: Subscription, octets: int) -> None:
        raise AssertionError

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        raise AssertionError

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._timers, (self.now + delay, self._count, callback))

    def send_rtcp(self, compound: bytes) -> None:
        self.told.append((self.now, compound))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._timers)
            callback()
        self.now = until

    def take(self, packet: bytes) -> None:
        self.publisher.take_rtp(packet, self.now)

    def events(self, kind: type) -> list[Any]:
        return [event for _, compound in self.told for event in rtcp.read(compound) if isinstance(event, kind)]

    def out(self) -> list[int]:
        """The numbers that went to viewers, from the first one on."""
        numbers = [parse_header(packet).sequence for frame in self.sent.frames for packet in frame.video]
        return [(number - numbers[0]) & 0xFFFF for number in numbers]


@pytest.fixture
def world() -> World:
    return World()


def video(number: int) -> bytes:
    timestamp = (number * 3_000) & 0xFFFFFFFF
    head = b"\x80\xe0" + (number & 0xFFFF).to_bytes(2, "big") + timestamp.to_bytes(4, "big")
    return head + VIDEO.to_bytes(4, "big") + b"payload %d" % number


def again(number: int, sequence: int = 1, ssrc: int = RTX) -> bytes:
    return with_payload_type(wrap(video(number), sequence, ssrc), 97)


def test_a_gap_is_asked_for_by_timer_when_nothing_more_comes(world: World) -> None:
    for number in (65_534, 65_535, 65_538):
        world.take(video(number))
    world.sleep(0.05)
    [nack] = world.events(rtcp.Missing)
    assert (nack.ssrc, nack.sequences) == (VIDEO, (0, 1))
    world.sleep(5.0)
    assert len(world.events(rtcp.Missing)) <= 10


def test_a_retransmission_goes_to_viewers_in_its_place(world: World) -> None:
    for number in (10, 11, 13, 14):
        world.take(video(number))
    world.sleep(0.05)
    world.take(again(12))
    assert world.out() == [0, 1, 3, 4, 2]
    packet = world.sent.frames[-1].video[0]
    assert packet[HEADER_BYTES:] == b"payload 12"
    first, last = world.sent.frames[0].video[0], packet
    assert (parse_header(last).timestamp - parse_header(first).timestamp) & 0xFFFFFFFF == 6_000
    assert world.slot.layers[0].ring.get(parse_header(packet).sequence) == packet
    world.sleep(2.0)
    assert len(world.events(rtcp.Missing)) == 1


def test_a_packet_that_is_repaired_twice_goes_to_viewers_once(world: World) -> None:
    for number in (10, 12):
        world.take(video(number))
    for number in (10, 11, 11, 12, 13, 9):
        world.take(again(number))
    world.take(video(11))
    assert world.out() == [0, 2, 1]


def test_retransmissions_without_a_group_in_the_offer_are_matched_by_payload_type() -> None:
    world = World((AcceptedLine("video", 0, {96: VP8}, (), {96: 97}, frozenset({96})),))
    for number in (10, 12):
        world.take(video(number))
    world.take(again(11, ssrc=55))
    assert world.out() == [0, 2, 1]


def test_probes_and_retransmissions_of_nothing_are_dropped(world: World) -> None:
    world.take(again(5))
    world.take(video(10))
    bare = with_payload_type(wrap(video(9), 1, RTX)[:HEADER_BYTES], 97)
    world.take(padded(bare, 200))
    world.take(bare)
    assert world.out() == [0]


def test_a_publisher_without_nack_is_not_asked() -> None:
    world = World((AcceptedLine("video", 0, {96: VP8}, ()),))
    for number in (10, 12):
        world.take(video(number))
    world.sleep(2.0)
    assert world.events(rtcp.Missing) == []
    with pytest.raises(FormatError):
        world.take(again(11))


def test_what_is_given_up_is_replaced_by_a_key_frame(world: World) -> None:
    world.take(video(10))
    world.take(video(12))
    world.sleep(0.6)
    before = len(world.events(rtcp.KeyFrameWanted))
    world.sleep(2.0)
    assert len(world.events(rtcp.KeyFrameWanted)) == before + 1
    assert world.sent.counters.values["upstream_lost"] == 1


def numbered(number: int) -> bytes:
    packet = video(number)
    one_byte = b"\xbe\xde\x00\x02\x10\x07\x31" + (number & 0xFFFF).to_bytes(2, "big") + bytes(3)
    return b"\x90" + packet[1:12] + one_byte + packet[12:]


def counting() -> World:
    lines = (AcceptedLine("video", 0, {96: VP8}, (), {96: 97}, frozenset({96}), {}, {transport_cc.URI: 3}),)
    return World(lines)


def test_arrivals_are_told_while_packets_come_and_by_timer_after_the_last() -> None:
    world = counting()
    for number in range(65_500, 65_700):
        world.take(numbered(number))
        world.sleep(0.005)
    world.sleep(5.0)
    told = [(moment, compound[8:]) for moment, compound in world.told if compound[8:10] == b"\x8f\xcd"]
    assert 12 <= len(told) <= 15
    counts = [int.from_bytes(feedback[14:16], "big") for _, feedback in told]
    assert sum(counts) == 200
    waits = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(told)]
    assert all(0.05 <= wait <= 0.1 for wait in waits)


def test_extensions_are_not_forwarded() -> None:
    world = counting()
    world.take(numbered(5))
    packet = world.sent.frames[0].video[0]
    assert packet[HEADER_BYTES:] == b"payload 5"
    assert packet[0] == 0x80


def test_nothing_is_told_of_arrivals_that_are_not_numbered(world: World) -> None:
    world.take(numbered(5))
    world.sleep(1.0)
    assert not [compound for _, compound in world.told if compound[8:10] == b"\x8f\xcd"]


def flood(world: World, bps: float, seconds: float) -> int:
    """Packets of 1,000 bytes at this rate; how many were sent."""
    count = int(bps * seconds / 8_000)
    for number in range(count):
        world.take(numbered(number).ljust(1_000, b"x"))
        world.sleep(seconds / count)
    return count


def test_a_publisher_that_sends_what_was_agreed_or_a_little_more_is_not_policed() -> None:
    world = counting()
    count = flood(world, 1.9 * 2_500_000, 10.0)
    assert world.publisher.policed == 0
    assert len(world.out()) == count


def test_a_publisher_that_sends_ten_times_what_was_agreed_is_cut_to_twice_that() -> None:
    world = counting()
    count = flood(world, 25_000_000, 10.0)
    passed = len(world.out())
    assert world.sent.counters.values["policed"] == world.publisher.policed == count - passed
    assert 0.99 <= passed * 8_000 / (5_000_000 * (10.0 + POLICED_S)) <= 1.01
    assert world.publisher.live


def test_what_was_policed_is_not_asked_for_but_told_as_lost() -> None:
    world = counting()
    flood(world, 25_000_000, 5.0)
    world.sleep(2.0)
    assert world.events(rtcp.Missing) == []
    told = [compound[8:] for _, compound in world.told if compound[8:10] == b"\x8f\xcd"]
    size = sum(len(feedback) for feedback in told)
    assert told
    assert size < 15_625  # a delta for each packet would be more
    [report] = [item for item in world.publisher.streams if item.origin.kind == "video"]
    assert report.reception.lost > 0


def test_nothing_is_asked_of_a_session_that_is_over(world: World) -> None:
    world.take(video(10))
    world.take(video(12))
    world.publisher.released(world.now)
    before = len(world.told)
    world.sleep(2.0)
    assert len(world.told) == before
