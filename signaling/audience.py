"""The sockets of one show in this process in chunks, what they are to be sent, and when each chunk is written to. Pure.

A write costs about the same whatever it carries, so a busy room's events wait for one another. A chunk that has had
nothing for a while gets an event at once. Otherwise its oldest event waits up to `wait_s`, and no longer than for the
last event that is expected to come within that: waiting on would gather nothing. The chunks' turns are spread, so that
the first socket of a room is not written to long before the last one, and nothing else on the loop waits for them all.

What only takes the place of an earlier event, such as how many are left, is patient: it goes with whatever is sent, and
by itself it waits longer. A rush of orders changes the stock far more often than anybody can read. That nothing is left
is told as soon as all else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from livecart.domain.events import LogPosition
from livecart.domain.figures import Attendance
from livecart.domain.ids import ShowId
from signaling.batch import Batch
from signaling.messages import WireEvent
from signaling.ports import Member

# Sockets that are written to without a break; about 2 ms.
CHUNK = 250
# How much longer a patient event may wait than another; and, in a crowd, so long that such events alone cause no more
# writes a second than this, a thirtieth of a core. Nobody reads how many are left any faster.
PATIENCE = 4.0
PATIENT_WRITES_PER_S = 3_000
PATIENCE_MAX_S = 2.0
_LEFT = frozenset({"stock", "offer"})
# A room whose pump falls behind this far is not served by sending more.
PENDING_MAX = 10_000
# How much the newest gap between two events weighs in the one that is expected.
_NEWEST = 0.25


class Chunk:
    """Up to CHUNK sockets that get the same events at the same time."""

    __slots__ = ("at_once", "cpu_s", "due_s", "latest_s", "next", "plain", "special", "wrote_s")

    def __init__(self, following: int) -> None:
        # Those to whom nothing applies but how full they are.
        self.plain: dict[Member, None] = {}
        # Members whose join is not answered yet hold batches back; None once they are in.
        self.special: dict[Member, list[Batch] | None] = {}
        # The number, within the audience, of the first event that was not sent yet.
        self.next = following
        self.wrote_s = -math.inf
        # When it is to be written to, at the latest and as it looks now; None while nothing waits.
        self.latest_s = 0.0
        self.due_s: float | None = None
        # Whether what waits, or else what was sent last, need not wait for more.
        self.at_once = True
        self.cpu_s = 0.0

    def __len__(self) -> int:
        return len(self.plain) + len(self.special)

    def __iter__(self) -> Iterator[Member]:
        yield from self.plain
        yield from self.special

    def remove(self, member: Member) -> None:
        self.plain.pop(member, None)
        self.special.pop(member, None)


class Audience:
    """Times are in seconds of any monotonic clock. `wait_s` is how long an event may wait; the pump sets it."""

    def __init__(self, show: ShowId) -> None:
        self.show = show
        self.chunks: list[Chunk] = []
        self.wait_s = 0.0
        # Of the log that the events' numbers are of, and the newest of them.
        self.epoch = ""
        self._last_seq = -math.inf
        self._events: list[WireEvent] = []
        # The number of the first of them.
        self._first = 0
        # Between two events while the room is busy, as it is expected to go on.
        self._gap_s: float | None = None
        self._came_s = -math.inf
        self._latest: tuple[int, int, Batch] | None = None

    def __len__(self) -> int:
        return sum(map(len, self.chunks))

    def __iter__(self) -> Iterator[Member]:
        for chunk in self.chunks:
            yield from chunk

    def attendance(self) -> Attendance:
        """Each person once, however many sockets, but neither the host nor invisible staff; each guest's socket."""
        members = [member for member in self if member.part.counts]
        guests = [member.guest for member in members if member.person is None]
        people = frozenset(member.person.id for member in members if member.person is not None)
        return Attendance(people, len(guests), frozenset(guests))

    @property
    def per_s(self) -> float:
        """How many events a second are expected while it is busy."""
        return 0.0 if self._gap_s is None else 1 / max(self._gap_s, 1e-6)

    @property
    def _patience_s(self) -> float:
        return max(self.wait_s * PATIENCE, min(len(self) / PATIENT_WRITES_PER_S, PATIENCE_MAX_S))

    # ---- who

    def enter(self, member: Member) -> Chunk:
        """What is sent from now on is held for it, until its join is answered."""
        chunk = next((chunk for chunk in self.chunks if len(chunk) < CHUNK), None)
        if chunk is None:
            chunk = Chunk(self._first + len(self._events))
            self.chunks.append(chunk)
        chunk.special[member] = []
        return chunk

    def leave(self, member: Member, chunk: Chunk) -> None:
        chunk.remove(member)
        if not len(chunk):
            self.chunks.remove(chunk)

    def joining(self) -> list[Member]:
        """Those whose join is not answered yet."""
        return [member for chunk in self.chunks for member, held in chunk.special.items() if held is not None]

    def strangers_to(self, epoch: str | None) -> list[Member]:
        """Those whose join was not answered in this epoch."""
        return [
            member
            for chunk in self.chunks
            for member in chunk
            if chunk.special.get(member) is not None or member.floor.epoch != epoch
        ]

    # ---- what, and when

    def begin(self, position: LogPosition) -> None:
        """What comes with a number comes after `position`."""
        if not self.epoch:
            self.turn(position.epoch)
        if position.epoch == self.epoch:
            self._last_seq = max(self._last_seq, position.seq)

    def is_past(self, floor: LogPosition) -> bool:
        """Whether every number that is still to come lies above `floor`."""
        return floor.epoch == self.epoch and floor.seq <= self._last_seq

    def turn(self, epoch: str) -> None:
        """Another log begins ("": none is known). What was still to be sent of the old one is in every snapshot."""
        if epoch == self.epoch:
            return
        self.epoch, self._last_seq = epoch, -math.inf
        for chunk in self.chunks:
            sent = self._events[: chunk.next - self._first]
            chunk.next = self._first + sum(event.seq is None for event in sent)
            # Whoever joined in the old log must not be sent the new one's numbers.
            chunk.special |= dict.fromkeys(chunk.plain)
            chunk.plain.clear()
        self._events = [event for event in self._events if event.seq is None]
        self._latest = None

    def add(self, event: WireEvent, now_s: float) -> bool:
        """False when there is no room for it any more."""
        if len(self._events) >= PENDING_MAX:
            return False
        self._expect(now_s)
        self._events.append(event)
        if event.seq is not None:
            self._last_seq = max(self._last_seq, event.seq)
        wait_s = self._patience_s if _is_patient(event) else self.wait_s
        for number, chunk in enumerate(self.chunks, 1):
            self._put_off(chunk, now_s, wait_s, number / len(self.chunks))
        return True

    def due(self) -> Chunk | None:
        """The chunk whose turn comes first; its `due_s` says when."""
        return min((chunk for chunk in self.chunks if chunk.due_s is not None), key=_due_s, default=None)

    def take(self, chunk: Chunk, now_s: float) -> Batch:
        """What a chunk gets now. Chunks that get the same share it, with its encoded frames."""
        start, end = chunk.next, self._first + len(self._events)
        if self._latest is None or self._latest[:2] != (start, end):
            self._latest = (start, end, Batch(self._events[start - self._first :], self.epoch))
        chunk.next, chunk.due_s, chunk.wrote_s = end, None, now_s
        done = min(chunk.next for chunk in self.chunks) - self._first
        if done:
            del self._events[:done]
            self._first += done
        return self._latest[2]

    def _put_off(self, chunk: Chunk, now_s: float, wait_s: float, phase: float) -> None:
        """`phase` in (0, 1] is the chunk's place among all: after a write that did not wait, which all chunks then had
        at the same time, it waits for that part only."""
        part = phase if chunk.at_once else 1.0
        if chunk.due_s is None:
            chunk.at_once = now_s - chunk.wrote_s >= wait_s
            chunk.latest_s = now_s if chunk.at_once else now_s + wait_s * part
        else:
            # Less patient than what waits already.
            chunk.latest_s = min(chunk.latest_s, now_s + wait_s)
        too_late = self._gap_s is not None and now_s + self._gap_s > chunk.latest_s
        chunk.due_s = now_s if too_late else chunk.latest_s

    def _expect(self, now_s: float) -> None:
        """A pause in which nothing had to wait says nothing of the pace in between."""
        gap_s, self._came_s = now_s - self._came_s, now_s
        if gap_s <= self.wait_s:
            self._gap_s = gap_s if self._gap_s is None else self._gap_s + _NEWEST * (gap_s - self._gap_s)


def _is_patient(event: WireEvent) -> bool:
    return event.type == "viewers" or (event.type in _LEFT and event.data.get("available", 0) > 0)


def _due_s(chunk: Chunk) -> float:
    assert chunk.due_s is not None
    return chunk.due_s
