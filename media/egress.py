"""From one frame to all viewers of a slot: the cost that matters, since it is viewers x packets.

The interface is narrow on purpose, because a native inner loop may take this file's place: `send` takes a
frame (a list of packets) and a snapshot of outlets; `pump` works through what waits, 8 ms at a time, so that
checks, feedback and handshakes get their turns. Per viewer and run of equal sizes: one copy of the shared
plaintext, libsrtp in place, one message with UDP_SEGMENT, and up to 16 viewers' messages in a system call
(`volley.py`). Where the platform has no UDP_SEGMENT, a path refuses it (near its MTU), or the viewer is reached
by a flow (TCP), packets go one by one."""

from __future__ import annotations

import ctypes
import errno
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from media.backlog import Backlog
from media.core.codecs import Codec
from media.core.ice import Flow, Remote, address_of
from media.core.renumber import Numbers, Shift, numbers_of, renumber
from media.core.rtp import with_payload_type
from media.core.segments import cut, plan
from media.counters import Counters
from media.errors import FormatError
from media.srtp import Arena, Sealer, lib
from media.turns import Turns
from media.volley import MAX_SHOTS, Run, Volley, sockaddr

SEGMENTED = sys.platform == "linux"
TURN_S = 0.008
MAX_AGE_S = 0.5  # a viewer would rather ask again than see this
_ARENA_BYTES = 256 * 1_024
_FULL = frozenset({errno.EAGAIN, errno.EWOULDBLOCK})
_REFUSED = frozenset({errno.EMSGSIZE, errno.EIO, errno.EINVAL})


class Path:
    """Where and how one viewer is reached; shared by all its outlets. `segmented` is False for a flow, and
    falls to False for good when the path refuses UDP_SEGMENT. Counts what the kernel took."""

    __slots__ = ("_remote", "address", "flow", "name", "name_at", "octets", "packets", "sealer", "segmented")

    def __init__(self, remote: Remote, sealer: Sealer) -> None:
        self.flow: Flow | None = None
        self.segmented = SEGMENTED
        self.remote = remote
        self.sealer = sealer
        self.packets = 0
        self.octets = 0

    @property
    def remote(self) -> Remote:
        """Where the packets go: to `address`, `name` for the kernel, at `name_at` in memory; or into `flow`."""
        return self._remote

    @remote.setter
    def remote(self, remote: Remote) -> None:
        back = self.flow is not None
        self._remote = remote
        self.flow = None if isinstance(remote, tuple) else remote
        if self.flow is not None or back:
            self.segmented = SEGMENTED and self.flow is None
        self.address = address_of(remote)
        self.name = sockaddr(self.address)
        self.name_at = ctypes.addressof(self.name)


class Outlet(NamedTuple):
    """One viewer's view of one slot: payload types in its numbering, -1 for a medium that it does not get, and the
    difference to its own numbers of the video, if there is one."""

    path: Path
    video: int
    audio: int
    shift: Shift | None = None


class SentFrame(NamedTuple):
    """The packets of one frame as they are sent and remembered, when the oldest of them arrived, and the video's
    codec."""

    video: Sequence[bytes]
    audio: Sequence[bytes]
    arrived: float
    codec: Codec | None = None


def equalise(video: Sequence[bytes], audio: Sequence[bytes], arrived: float, codec: Codec | None = None) -> SentFrame:
    """Pad the packets of a frame as their runs want it, once for all viewers: a ring must keep this
    result."""
    packets = [packet for run in plan([*video, *audio]) for packet in run.packets]
    return SentFrame(packets[: len(video)], packets[len(video) :], arrived, codec)


class _Shot(NamedTuple):
    """A viewer's place in the arena: `room` for the plaintext, and where each packet begins with its length."""

    room: memoryview
    places: list[tuple[Any, int]]


