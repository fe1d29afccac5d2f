"""Thousands of WebSocket viewers in one light process: an epoll loop over plain sockets that reads frame heads only.

Equal bytes are decoded once for all viewers, and then cost a look-up and a time stamp. Sockets are read every few
milliseconds rather than at once: a wake-up for each message would be charged to the server, which shares this machine.
"""

from __future__ import annotations

import asyncio
import errno
import heapq
import itertools
import json
import random
import re
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from bench.dialects import Dialect, Heard, Numbers
from bench.frames import whole_frames

SWEEP_S = 0.004
READ = 64 * 1024
KNOWN_MAX = 50_000
# What web/src/core/backoff.ts does: doubling up to a limit, half of it random.
BACKOFF_S, BACKOFF_MAX_S = 0.5, 15.0
_STATUS = re.compile(rb"^HTTP/1.1 (\d{3})")
_TOLD = re.compile(r"\bretry_after_ms=(\d+)")


class Stage(Enum):
    AWAY = auto()
    ASKED = auto()
    JOINING = auto()
    IN = auto()


@dataclass(slots=True, eq=False)
class Viewer:
    """One person's connection, over all of its tries. Times are in ns of the monotonic clock."""

    number: int
    address: str
    socket: socket.socket
    recv: Callable[[int], bytes]
    stage: Stage = Stage.AWAY
    rest: bytes = b""
    # Tries in a row that failed, refusals at all, the longest wait for an answer, and since when it is in.
    failed: int = 0
    refused: int = 0
    asked_ns: int = 0
    waited_ns: int = 0
    in_ns: int = 0
    # Up to where it has heard everything, how much of the first two lanes, how much was left out, and what is wrong.
    epoch: str | None = None
    last: int | None = None
    host: int = 0
    skipped: int = 0
    faults: list[str] = field(default_factory=list)


