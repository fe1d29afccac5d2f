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
from media.srtp import Arena, Sealer, lib

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
    """A run as plaintext with room for the tags, which is copied per viewer to the start of the arena (`room`).
    All that is equal for all viewers is worked out here, once: where each packet begins with its length, what
    is sent (`sealed`), and how much that counts."""

    plain: bytes
    room: memoryview
    places: list[tuple[Any, int]]
    sealed: tuple[memoryview]
    control: list[tuple[int, int, bytes]]
    stride: int
    octets: int


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
        if self._clock() - job.arrived > MAX_AGE_S:
            self._give_up(job)
            return True
        if not (self._report(job, until) if job.compound else self._deliver(job, until)):
            return False
        if job.video_count:
            self.counters.forwarded(self._clock() - job.arrived)
        return True

    def _report(self, job: _Job, until: float) -> bool:
        for outlet in job.outlets[job.at :]:
            job.at += 1
            self._send_compound(job.compound, outlet.path)
            if not job.at & 3 and self._clock() > until:
                break
        return job.at == len(job.outlets)

    def _give_up(self, job: _Job) -> None:
        self.counters.add("frames_given_up", len(job.outlets) - job.at)

    def _send_compound(self, compound: bytes, path: Path) -> None:
        try:
            self._socket.sendto(path.sealer.rtcp(compound), path.address)
        except (OSError, FormatError):
            self.counters.add("send_errors")

    def _deliver(self, job: _Job, until: float) -> bool:
        # The loop that the process lives in: no call but libsrtp's, the kernel's and the clock's.
        clock, sendmsg, protect, length = self._clock, self._socket.sendmsg, lib.srtp_protect, self._arena.length
        kind: tuple[int, int, int] | None = None
        templates: list[_Template] = []
        for path, video, audio in job.outlets[job.at :]:
            job.at += 1
            sealer = path.sealer
            if kind != (video, audio, sealer.overhead):
                kind = video, audio, sealer.overhead
                templates = self._templates(job, *kind)
            context = sealer.context
            for template in templates:
                plain, room, places, sealed, control, stride, octets = template
                room[:] = plain
                refused = 0
                for at, size in places:
                    length[0] = size
                    refused |= protect(context, at, length)
                if refused:
                    self.counters.add("protect_errors")
                elif not path.segmented:
                    self._one_by_one(sealed[0], path, stride)
                else:
                    try:
                        sendmsg(sealed, control, 0, path.address)
                    except OSError as exc:
                        self._unsent(exc, template, path)
                    else:
                        path.packets += len(places)
                        path.octets += octets
            if not job.at & 3 and clock() > until:
                break
        return job.at == len(job.outlets)

    def _templates(self, job: _Job, video: int, audio: int, overhead: int) -> list[_Template]:
        """What this kind of outlet gets of the job. An outlet without one of the media gets fewer packets, so
        its runs are cut anew; padding can only stay, as sizes were equalised before."""
        found = job.templates.get((video, audio, overhead))
        if found is None:
            numbers = [video] * job.video_count + [audio] * (len(job.packets) - job.video_count)
            packets = [
                with_payload_type(packet, number)
                for packet, number in zip(job.packets, numbers, strict=True)
                if number >= 0
            ]
            found = [self._template(run.packets, overhead) for run in cut(packets)]
            job.templates[video, audio, overhead] = found
        return found

    def _template(self, packets: Sequence[bytes], overhead: int) -> _Template:
        stride = len(packets[0]) + overhead
        plain = b"".join(packet.ljust(stride, b"\0") for packet in packets)
        places = [(self._arena.start + index * stride, len(packet)) for index, packet in enumerate(packets)]
        octets = stride * (len(packets) - 1) + len(packets[-1]) + overhead
        control = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", stride))] if len(packets) > 1 else []
        view = self._arena.view
        return _Template(plain, view[: len(plain)], places, (view[:octets],), control, stride, octets)

    def _unsent(self, error: OSError, template: _Template, path: Path) -> None:
        """The kernel or the path took nothing of a run that lies in the arena."""
        if isinstance(error, BlockingIOError):
            self.counters.add("send_would_block")
        elif error.errno in _REFUSED and template.control:
            path.segmented = False
            self.counters.add("segmentation_refused")
            self._one_by_one(template.sealed[0], path, template.stride)
        else:
            self.counters.add("send_errors")

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
