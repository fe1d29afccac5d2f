"""Show → sockets: listens to the news, and writes the same bytes to everybody in a show, chunk after chunk.

When a chunk's turn comes is audience.py's to say. Between two chunks everything else on the loop gets its turn.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from livecart.domain.events import DESK_NEWS, FOR_PROCESSES, STAFF_EVENTS, LogPosition, NumberedEvent, ShowEvent
from livecart.domain.figures import Attendance
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.staffing import Duty
from livecart.services.ports import News
from signaling.audience import CHUNK, Audience, Chunk
from signaling.batch import Batch, skipped_event
from signaling.codec import Codec
from signaling.errors import CloseCode
from signaling.lanes import Lane
from signaling.messages import Notice, WireEvent
from signaling.outbox import NO_CROWD_BYTES
from signaling.ports import Member, person_id

# How long an event of a busy room waits for others: each write saved is CPU for orders and joins. A process writes this
# often as long as nobody notices the delay, and at most twice as often: a fifth of what one core was measured to do.
WRITES_PER_S = 11_000
UNNOTICED_MS = 90
WAIT_MAX_MS = 200
# Where more is told than anybody reads, a longer delay is not noticed either.
FLOOD_PER_S = 50
FLOOD_WAITS = 1.6
HELD_MAX = 256
# The duties of those who are told more than the room.
_TOLD = frozenset(STAFF_EVENTS.values())
REJOIN_SPREAD_S = 3.0
LOGS_ARE_READ_S = 2.0
# Of a socket that has joined nothing yet.
NOWHERE = LogPosition("", -1)

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Home:
    """A show with sockets here, and the task that writes to them."""

    audience: Audience
    # Those of its staff who review what is held back: what only they are told goes to each by itself.
    staff: set[Member] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    pump: asyncio.Task[None] | None = None


class Hub:
    """Listens to the process's news. Owns one task per show that has sockets here."""

    def __init__(self, news: News, now_ms: Callable[[], int]) -> None:
        self._news = news
        self._now_ms = now_ms
        self._homes: dict[ShowId, _Home] = {}
        self._seats: dict[Member, tuple[_Home, Chunk]] = {}
        self._people: dict[PersonId, set[Member]] = {}
        # Moderators who look at their desks.
        self._desk: set[Member] = set()

    # ---- sockets

    def connect(self, member: Member) -> None:
        person = person_id(member)
        if person is not None:
            self._people.setdefault(person, set()).add(member)

    def sit_down(self, member: Member) -> None:
        """From now on it hears of what the desk's lists are about."""
        self._desk.add(member)

    def stand_up(self, member: Member) -> None:
        self._desk.discard(member)

    async def disconnect(self, member: Member) -> None:
        self.stand_up(member)
        person = person_id(member)
        mine = self._people.get(person) if person is not None else None
        if person is not None and mine is not None:
            mine.discard(member)
            if not mine:
                del self._people[person]
        await self.leave(member)

    def is_open(self, show: ShowId) -> bool:
        return show in self._homes

    def show_of(self, member: Member) -> ShowId | None:
        seat = self._seats.get(member)
        return None if seat is None else seat[0].audience.show

    async def enter(self, member: Member, show: ShowId) -> None:
        """From now on nothing is missed; batches are held until `admit`. Raises UnavailableError."""
        home = self._homes.get(show)
        if home is None:
            home = self._homes[show] = _Home(Audience(show))
        self._seats[member] = (home, home.audience.enter(member))
        if _TOLD & member.part.duties:
            home.staff.add(member)
        if home.pump is not None:
            return
        try:
            async with home.opening:
                if home.pump is None:
                    home.audience.begin(await self._news.follow(show))
                    home.pump = asyncio.create_task(self._pump(home), name=f"show {show}")
        except BaseException:
            await self.leave(member)
            raise

    def set_duties(self, member: Member, duties: frozenset[Duty]) -> None:
        """What it may do in its show has changed: it is told, and hears from now on what such staff is told."""
        member.part = replace(member.part, duties=duties)
        seat = self._seats.get(member)
        if seat is None:
            return
        change = seat[0].staff.add if _TOLD & duties else seat[0].staff.discard
        change(member)
        told = {"duties": sorted(duty.value for duty in duties)}
        self._send(member, Batch([WireEvent(None, "you.duties", told, self._now_ms())]))

    def admit(self, member: Member, floor: LogPosition) -> None:
        """The join is answered: sends what came meanwhile and is not part of the answer, i.e. lies above `floor`."""
        member.floor = floor
        seat = self._seats.get(member)
        if seat is None:
            return
        chunk = seat[1]
        held = chunk.special.get(member)
        chunk.special[member] = None
        for batch in held or ():
            self._send(member, batch)

    async def leave(self, member: Member) -> None:
        seat = self._seats.pop(member, None)
        if seat is None:
            return
        home, chunk = seat
        home.staff.discard(member)
        home.audience.leave(member, chunk)
        if home.audience.chunks:
            return
        async with home.opening:
            if home.audience.chunks:
                return
            if home.pump is not None:
                home.pump.cancel()
                home.pump = None
                await self._news.unfollow(home.audience.show)
            # Whoever came meanwhile waits for the lock and follows anew.
            if not home.audience.chunks:
                self._homes.pop(home.audience.show, None)

    def attendance(self) -> dict[ShowId, Attendance]:
        return {show: home.audience.attendance() for show, home in self._homes.items()}

    async def close(self) -> None:
        """Ends the pumps; the sockets are the shell's to close."""
        pumps = [home.pump for home in self._homes.values() if home.pump is not None]
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    # ---- news

    def numbered(self, event: NumberedEvent) -> None:
        show = event.event.show
        home = self._homes.get(show) if show is not None else None
        if home is not None:
            home.audience.turn(event.position.epoch)
            self._queue(event.event, event.position.seq)

    def loose(self, event: ShowEvent) -> None:
        if event.type in FOR_PROCESSES:
            return
        if event.person is None and event.type not in STAFF_EVENTS:
            self._queue(event, None)
            return
        batch = Batch([WireEvent(None, event.type, event.data, event.at_ms)])
        for member in self._hearers_of(event):
            self._send(member, batch)

    def _hearers_of(self, event: ShowEvent) -> Iterable[Member]:
        """Of an event that is not for a whole room. Desk news names a person too, who is not told."""
        if event.type == DESK_NEWS:
            return self._desk
        if event.person is not None:
            return self._people.get(event.person, ())
        return self._staff_of(event.show, STAFF_EVENTS[event.type])

    def _staff_of(self, show: ShowId | None, duty: Duty) -> Iterable[Member]:
        home = None if show is None else self._homes.get(show)
        return () if home is None else [member for member in home.staff if duty in member.part.duties]

    def broken(self, show: ShowId, epoch: str | None) -> None:
        """Everybody must join again; not all at once. Whoever's join was answered in `epoch` stays."""
        home = self._homes.get(show)
        if home is None:
            return
        home.audience.turn(epoch or "")
        stale = home.audience.strangers_to(epoch)
        if epoch is None:
            # The middle of their own log is gone: what is told next does not follow what they have.
            for member in home.audience.joining():
                member.end(CloseCode.LOG_LOST)
            for member in stale:
                member.floor = NOWHERE
        _log.info("the log of show %s is not the same any more; %d sockets resume", show, len(stale))
        self._send_back(stale)

    def _send_back(self, members: Sequence[Member], after_s: float = 0.0) -> None:
        """They come back and resume; not all at once."""
        step_s = REJOIN_SPREAD_S / max(len(members), CHUNK)
        for number, member in enumerate(members):
            asyncio.get_running_loop().call_later(after_s + number * step_s, member.end, CloseCode.LOG_LOST)

    def hears(self, *, hears: bool) -> None:
        notice = Notice("restored" if hears else "delayed", 0, [])
        for home in self._homes.values():
            self._add(home, WireEvent(None, "notice", notice, self._now_ms()))
        for member in self._desk:
            self._send(member, Batch([WireEvent(None, "notice", notice, self._now_ms())]))

    def missed(self) -> None:
        """A room's news is read from its log; what was for one person alone is told him when he comes back."""
        signed_in = [member for mine in self._people.values() for member in mine if member in self._seats]
        # Whoever is asked back since a log was lost, which shows at once, is not asked twice.
        self._send_back(signed_in, after_s=LOGS_ARE_READ_S)

    def _queue(self, event: ShowEvent, seq: int | None) -> None:
        home = self._homes.get(event.show) if event.show is not None else None
        if home is not None:
            self._add(home, WireEvent(seq, event.type, event.data, event.at_ms))

    def _add(self, home: _Home, event: WireEvent) -> None:
        if home.audience.add(event, asyncio.get_running_loop().time()):
            home.arrived.set()

    # ---- fan-out

    async def _pump(self, home: _Home) -> None:
        loop, audience = asyncio.get_running_loop(), home.audience
        while True:
            chunk, now_s = audience.due(), loop.time()
            if chunk is None or chunk.due_s is None or chunk.due_s > now_s:
                home.arrived.clear()
                timer = None if chunk is None or chunk.due_s is None else loop.call_at(chunk.due_s, home.arrived.set)
                await home.arrived.wait()
                if timer is not None:
                    timer.cancel()
                continue
            cpu_s = time.thread_time()
            try:
                self._broadcast(audience, chunk, audience.take(chunk, now_s))
            except Exception:  # noqa: BLE001 -- told below
                # One bad batch must not leave a room deaf for good.
                _log.exception("a batch of show %s failed", audience.show)
            # uvloop writes at the end of its turn, so this is when the CPU is spent.
            await asyncio.sleep(0)
            chunk.cpu_s = time.thread_time() - cpu_s
            audience.wait_s = self._wait_s(sum(each.cpu_s for each in audience.chunks), audience.per_s)

    def _wait_s(self, cpu_s: float, told_per_s: float) -> float:
        """Twice the CPU that writing to all the room's chunks takes leaves room for everything else.

        CPU and not time: on a machine that others keep busy a longer wait would make it later still, and save nothing.
        """
        often_s = len(self._seats) / WRITES_PER_S
        wait_s = max(min(often_s, UNNOTICED_MS / 1000), often_s / 2, 2 * cpu_s)
        if told_per_s > FLOOD_PER_S:
            wait_s *= FLOOD_WAITS
        return min(wait_s, WAIT_MAX_MS / 1000)

    def _broadcast(self, audience: Audience, chunk: Chunk, batch: Batch) -> None:
        """To most members there is one question, how full they are: this loop is what a room costs."""
        codec: Codec | None = None
        frame: bytes | None = None
        full: list[Member] = []
        for member in chunk.plain:
            if member.buffered() >= NO_CROWD_BYTES:
                full.append(member)
                continue
            if member.codec is not codec:
                codec = member.codec
                frame = batch.frame(codec, Lane.CROWD)
            if frame is not None:
                member.write(frame)
        for member, held in list(chunk.special.items()):
            if held is not None:
                self._hold(member, held, batch)
            else:
                self._send(member, batch)
                if member.outbox.quiet and audience.is_past(member.floor):
                    del chunk.special[member]
                    chunk.plain[member] = None
        for member in full:
            del chunk.plain[member]
            chunk.special[member] = None
            self._send(member, batch)

    def _hold(self, member: Member, held: list[Batch], batch: Batch) -> None:
        if len(held) < HELD_MAX:
            held.append(batch)
        else:
            member.end(CloseCode.SLOW)

    def _send(self, member: Member, batch: Batch) -> None:
        if batch.epoch != member.floor.epoch and batch.first_seq < math.inf:
            # The numbers of another log would pass for those of its own.
            batch = batch.after(math.inf)
        if batch.first_seq <= member.floor.seq:
            batch = batch.after(member.floor.seq)
        lane = member.outbox.admit(member.buffered(), self._now_ms())
        if lane is None:
            member.end(CloseCode.SLOW)
        elif batch.has(lane):
            self._write(member, batch, lane)
        else:
            member.outbox.skip(batch.skipped(lane))

    def _write(self, member: Member, batch: Batch, lane: Lane) -> None:
        skipped = skipped_event(member.outbox.take_skipped(), self._now_ms())
        if skipped:
            member.write(member.codec.events(skipped))
        frame = batch.frame(member.codec, lane)
        if frame is not None:
            member.write(frame)
