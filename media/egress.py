"""From one frame to all viewers of a slot: the cost that matters, since it is viewers x packets.

The interface is narrow on purpose, because a native inner loop may take this file's place: `send` takes a
frame (a list of packets) and a snapshot of outlets; `pump` works through what waits, 8 ms at a time, so that
checks, feedback and handshakes get their turns. Per viewer and run of equal sizes: one copy of the shared
plaintext, libsrtp in place, one `sendmsg` with UDP_SEGMENT (measured: 6 us a packet against 13 us packet by
packet). Where the platform has no UDP_SEGMENT, or a path refuses it (near its MTU), packets go one by one."""

from __future__ import annotations

import errno
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from media.core.ice import Address
from media.core.rtp import with_payload_type
from media.core.segments import cut, plan
from media.counters import Counters
from media.errors import FormatError
from media.srtp import Arena, Sealer

UDP_SEGMENT = 103  # linux/udp.h; Python's socket module does not name it
SEGMENTED = sys.platform == "linux"
TURN_S = 0.008
MAX_AGE_S = 0.25  # a viewer would rather ask again than see this
MAX_WAITING = 512
_ARENA_BYTES = 65_536 + 2_048
_REFUSED = frozenset({errno.EMSGSIZE, errno.EIO, errno.EINVAL})


class Path:
    """Where and how one viewer is reached; shared by all its outlets. `segmented` falls to False for good
    when the path refuses UDP_SEGMENT. Counts what the kernel took."""

    __slots__ = ("address", "octets", "packets", "sealer", "segmented")

    def __init__(self, address: Address, sealer: Sealer) -> None:
        self.address = address
        self.sealer = sealer
        self.segmented = SEGMENTED
        self.packets = 0
        self.octets = 0


class Outlet(NamedTuple):
    """One viewer's view of one slot: payload types in its numbering, -1 for a medium that it does not get."""

    path: Path
    video: int
    audio: int


class SentFrame(NamedTuple):
    """The packets of one frame as they are sent and remembered, and when the oldest of them arrived."""

    video: Sequence[bytes]
    audio: Sequence[bytes]
    arrived: float


def equalise(video: Sequence[bytes], audio: Sequence[bytes], arrived: float) -> SentFrame:
    """Pad the packets of a frame as their runs want it, once for all viewers: a ring must keep this
    result."""
    packets = [packet for run in plan([*video, *audio]) for packet in run.packets]
    return SentFrame(packets[: len(video)], packets[len(video) :], arrived)


class _Template(NamedTuple):
    """A run as plaintext with room for the tags: what is copied per viewer."""

    plain: bytes
    places: list[tuple[Any, int]]
    stride: int
    control: list[tuple[int, int, bytes]]


class _Job:
    """A frame, or an RTCP compound, on its way through a snapshot of outlets; the snapshot is its own, so
    nobody is skipped or served twice when viewers come and go meanwhile."""

    __slots__ = ("arrived", "at", "compound", "outlets", "packets", "templates", "video_count")

    def __init__(self, frame: SentFrame | None, compound: bytes, arrived: float, outlets: Sequence[Outlet]) -> None:
        self.packets = () if frame is None else (*frame.video, *frame.audio)
        self.video_count = 0 if frame is None else len(frame.video)
        self.compound = compound
        self.arrived = arrived
        self.outlets = outlets
        self.at = 0
        self.templates: dict[tuple[int, int, int], list[_Template]] = {}