class _Template(NamedTuple):
    """A run as plaintext with room for the tags, which is copied per viewer, and where in it the video's numbers are.
    All that is equal for all viewers is worked out here, once."""

    plain: bytes
    shots: list[_Shot]
    run: Run
    numbers: list[tuple[int, Numbers]]
    moved: dict[Shift, bytearray]

    def plain_for(self, shift: Shift | None) -> bytes | bytearray:
        """The plaintext in the numbers of viewers with this shift, who often are many: they came by one key frame."""
        if shift is None:
            return self.plain
        found = self.moved.get(shift)
        if found is None:
            found = self.moved[shift] = bytearray(self.plain)
            for at, numbers in self.numbers:
                renumber(found, at, numbers, shift)
        return found


class _Job:
    """A frame, or an RTCP compound, on its way through a snapshot of outlets; the snapshot is its own, so
    nobody is skipped or served twice when viewers come and go meanwhile."""

    __slots__ = ("arrived", "at", "codec", "compound", "outlets", "packets", "templates", "video_count")

    def __init__(self, frame: SentFrame | None, compound: bytes, arrived: float, outlets: Sequence[Outlet]) -> None:
        self.packets = () if frame is None else (*frame.video, *frame.audio)
        self.video_count = 0 if frame is None else len(frame.video)
        self.codec = None if frame is None else frame.codec
        self.compound = compound
        self.arrived = arrived
        self.outlets = outlets
        self.at = 0
        self.templates: dict[tuple[int, int, int], list[_Template]] = {}

    @property
    def left(self) -> int:
        """Packets times viewers that are still to be sent."""
        return max(len(self.packets), 1) * (len(self.outlets) - self.at)


