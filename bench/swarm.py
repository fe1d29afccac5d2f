"""Many lean viewers in one process: packets, gaps and delays counted from headers and the kernel's time stamps.

Sockets are swept every 20 ms with `recvmmsg`, so that 600 viewers cost a third of a core; when a packet came is what
the kernel noted (SO_TIMESTAMPNS), so a late sweep falsifies nothing. One packet per viewer is decrypted, to learn which
frame of the source its time stamps speak of."""

from __future__ import annotations

import asyncio
import binascii
import socket
import struct
from collections import Counter
from typing import Any

import cffi  # type: ignore[import-untyped]

from bench.lean_peer import VIDEO, LeanPeer

SWEEP_S = 0.02
REPORT_S = 1.0
CHECK_S = 2.5  # about what Chromium does
TICKS_PER_FRAME = 3_000
_SO_TIMESTAMPNS = 35
_DONT_WAIT = 0x40
_BATCH, _SIZE, _CONTROL = 64, 2_048, 32
_HEADER = struct.Struct("!BBHLL")
_STAMP = struct.Struct("=qq")

_ffi = cffi.FFI()
_ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr { void *msg_name; unsigned msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
                    void *msg_control; size_t msg_controllen; int msg_flags; };
    struct mmsghdr { struct msghdr msg_hdr; unsigned msg_len; };
    int recvmmsg(int fd, struct mmsghdr *vector, unsigned length, int flags, void *timeout);
""")
_libc: Any = _ffi.dlopen(None)


def mark(payload: bytes) -> int:
    """What a frame's last packet is known by; 0 for one that is too short to be told from others (a server may pad)."""
    return binascii.crc32(payload[:64]) if len(payload) >= 64 else 0


def unmistakable(marks: list[int]) -> dict[int, int]:
    """Frame numbers by mark, for marks that only one frame has."""
    times = Counter(marks)
    return {value: number for number, value in enumerate(marks) if value and times[value] == 1}


class Viewer:
    """One viewer's figures; `frames` are (frame number, when its last packet came in ns)."""

    __slots__ = ("fd", "frames", "peer", "shift", "tracks", "tries")

    def __init__(self, peer: LeanPeer) -> None:
        self.peer = peer
        self.fd = peer.socket.fileno()
        self.tracks: dict[int, list[int]] = {}  # SSRC: [highest sequence with wraps, packets]
        self.frames: list[tuple[int, int]] = []
        self.shift: int | None = None
        self.tries = 0
        peer.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)

    def learn(self, packet: bytes, timestamp: int, marks: dict[int, int]) -> None:
        """Which time stamp frame 0 has here."""
        self.tries += 1
        number = marks.get(mark(self.peer.payload(packet)))
        if number is not None:
            self.shift = (timestamp - number * TICKS_PER_FRAME) & 0xFFFFFFFF


class Swarm:
    """`add` connected peers between `start` and `stop`. `marks` are the source's frames by `mark`."""

    def __init__(self, marks: dict[int, int]) -> None:
        self.viewers: list[Viewer] = []
        self.marks = marks
        self._buffer = bytearray(_BATCH * _SIZE)
        self._controls = bytearray(_BATCH * 64)
        self._vector = _ffi.new(f"struct mmsghdr[{_BATCH}]")
        self._keep = [
            _ffi.from_buffer(self._buffer),
            _ffi.from_buffer(self._controls),
            _ffi.new("struct iovec[]", _BATCH),
        ]
        for index in range(_BATCH):
            vector = self._keep[2][index]
            vector.iov_base, vector.iov_len = self._keep[0] + index * _SIZE, _SIZE
            header = self._vector[index].msg_hdr
            header.msg_iov, header.msg_iovlen = self._keep[2] + index, 1
            header.msg_control, header.msg_controllen = self._keep[1] + index * 64, _CONTROL
        self._due = {"report": 0.0, "check": 0.0}
        self._task: asyncio.Task[None] | None = None

    def add(self, peer: LeanPeer) -> None:
        """Count this peer's packets from now on."""
        self.viewers.append(Viewer(peer))

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.ensure_future(self._sweeping())

    async def stop(self) -> None:
        """End, with all viewers."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for viewer in self.viewers:
            await viewer.peer.close()

    def totals(self) -> tuple[int, int]:
        """Packets that came, and that should have come by the sequence numbers."""
        tracks = [track for viewer in self.viewers for track in viewer.tracks.values()]
        return sum(track[1] for track in tracks), sum(track[0] - track[2] + 1 for track in tracks)

    def frames(self) -> int:
        """Whole frames' last packets."""
        return sum(len(viewer.frames) for viewer in self.viewers)

    def forget_frames(self) -> None:
        """Begin a new window. Time stamps of before may not have been those of the live edge."""
        for viewer in self.viewers:
            viewer.frames.clear()
            viewer.shift, viewer.tries = None, 0

    async def _sweeping(self) -> None:
        loop = asyncio.get_running_loop()
        turn = 0
        while True:
            begun = loop.time()
            for viewer in self.viewers:
                self._sweep(viewer)
            # Reports and checks are spread over the second, as those of real viewers are.
            reports, checks = round(REPORT_S / SWEEP_S), round(CHECK_S / SWEEP_S)
            for index, viewer in enumerate(self.viewers):
                if index % reports == turn % reports:
                    viewer.peer.report()
                if index % checks == turn % checks:
                    viewer.peer.check()
            turn += 1
            await asyncio.sleep(max(0.001, SWEEP_S - (loop.time() - begun)))

    def _sweep(self, viewer: Viewer) -> None:
        vector, fd, count = self._vector, viewer.fd, _BATCH
        while count == _BATCH:
            count = _libc.recvmmsg(fd, vector, _BATCH, _DONT_WAIT, _ffi.NULL)
            for index in range(count):
                item = vector[index]
                item.msg_hdr.msg_controllen = _CONTROL
                self._take(viewer, index, item.msg_len)

    def _take(self, viewer: Viewer, index: int, length: int) -> None:
        at = index * _SIZE
        first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(self._buffer, at)
        if first < 128:
            viewer.peer.control(bytes(self._buffer[at : at + length]))
            return
        if 192 <= second <= 223:
            return
        track = viewer.tracks.get(ssrc)
        if track is None:
            viewer.tracks[ssrc] = [sequence, 1, sequence]
        else:
            ahead = (sequence - track[0]) & 0xFFFF
            if ahead < 0x8000:
                track[0] += ahead
            track[1] += 1
        if second == 0x80 | VIDEO:
            if viewer.shift is None and viewer.tries < 60:
                viewer.learn(bytes(self._buffer[at : at + length]), timestamp, self.marks)
            number = -1 if viewer.shift is None else ((timestamp - viewer.shift) & 0xFFFFFFFF) // TICKS_PER_FRAME
            seconds, nanoseconds = _STAMP.unpack_from(self._controls, index * 64 + 16)
            viewer.frames.append((number, seconds * 1_000_000_000 + nanoseconds))


def delays_ms(viewers: list[Viewer], sent: dict[int, int], rounds: int) -> list[float]:
    """Each frame's way from the source's last packet to the viewer's, sorted. Frame numbers are known modulo `rounds`,
    which is ten seconds."""
    newest = {number % rounds: at for number, at in sorted(sent.items())}
    older = {number % rounds: at for number, at in sorted(sent.items(), reverse=True)}
    found = []
    for viewer in viewers:
        for number, came in viewer.frames:
            at = newest.get(number % rounds) if number >= 0 else None
            if at is not None:
                at = at if at <= came else older[number % rounds]
                found.append((came - at) / 1e6)
    return sorted(found)