class Crowd:
    """`come` sends viewers in; they come back when told to, or after a backoff, unless `stays_away`."""

    def __init__(self, dialect: Dialect, address: tuple[str, int], *, spread: bool = False) -> None:
        """`spread`: each viewer has an address of its own, so that what limits addresses does not see one."""
        self._dialect = dialect
        self._address = address
        self._host = f"{address[0]}:{address[1]}"
        self._epoll = select.epoll()
        self._by_fd: dict[int, Viewer] = {}
        self._known: dict[bytes, Heard] = {}
        self._due: list[tuple[float, int, Viewer]] = []
        self._numbers = itertools.count()
        self._spread = spread
        self.stays_away = True
        self.viewers: list[Viewer] = []
        # Why connections ended, and how many.
        self.losses: Counter[str] = Counter()

    # ---- coming and going

    def come(self, count: int) -> list[Viewer]:
        """So many new viewers, all at once."""
        first = len(self.viewers)
        new = [self._viewer(first + number) for number in range(count)]
        self.viewers += new
        for viewer in new:
            self.ask(viewer)
        return new

    def _viewer(self, number: int) -> Viewer:
        unused = socket.socket()
        unused.close()
        return Viewer(number, _address(number) if self._spread else "", unused, unused.recv)

    def ask(self, viewer: Viewer, after_s: float = 0.0) -> None:
        """Lets a viewer connect, at once or in a while."""
        heapq.heappush(self._due, (time.monotonic() + after_s, next(self._numbers), viewer))

    def drop(self, viewers: Iterable[Viewer]) -> None:
        """The line is cut, without a farewell."""
        for viewer in viewers:
            self._hang_up(viewer)

    def inside(self) -> int:
        """How many are in."""
        return sum(viewer.stage is Stage.IN for viewer in self.viewers)

    def close(self) -> None:
        """All leave for good."""
        self.stays_away = True
        self._due.clear()
        self.drop(self.viewers)
        self._epoll.close()

    # ---- what was heard

    def forget(self) -> None:
        """A new window begins."""
        self._known = {}

    def heard(self) -> list[Heard]:
        """Everything different that was heard in this window, with when it came."""
        return list(self._known.values())

    # ---- the loop

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                self._connect(heapq.heappop(self._due)[2])
            self._sweep()
            await asyncio.sleep(SWEEP_S)

    def _connect(self, viewer: Viewer) -> None:
        viewer.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        viewer.socket.setblocking(False)
        if viewer.address:
            viewer.socket.bind((viewer.address, 0))
        viewer.stage, viewer.rest, viewer.asked_ns = Stage.ASKED, b"", time.monotonic_ns()
        viewer.recv = viewer.socket.recv
        viewer.socket.connect_ex(self._address)
        self._by_fd[viewer.socket.fileno()] = viewer
        self._epoll.register(viewer.socket, select.EPOLLOUT)

    def _sweep(self) -> None:
        known, clock = self._known, time.monotonic_ns
        for fd, happened in self._epoll.poll(0, 1 << 16):
            viewer = self._by_fd[fd]
            if happened & select.EPOLLOUT:
                self._say_hello(viewer)
                continue
            try:
                data = viewer.recv(READ)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            # The usual case, and the only one that must be quick: what others have got already.
            heard = known.get(data) if viewer.stage is Stage.IN and not viewer.rest else None
            if heard is None:
                self._hear(viewer, data)
                continue
            heard.arrivals.append(clock())
            if heard.answer:
                viewer.socket.send(heard.answer)
            if heard.numbers.last is not None:
                self._count(viewer, heard.numbers)

    def _say_hello(self, viewer: Viewer) -> None:
        if error := viewer.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.lost(viewer, None, errno.errorcode[error])
            return
        self._epoll.modify(viewer.socket, select.EPOLLIN)
        viewer.socket.send(self._dialect.hello(self._host, viewer.number))

    def _hear(self, viewer: Viewer, data: bytes) -> None:
        if not data:
            self.lost(viewer, None, "cut")
            return
        viewer.rest += data
        if viewer.stage is Stage.ASKED and not self._upgraded(viewer):
            return
        end = max((end for _, _, end in whole_frames(viewer.rest)), default=0)
        whole, viewer.rest = viewer.rest[:end], viewer.rest[end:]
        if whole:
            self._take(viewer, whole)

    def _upgraded(self, viewer: Viewer) -> bool:
        head, found, rest = viewer.rest.partition(b"\r\n\r\n")
        if not found:
            return False
        viewer.waited_ns = max(viewer.waited_ns, time.monotonic_ns() - viewer.asked_ns)
        status = _STATUS.match(head)
        if status is None or status.group(1) != b"101":
            viewer.refused += 1
            told_ms = json.loads(rest or b"{}").get("retry_after_ms") if b"etry-" in head else None
            self.lost(viewer, told_ms, head.partition(b"\r\n")[0].decode())
            return False
        viewer.stage, viewer.rest = Stage.JOINING, rest
        viewer.socket.send(self._dialect.join(viewer.epoch, viewer.last))
        return True

    def _take(self, viewer: Viewer, whole: bytes) -> None:
        heard = self._known.get(whole)
        if heard is None:
            heard = Heard(size=len(whole))
            for opcode, start, end in whole_frames(whole):
                heard.frames += 1
                self._dialect.hear(opcode, whole[start:end], heard)
            if viewer.stage is Stage.IN and heard.closed is None and len(self._known) < KNOWN_MAX:
                self._known[whole] = heard
        heard.arrivals.append(time.monotonic_ns())
        if heard.answer:
            viewer.socket.send(heard.answer)
        if heard.joined:
            self._came_in(viewer, heard)
        elif heard.numbers.last is not None:
            self._count(viewer, heard.numbers)
        if heard.closed is not None:
            told = _TOLD.search(heard.closed)
            self.lost(viewer, int(told.group(1)) if told else None, heard.closed)

    def _came_in(self, viewer: Viewer, heard: Heard) -> None:
        viewer.stage, viewer.in_ns, viewer.failed = Stage.IN, time.monotonic_ns(), 0
        if viewer.epoch is not None and heard.snapshot:
            viewer.faults.append("a snapshot instead of what was missed")
        resumed = viewer.epoch is not None and not heard.snapshot
        viewer.epoch = heard.epoch
        if resumed and heard.numbers.first is not None:
            self._count(viewer, heard.numbers)
        elif not resumed:
            viewer.last = heard.numbers.last

    def _count(self, viewer: Viewer, numbers: Numbers) -> None:
        """Every number must follow the one before it."""
        if viewer.last is not None and numbers.first != viewer.last + 1:
            viewer.faults.append(f"{numbers.first} after {viewer.last}")
        if numbers.torn:
            viewer.faults.append("numbers are missing within a frame")
        viewer.last = numbers.last
        viewer.host += numbers.host
        viewer.skipped += numbers.skipped

    def lost(self, viewer: Viewer, told_ms: int | None, why: str) -> None:
        """A connection has ended; unless all stay away, the viewer comes back when told to, or after a backoff."""
        self.losses[f"{viewer.stage.name.lower()}: {why}"] += 1
        self._hang_up(viewer)
        if self.stays_away:
            return
        if told_ms is not None:
            self.ask(viewer, told_ms / 1000)
        else:
            full_s = min(BACKOFF_MAX_S, BACKOFF_S * 2 ** min(viewer.failed, 10))
            viewer.failed += 1
            self.ask(viewer, full_s / 2 * (1 + random.random()))

    def _hang_up(self, viewer: Viewer) -> None:
        if viewer.stage is not Stage.AWAY:
            viewer.stage = Stage.AWAY
            self._by_fd.pop(viewer.socket.fileno(), None)
            viewer.socket.close()


def _address(number: int) -> str:
    return f"127.1.{number // 250}.{number % 250 + 1}"