class Egress:
    """The sending side of one UDP port, which shares the loop with those who join by `turns`."""

    def __init__(
        self,
        sock: socket.socket,
        counters: Counters,
        clock: Callable[[], float],
        turns: Turns,
    ) -> None:
        self._socket = sock
        self.counters = counters
        self._clock = clock
        self.turns = turns
        self._jobs: Backlog[_Job] = Backlog()
        self._arena = Arena(_ARENA_BYTES)
        self._volley = Volley(sock, self._arena.octets)
        self._pumping = False

    def send(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        """Queue one frame for a snapshot of outlets; when too much waits, the oldest is given up and
        counted."""
        if frame.video and frame.audio and self._jobs.long(len(frame.video) * len(outlets)):
            self._queue(_Job(frame._replace(video=()), b"", frame.arrived, outlets))
            frame = frame._replace(audio=())
        self._queue(_Job(frame, b"", frame.arrived, outlets))

    def hurry(self, frame: SentFrame, outlets: Sequence[Outlet]) -> None:
        """The same for few, before all that waits."""
        self._queue(_Job(frame, b"", frame.arrived, outlets), urgent=True)

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

    def _queue(self, job: _Job, *, urgent: bool = False) -> None:
        if not job.outlets:
            return
        gone = self._jobs.add(job, urgent=urgent or (not job.video_count and not job.compound))
        if gone is not None:
            self._give_up(gone)
        if not self._pumping:
            self._pumping = True
            self.turns.media(self.pump, self._clock() - job.arrived)

    def pump(self) -> None:
        """Work for at most 8 ms, then let the loop go round."""
        until = self._clock() + TURN_S
        while self._jobs:
            job = self._jobs.first()
            if not self._advance(job, until):
                self.turns.media(self.pump, self._clock() - job.arrived)
                return
            self._jobs.done(job)
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
            sealed = path.sealer.rtcp(compound)
            if path.flow is not None:
                path.flow.send(sealed)
            else:
                self._socket.sendto(sealed, path.address)
        except (OSError, FormatError):
            self.counters.add("send_errors")

    def _deliver(self, job: _Job, until: float) -> bool:
        outlets = job.outlets
        while job.at < len(outlets):
            first = outlets[job.at]
            overhead = first.path.sealer.overhead
            templates = self._templates(job, first.video, first.audio, overhead)
            most = min((len(template.shots) for template in templates), default=MAX_SHOTS)
            alike = []
            for outlet in outlets[job.at : job.at + most]:
                if outlet[1:3] != first[1:3] or outlet.path.sealer.overhead != overhead:
                    break
                alike.append(outlet)
            job.at += len(alike)
            for template in templates:
                self._shoot(template, alike)
            if self._clock() > until:
                break
        return job.at == len(outlets)

    def _shoot(self, template: _Template, outlets: list[Outlet]) -> None:
        # The loops that the process lives in: no call but libsrtp's and the kernel's.
        shots, run = template.shots, template.run
        protect, length = lib.srtp_protect, self._arena.length
        ready: list[Path] = []
        for path, _, _, shift in outlets:
            room, places = shots[len(ready)]
            room[:] = template.plain_for(shift)
            context, refused = path.sealer.context, 0
            for at, size in places:
                length[0] = size
                refused |= protect(context, at, length)
            if refused:
                self.counters.add("protect_errors")
            elif path.segmented:
                ready.append(path)
            else:
                self._one_by_one(room[: run.octets], path, run.stride)
        missed = self._volley.fire(run, ready) if ready else ()
        packets, octets = run.packets, run.octets
        for path in ready:
            path.packets += packets
            path.octets += octets
        for shot, number in missed:
            ready[shot].packets -= packets
            ready[shot].octets -= octets
            self._unsent(number, run, shots[shot].room[:octets], ready[shot])

    def _templates(self, job: _Job, video: int, audio: int, overhead: int) -> list[_Template]:
        """What this kind of outlet gets of the job. An outlet without one of the media gets fewer packets, so
        its runs are cut anew; padding can only stay, as sizes were equalised before."""
        found = job.templates.get((video, audio, overhead))
        if found is None:
            video_packets = [with_payload_type(each, video) for each in job.packets[: job.video_count] if video >= 0]
            audio_packets = [with_payload_type(each, audio) for each in job.packets[job.video_count :] if audio >= 0]
            found, left = [], len(video_packets)
            for run in cut([*video_packets, *audio_packets]):
                numbers = [numbers_of(packet, job.codec) for packet in run.packets[:left]]
                left -= len(numbers)
                found.append(self._template(run.packets, overhead, numbers, min(MAX_SHOTS, len(job.outlets))))
            job.templates[video, audio, overhead] = found
        return found

    def _template(self, packets: Sequence[bytes], overhead: int, numbers: Sequence[Numbers], most: int) -> _Template:
        stride = len(packets[0]) + overhead
        plain = b"".join(packet.ljust(stride, b"\0") for packet in packets)
        octets = stride * (len(packets) - 1) + len(packets[-1]) + overhead
        span = len(plain) + 63 & ~63
        shots = []
        for shot in range(min(most, _ARENA_BYTES // span)):
            start = self._arena.start + shot * span
            places = [(start + index * stride, len(packet)) for index, packet in enumerate(packets)]
            shots.append(_Shot(self._arena.view[shot * span : shot * span + len(plain)], places))
        run = Run(len(packets), stride, octets, span)
        return _Template(plain, shots, run, [(index * stride, each) for index, each in enumerate(numbers)], {})

    def _unsent(self, number: int, run: Run, sealed: memoryview, path: Path) -> None:
        """The kernel or the path took nothing of a run."""
        if number in _FULL:
            self.counters.add("send_would_block")
        elif number in _REFUSED and run.packets > 1:
            path.segmented = False
            self.counters.add("segmentation_refused")
            self._one_by_one(sealed, path, run.stride)
        else:
            self.counters.add("send_errors")

    def _one_by_one(self, sealed: memoryview, path: Path, stride: int) -> None:
        for at in range(0, len(sealed), stride):
            self._plain(sealed[at : at + stride], path)

    def _plain(self, sealed: memoryview, path: Path) -> None:
        try:
            if path.flow is None:
                self._socket.sendto(sealed, path.address)
            elif not path.flow.send(sealed):
                return  # which the flow has counted
        except BlockingIOError:
            self.counters.add("send_would_block")
        except OSError:
            self.counters.add("send_errors")
        else:
            path.packets += 1
            path.octets += len(sealed)
