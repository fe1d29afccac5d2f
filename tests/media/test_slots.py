"""A slot with a virtual clock: continuity, sender reports, key frame requests, what the ring keeps."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import pytest
from aiortc import rtp as foreign

from media.core import rtcp
from media.core.allowance import Allowance
from media.core.codecs import OPUS, VP8, Codec
from media.core.rtp import parse_header
from media.counters import Counters
from media.egress import Egress, Outlet, SentFrame
from media.layers import Layer
from media.slots import Slot
from media.subscription import Subscription
from media.tracks import Origin

KEY, DELTA = b"\x10\x00picture", b"\x10\x01picture"
H264 = Codec("video", "h264", 90_000, "constrained_baseline")


class Sent(Egress):
    """Keeps what is sent instead of sending it."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.frames: list[SentFrame] = []
        self.outlets: list[tuple[Outlet, ...]] = []
        self.reports: list[bytes] = []

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        self.frames.append(frame)
        self.outlets.append(tuple(outlets))

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        self.reports.append(compound)


class World:
    """A slot, its clock and its timers."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent = Sent()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self.slot = Slot(0, self.sent, lambda: self.now, self.later)

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.now + delay, len(self._timers), callback))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._timers)
            callback()
        self.now = until

    def push(
        self,
        kind: str,
        source: int,
        number: int,
        timestamp: int,
        *,
        marker: bool = True,
        size: int = 50,
        payload: bytes = b"",
    ) -> bool:
        packet = foreign.RtpPacket(96, int(marker), number, timestamp, 1, payload or bytes(size)).serialize()
        return self.slot.push(Origin(kind, source), packet, parse_header(packet))

    @property
    def layer(self) -> Layer:
        """The only one, without simulcast."""
        return self.slot.layers[0]

    def video(self) -> list[bytes]:
        return [packet for frame in self.sent.frames for packet in frame.video]


@pytest.fixture
def world() -> World:
    return World()


def test_a_frame_goes_out_at_its_marker_with_the_ssrc_of_the_track(world: World) -> None:
    world.push("video", 1, 10, 3_000, marker=False)
    assert world.sent.frames == []
    world.push("video", 1, 11, 3_000)
    [frame] = world.sent.frames
    assert [parse_header(packet).ssrc for packet in frame.video] == [world.slot.video.ssrc] * 2


def test_a_frame_without_marker_goes_out_after_five_milliseconds(world: World) -> None:
    world.push("video", 1, 10, 3_000, marker=False)
    world.sleep(0.0049)
    assert world.sent.frames == []
    world.sleep(0.0002)
    assert len(world.video()) == 1


def test_audio_alone_is_not_held(world: World) -> None:
    world.slot.use("audio", OPUS, [Wants(96, 111)])
    world.push("audio", 1, 10, 960)
    assert len(world.sent.frames[0].audio) == 1


def test_a_new_publisher_continues_the_stream(world: World) -> None:
    world.push("video", 1, 10, 3_000)
    world.sleep(1.0)
    world.push("video", 2, 60_000, 77)
    first, second = [parse_header(packet) for packet in world.video()]
    assert second.sequence == (first.sequence + 1) & 0xFFFF
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 90_000


def test_the_ring_keeps_exactly_what_was_sent_padding_included(world: World) -> None:
    for number, size in enumerate((1_000, 1_001, 1_000, 400)):
        world.push("video", 1, number, 3_000, marker=number == 3, size=size)
    sent = world.video()
    assert [len(packet) for packet in sent] == [1_013, 1_013, 1_013, 412]
    for packet in sent:
        assert world.layer.ring.get(parse_header(packet).sequence) == packet


def test_the_ring_is_empty_after_a_change_of_codec(world: World) -> None:
    world.slot.use("video", VP8, [])
    world.push("video", 1, 10, 3_000)
    [packet] = world.video()
    world.slot.use("video", VP8, [])
    assert world.layer.ring.get(parse_header(packet).sequence) == packet
    world.slot.use("video", H264, [])
    assert world.layer.ring.get(parse_header(packet).sequence) is None


def clock_of(compound: bytes) -> foreign.RtcpSrPacket:
    report = foreign.RtcpPacket.parse(compound)[0]
    assert isinstance(report, foreign.RtcpSrPacket)
    return report


def test_sender_reports_are_moved_by_the_offset_of_their_track(world: World) -> None:
    world.slot.use("audio", OPUS, [Wants(96, 111)])
    world.push("video", 1, 10, 3_000)
    world.push("audio", 1, 500, 960)
    world.sleep(0.02)
    world.slot.sender_report(Origin("video", 1), rtcp.SenderClock(1, 7 << 32, 93_000))
    world.slot.sender_report(Origin("audio", 1), rtcp.SenderClock(2, 7 << 32, 48_960))
    video, audio = [clock_of(compound) for compound in world.sent.reports]
    first_video = parse_header(world.video()[0]).timestamp
    first_audio = parse_header(world.sent.frames[-1].audio[0]).timestamp
    assert (video.sender_info.rtp_timestamp - first_video) & 0xFFFFFFFF == 90_000
    assert (audio.sender_info.rtp_timestamp - first_audio) & 0xFFFFFFFF == 48_000
    assert video.sender_info.ntp_timestamp == audio.sender_info.ntp_timestamp == 7 << 32
    assert (video.ssrc, audio.ssrc) == (world.slot.video.ssrc, world.slot.audio.ssrc)
    assert video.sender_info.packet_count == 1


def test_a_joiner_gets_the_clock_as_it_stands_now(world: World) -> None:
    world.push("video", 1, 10, 3_000)
    assert world.layer.flow.report(world.now) is None
    world.slot.sender_report(Origin("video", 1), rtcp.SenderClock(1, 7 << 32, 3_000))
    compound = world.layer.flow.report(world.now + 2.0)
    assert compound is not None
    report = clock_of(compound)
    assert report.sender_info.ntp_timestamp == 9 << 32
    first = parse_header(world.video()[0]).timestamp
    assert (report.sender_info.rtp_timestamp - first) & 0xFFFFFFFF == 180_000


def test_the_clock_of_a_publisher_that_was_replaced_is_not_used(world: World) -> None:
    world.push("video", 1, 10, 3_000)
    world.slot.sender_report(Origin("video", 1), rtcp.SenderClock(1, 7 << 32, 3_000))
    world.push("video", 2, 10, 3_000)
    assert world.layer.flow.report(world.now) is None


def test_a_viewers_report_tells_the_round_trip(world: World) -> None:
    world.push("video", 1, 10, 3_000)
    world.slot.sender_report(Origin("video", 1), rtcp.SenderClock(1, 7 << 32, 3_000))
    reported = rtcp.Reported(1, 0, 0, lsr=7 << 16, dlsr=65_536)
    assert world.layer.flow.trip_ms(reported, world.now + 1.050) == pytest.approx(50, abs=0.1)


def test_a_storm_of_viewers_asks_the_publisher_twice_a_second(world: World) -> None:
    asked: list[float] = []
    world.slot.want_key_frame(world.layer)
    world.slot.attach(lambda _rid: asked.append(round(world.now - 100, 3)))
    for _ in range(100):
        world.slot.want_key_frame(world.layer)
        world.sleep(0.01)
    world.sleep(5.0)
    assert asked == [0.0, 0.5, 1.0]


def test_nobody_is_asked_when_the_publisher_has_gone(world: World) -> None:
    asked: list[int] = []
    world.slot.attach(lambda _rid: asked.append(1))
    world.slot.want_key_frame(world.layer)
    world.slot.want_key_frame(world.layer)
    world.slot.detach()
    world.sleep(1.0)
    assert asked == [1]


def numbers(outlets: Sequence[Outlet]) -> list[tuple[int, int]]:
    """The payload types that viewers get."""
    return [(outlet.video, outlet.audio) for outlet in outlets]


class Wants:
    """A viewer with these payload types."""

    pinned = None
    prompt = False

    def size(self, index: int) -> float:
        return 1.0

    def __init__(self, video: int, audio: int) -> None:
        self.numbers = (video, audio)

    def allowance(self) -> Allowance:
        return Allowance(0, 0)

    def probe(self, subscription: Subscription, octets: int) -> None:
        raise AssertionError

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        raise AssertionError

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        return None if self.numbers == (0, 0) else Outlet(None, *self.numbers)  # type: ignore[arg-type]


def test_a_viewer_gets_its_own_payload_types_or_nothing(world: World) -> None:
    world.slot.use("audio", OPUS, [Wants(120, 63), Wants(0, 0), Wants(96, 111), Wants(120, 63)])
    world.push("video", 1, 10, 3_000)
    assert numbers(world.layer.outlets) == [(96, 111), (120, 63), (120, 63)]


def test_viewers_come_and_go_one_by_one_while_a_batch_keeps_its_snapshot(world: World) -> None:
    first, second, deaf = Wants(96, 111), Wants(120, 63), Wants(0, 0)
    world.slot.use("audio", OPUS, [first])
    world.push("video", 1, 10, 3_000)
    batch = world.layer.outlets
    for viewer in (second, deaf):
        world.slot.joined(viewer)
    world.push("video", 1, 11, 6_000)
    assert numbers(world.layer.outlets) == [(96, 111), (120, 63)]
    for viewer in (first, deaf, first):
        world.slot.left(viewer)
    assert numbers(world.layer.outlets) == [(120, 63)]
    assert numbers(batch) == [(96, 111)]


def test_a_joiner_hears_at_once_and_sees_from_the_next_key_frame_on(world: World) -> None:
    asked: list[str] = []
    world.slot.attach(asked.append)
    world.slot.use("video", VP8, [])
    world.slot.use("audio", OPUS, [Wants(96, 111)])
    for number, payload in enumerate((DELTA, DELTA, KEY, DELTA)):
        world.push("video", 1, number, number * 3_000, payload=payload)
        world.push("audio", 1, number, number * 960)
        world.sleep(0.033)
    seen = [outlets[0].video for outlets in world.sent.outlets if outlets]
    assert asked == [""]
    assert seen == [-1] * 4 + [96] * 4


def test_who_waits_too_long_for_a_key_frame_gets_what_there_is(world: World) -> None:
    world.slot.use("video", VP8, [Wants(96, 111)])
    for number in range(150):
        world.push("video", 1, number, number * 3_000, payload=DELTA)
        world.sleep(0.033)
    assert numbers(world.layer.outlets) == [(96, 111)]


def test_what_a_publisher_takes_to_answer_is_asked_for_again(world: World) -> None:
    asked: list[str] = []
    world.slot.attach(asked.append)
    world.slot.use("video", VP8, [Wants(96, 111)])
    for number in range(60):
        world.push("video", 1, number, number * 3_000, payload=DELTA)
        world.sleep(0.033)
        if number % 15 == 0:
            world.slot.tick(world.now)
    assert 3 <= len(asked) <= 5