class Egress:
    """The sending side of one UDP port. `soon(callback)` runs the callback in the loop's next turn."""

    def __init__(
        self,
        sock: socket.socket,
        counters: Counters,
        clock: Callable[[], float],
        soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._socket = sock
        self.counters = counters
        self._clock = clock
        self._soon = soon
        self._jobs: deque[_Job] = deque()
        self._arena = Arena(_ARENA_BYTES)
        self._pumping = False

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        """Queue one frame for a snapshot of outlets; when too much waits, the oldest is given up and
        counted."""
        self._queue(_Job(frame, b"", frame.arrived, outlets))

    def report(self, compound: bytes, outlets: Sequence[Outlet]) -> None:
        """Queue one RTCP compound for a snapshot of outlets."""
        self._queue(_Job(None, compound, self._clock(), outlets))

    def resend(self, packets: Sequence[bytes], payload_type: int, path: Path) -> None:
        """Packets of a ring again, to one viewer, one by one."""
        arena, sealer = self._arena, path.sealer
        for packet in packets:
            plain = with_payload_type(packet, payload_type)
            arena.view[: len(plain)] = plain
            size = arena.protect(sealer.context, arena.start, len(plain))
            if size > 0:
                self._plain(arena.view[:size], path)

    def _queue(self, job: _Job) -> None:
        if not job.outlets:
            return
        if len(self._jobs) >= MAX_WAITING:
            self._give_up(self._jobs.popleft())
        self._jobs.append(job)
        if not self._pumping:
            self._pumping = True
            self._soon(self.pump)

    def pump(self) -> None:
        """Work for at most 8 ms, then let the loop go round."""
        until = self._clock() + TURN_S
        while self._jobs:
            if not self._advance(self._jobs[0], until):
                self._soon(self.pump)
                return
            self._jobs.popleft()
        self._pumping = False

    def _advance(self, job: _Job, until: float) -> bool:
        """Whether the job is done; False when time is up."""
        outlets = job.outlets
        if self._clock() - job.arrived > MAX_AGE_S:
            self._give_up(job)
            return True
        while job.at < len(outlets):
            outlet = outlets[job.at]
            job.at += 1
            if job.compound:
                self._send_compound(job.compound, outlet.path)
            else:
                self._deliver(job, outlet)
            if not job.at & 3 and self._clock() > until and job.at < len(outlets):
                return False
        if job.video_count:
            self.counters.forwarded(self._clock() - job.arrived)
        return True

    def _give_up(self, job: _Job) -> None:
        self.counters.add("frames_given_up", len(job.outlets) - job.at)

    def _send_compound(self, compound: bytes, path: Path) -> None:
        try:
            self._socket.sendto(path.sealer.rtcp(compound), path.address)
        except (OSError, FormatError):
            self.counters.add("send_errors")

    def _deliver(self, job: _Job, outlet: Outlet) -> None:
        path = outlet.path
        key = (outlet.video, outlet.audio, path.sealer.overhead)
        templates = job.templates.get(key)
        if templates is None:
            templates = job.templates[key] = self._templates(job, outlet)
        view, protect, context = self._arena.view, self._arena.protect, path.sealer.context
        for plain, places, stride, control in templates:
            view[: len(plain)] = plain
            size = 0
            for at, length in places:
                size = protect(context, at, length)
                if size < 0:
                    self.counters.add("protect_errors")
                    break
            else:
                total = stride * (len(places) - 1) + size
                if path.segmented:
                    self._segmented(view[:total], control, path, stride)
                else:
                    self._one_by_one(view[:total], path, stride)

    def _templates(self, job: _Job, outlet: Outlet) -> list[_Template]:
        """What this kind of outlet gets of the job. An outlet without one of the media gets fewer packets, so
        its runs are cut anew; padding can only stay, as sizes were equalised before."""
        numbers = [outlet.video] * job.video_count + [outlet.audio] * (len(job.packets) - job.video_count)
        packets = [
            with_payload_type(packet, number)
            for packet, number in zip(job.packets, numbers, strict=True)
            if number >= 0
        ]
        return [self._template(run.packets, outlet.path.sealer.overhead) for run in cut(packets)]

    def _template(self, packets: Sequence[bytes], overhead: int) -> _Template:
        stride = len(packets[0]) + overhead
        plain = b"".join(packet.ljust(stride, b"\0") for packet in packets)
        places = [(self._arena.start + index * stride, len(packet)) for index, packet in enumerate(packets)]
        control = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", stride))] if len(packets) > 1 else []
        return _Template(plain, places, stride, control)

    def _segmented(self, sealed: memoryview, control: list[tuple[int, int, bytes]], path: Path, stride: int) -> None:
        try:
            self._socket.sendmsg((sealed,), control, 0, path.address)
        except BlockingIOError:
            self.counters.add("send_would_block")
        except OSError as exc:
            if exc.errno in _REFUSED and control:
                path.segmented = False
                self.counters.add("segmentation_refused")
                self._one_by_one(sealed, path, stride)
            else:
                self.counters.add("send_errors")
        else:
            path.packets += -(-len(sealed) // stride)
            path.octets += len(sealed)

    def _one_by_one(self, sealed: memoryview, path: Path, stride: int) -> None:
        for at in range(0, len(sealed), stride):
            self._plain(sealed[at : at + stride], path)

    def _plain(self, sealed: memoryview, path: Path) -> None:
        try:
            self._socket.sendto(sealed, path.address)
        except BlockingIOError:
            self.counters.add("send_would_block")
        except OSError:
            self.counters.add("send_errors")
        else:
            path.packets += 1
            path.octets += len(sealed)
