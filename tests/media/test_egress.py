"""Egress over real sockets: what viewers decrypt is what was sent, segmented or not."""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pylibsrtp
import pytest

from media import backlog
from media import egress as egress_module
from media.core.codecs import VP8, Codec
from media.core.renumber import Shift, renumbered
from media.core.rtp import parse_header, plain_header, with_payload_type
from media.counters import Counters
from media.egress import Egress, Outlet, Path, SentFrame, equalise
from media.srtp import Sealer
from media.turns import Turns

GCM = (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28, 16)
CM = (pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30, 10)


def packets(sizes: Sequence[int], first: int = 100, ssrc: int = 7) -> list[bytes]:
    head = bytes([0x80, 96])
    return [
        head + (first + i).to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big") + secrets.token_bytes(size - 12)
        for i, size in enumerate(sizes)
    ]


def frame(sizes: Sequence[int], audio: Sequence[int] = (), arrived: float = 0.0, first: int = 100) -> SentFrame:
    return equalise(packets(sizes, first), packets(audio, 500, 8), arrived)


class Viewer:
    """A socket with the receiving half of an SRTP association."""

    def __init__(self, profile: tuple[int, int, int] = GCM) -> None:
        number, key_length, overhead = profile
        key = secrets.token_bytes(key_length)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(2)
        policies = [
            pylibsrtp.Policy(key, kind, srtp_profile=number)
            for kind in (pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND)
        ]
        for policy in policies:
            policy.allow_repeat_tx = True
        self.opener = pylibsrtp.Session(policies[1])
        self.path = Path(self.socket.getsockname(), Sealer(pylibsrtp.Session(policies[0]), overhead))

    def outlet(self, video: int = 96, audio: int = 111, shift: Shift | None = None) -> Outlet:
        return Outlet(self.path, video, audio, shift)

    def __del__(self) -> None:
        self.socket.close()

    def take(self, count: int) -> list[bytes]:
        return [self.opener.unprotect(self.socket.recv(2_048)) for _ in range(count)]

    def nothing_more(self) -> bool:
        self.socket.setblocking(False)
        try:
            self.socket.recv(2_048)
        except BlockingIOError:
            return True
        return False


class Bench:
    """An egress whose loop turns are run by hand and whose clock is set by hand."""

    def __init__(self, sock: Any) -> None:
        self.now = 0.0
        self.turns: list[Callable[[], None]] = []
        self.counters = Counters()
        self.egress = Egress(sock, self.counters, lambda: self.now, Turns(lambda: self.now, self.turns.append))

    def run(self) -> int:
        done = 0
        while self.turns:
            self.turns.pop(0)()
            done += 1
        return done


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    sending = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sending.setblocking(False)
    yield sending
    sending.close()


@pytest.mark.parametrize("profile", [GCM, CM])
@pytest.mark.parametrize("segmented", [True, False])
def test_viewers_decrypt_exactly_what_was_sent(
    sock: socket.socket, profile: tuple[int, int, int], segmented: bool
) -> None:
    bench, viewers = Bench(sock), [Viewer(profile), Viewer(GCM)]
    for viewer in viewers:
        viewer.path.segmented = viewer.path.segmented and segmented
    sent = frame([1_100, 1_101, 1_100, 1_101, 640], [90])
    bench.egress.send(sent, [viewers[0].outlet(), viewers[1].outlet(120, 63)])
    bench.run()
    wanted = [*sent.video, *(with_payload_type(packet, 111) for packet in sent.audio)]
    assert viewers[0].take(6) == wanted
    other = viewers[1].take(6)
    assert [packet[2:] for packet in other] == [packet[2:] for packet in wanted]
    assert [parse_header(packet).payload_type for packet in other] == [120] * 5 + [63]
    assert (viewers[0].path.packets, viewers[0].nothing_more()) == (6, True)


@pytest.mark.skipif(not egress_module.SEGMENTED, reason="UDP_SEGMENT is Linux's")
def test_a_frame_with_audio_costs_one_call_per_viewer(sock: socket.socket) -> None:
    calls: list[int] = []

    class Counting:
        def sendmsg(self, *args: Any) -> int:
            calls.append(1)
            return sock.sendmsg(*args)

    bench, viewer = Bench(Counting()), Viewer()
    bench.egress.send(frame([1_100, 1_101, 1_100, 1_100], [90]), [viewer.outlet()])
    bench.run()
    assert len(viewer.take(5)) == 5
    assert len(calls) == 1


def test_a_key_frame_of_many_packets_arrives_whole(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    viewer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sent = frame([1_150] * 100)
    bench.egress.send(sent, [viewer.outlet()])
    bench.run()
    assert viewer.take(100) == list(sent.video)


def test_a_viewer_without_one_medium_gets_only_the_other(sock: socket.socket) -> None:
    bench, deaf, blind = Bench(sock), Viewer(), Viewer()
    sent = frame([1_100, 640], [90, 95])
    bench.egress.send(sent, [deaf.outlet(audio=-1), blind.outlet(video=-1)])
    bench.run()
    assert deaf.take(2) == list(sent.video)
    assert [packet[12:] for packet in blind.take(2)] == [packet[12:] for packet in sent.audio]
    assert deaf.nothing_more()
    assert blind.nothing_more()


class Refusing:
    """A socket whose kernel or path takes no UDP_SEGMENT."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self._socket = sock
        self._number = number
        self.refused = 0

    def sendmsg(self, buffers: Any, control: Any, flags: int, address: Any) -> int:
        if control:
            self.refused += 1
            raise OSError(self._number, "refused")
        return self._socket.sendmsg(buffers, control, flags, address)

    def sendto(self, data: Any, address: Any) -> int:
        return self._socket.sendto(data, address)


@pytest.mark.parametrize("number", [errno.EMSGSIZE, errno.EIO, errno.EINVAL])
def test_a_path_that_refuses_segments_is_served_packet_by_packet_from_then_on(
    sock: socket.socket, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress_module, "SEGMENTED", True)
    refusing = Refusing(sock, number)
    bench, viewer = Bench(refusing), Viewer()
    for first in (100, 200):
        sent = frame([1_100, 1_100, 640], first=first)
        bench.egress.send(sent, [viewer.outlet()])
        bench.run()
        assert viewer.take(3) == list(sent.video)
    assert refusing.refused == 1
    assert bench.counters.values["segmentation_refused"] == 1


def test_a_full_socket_costs_a_counter() -> None:
    class Full:
        def sendmsg(self, *_args: Any) -> int:
            raise BlockingIOError

    bench = Bench(Full())
    bench.egress.send(frame([1_100]), [Viewer().outlet()])
    bench.run()
    assert bench.counters.values["send_would_block"] == 1


def test_a_resent_packet_is_the_same_plaintext(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    sent = frame([1_099, 1_100, 640])
    bench.egress.send(sent, [viewer.outlet(120)])
    bench.run()
    first = [viewer.socket.recv(2_048) for _ in range(3)]
    bench.egress.resend([sent.video[0]], 120, viewer.path)
    assert viewer.socket.recv(2_048) == first[0]


H264 = Codec("video", "h264", 90_000, "constrained_baseline")
SHIFTS = (None, Shift(40_000, 9_000, 500, 77), Shift(-30_000, 0xFFFFF000, -900, 200), None)


def pictures(sizes: Sequence[int], codec: Codec) -> SentFrame:
    """A frame with the numbers that its codec has; the first of its VP8 packets says more than the others."""
    made = []
    for index, size in enumerate(sizes):
        vp8 = b"\x90\xc0\xff\xf0\xfa" if index == 0 else b"\x80\x80\xff\xf0"
        head = plain_header(96, 65_530 + index & 0xFFFF, 0xFFFFF000, 7) + (vp8 if codec is VP8 else b"\x7c\x85")
        made.append(head + secrets.token_bytes(size - len(head)))
    return equalise(made, packets([90, 95], 500, 8), 0.0, codec)


@pytest.mark.parametrize("codec", [VP8, H264], ids=["VP8", "H.264"])
@pytest.mark.parametrize("profile", [GCM, CM])
@pytest.mark.parametrize("segmented", [True, False])
def test_viewers_of_one_volley_get_their_own_numbers(
    sock: socket.socket, codec: Codec, profile: tuple[int, int, int], segmented: bool
) -> None:
    bench, viewers = Bench(sock), [Viewer(profile) for _ in SHIFTS]
    for viewer in viewers:
        viewer.path.segmented = viewer.path.segmented and segmented
    sent = pictures([1_100, 1_101, 1_100, 1_099, 640], codec)
    bench.egress.send(sent, [viewer.outlet(shift=shift) for viewer, shift in zip(viewers, SHIFTS, strict=True)])
    bench.run()
    sound = [with_payload_type(packet, 111) for packet in sent.audio]
    for viewer, shift in zip(viewers, SHIFTS, strict=True):
        wanted = [packet if shift is None else renumbered(packet, codec, shift) for packet in sent.video]
        assert viewer.take(7) == wanted + sound
        assert viewer.nothing_more()
    assert (renumbered(sent.video[0], codec, SHIFTS[1])[14:17] != sent.video[0][14:17]) == (codec is VP8)


@pytest.mark.parametrize("codec", [VP8, H264], ids=["VP8", "H.264"])
def test_a_resent_packet_with_a_viewers_own_numbers_is_the_same_ciphertext(sock: socket.socket, codec: Codec) -> None:
    """Another text under one nonce would give the key stream away."""
    shift = Shift(40_000, 9_000, 500, 77)
    bench, viewer = Bench(sock), Viewer()
    sent = pictures([1_099, 1_100, 640], codec)
    bench.egress.send(sent, [viewer.outlet(120, shift=shift)])
    bench.run()
    first = [viewer.socket.recv(2_048) for _ in range(5)]
    bench.egress.resend([renumbered(packet, codec, shift) for packet in sent.video], 120, viewer.path)
    assert [viewer.socket.recv(2_048) for _ in range(3)] == first[:3]


def test_the_pump_gives_way_after_eight_milliseconds_and_keeps_its_snapshot(sock: socket.socket) -> None:
    bench, viewers = Bench(sock), [Viewer() for _ in range(40)]

    class Slow:
        """Each call takes 0.6 ms of the bench's clock, so a volley of 16 viewers takes 9.6."""

        def sendmsg(self, *args: Any) -> int:
            bench.now += 0.0006
            return sock.sendmsg(*args)

    bench = Bench(Slow())
    outlets = [viewer.outlet() for viewer in viewers]
    bench.egress.send(frame([200]), tuple(outlets))
    outlets.clear()
    assert bench.run() == 3
    for viewer in viewers:
        assert len(viewer.take(1)) == 1
        assert viewer.nothing_more()


def test_sound_overtakes_a_long_picture(sock: socket.socket) -> None:
    viewers = [Viewer() for _ in range(50)]
    heard: list[float] = []

    class Slow:
        """Each call takes 2 ms for a picture and 0.02 for sound, as it would with many more viewers."""

        def sendmsg(self, buffers: Any, *more: Any) -> int:
            sound = len(buffers[0]) < 200
            bench.now += 0.00002 if sound else 0.002
            if sound:
                heard.append(bench.now)
            return sock.sendmsg(buffers, *more)

    bench = Bench(Slow())
    outlets = [viewer.outlet() for viewer in viewers]
    # The sound that came with the key frame, sound alone, and sound that came with the next picture.
    bench.egress.send(frame([1_000] * 60, [90]), outlets)
    bench.turns.pop(0)()
    bench.egress.send(frame([], [90], arrived=bench.now), outlets)
    bench.turns.pop(0)()
    then = bench.now
    bench.egress.send(frame([1_000, 600], [90], arrived=then), outlets)
    while bench.turns and len(heard) < 150:
        bench.turns.pop(0)()
    assert len(heard) == 150
    assert heard[49] <= 0.020
    assert heard[149] - then <= 0.020
    assert bench.now < 0.2, "the key frame is still on its way"
    bench.run()
    assert bench.counters.values["frames_given_up"] == 0
    for viewer in viewers:
        assert len([viewer.socket.recv(2_048) for _ in range(65)]) == 65
        assert viewer.nothing_more()


def test_what_waits_too_long_is_given_up(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    bench.egress.send(frame([200]), [viewer.outlet()])
    bench.now = 1.0
    bench.run()
    assert bench.counters.values["frames_given_up"] == 1
    assert viewer.nothing_more()


def test_the_queue_is_bounded_and_the_oldest_frame_goes(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    for _ in range(backlog.MAX_WAITING + 3):
        bench.egress.send(frame([60]), [viewer.outlet()])
    assert bench.counters.values["frames_given_up"] == 3


def test_latency_is_measured_from_the_first_packet_to_the_last_viewer(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    bench.now = 0.010
    bench.egress.send(frame([200], arrived=0.004), [viewer.outlet()])
    bench.run()
    assert bench.counters.latency_ms(0.5) == 6.0


def test_reports_reach_every_viewer_encrypted(sock: socket.socket) -> None:
    bench, viewer = Bench(sock), Viewer()
    compound = bytes.fromhex("80c9000100000001")
    bench.egress.report(compound, [viewer.outlet()])
    bench.run()
    sealed = viewer.socket.recv(2_048)
    assert viewer.opener.unprotect_rtcp(sealed) == compound
