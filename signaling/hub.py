"""Show → sockets: gathers a show's events into ticks and writes the same bytes to everybody in it.

A write costs the same whatever it carries, so the wait between two ticks grows with the number of sockets: none for a
quiet room, up to TICK_MAX_MS for a busy one. Sockets are written to in chunks, or a large room would stall the loop.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable

from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.figures import Attendance
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import News
from signaling.batch import Batch, skipped_event
from signaling.errors import CloseCode
from signaling.messages import Lane, Notice, WireEvent
from signaling.ports import Member, person_id

TICK_MAX_MS = 200
# 60 % of the writes per second that one core was measured to do.
WRITES_PER_S = 60_000
CHUNK = 250
# A room whose pump falls behind this far is not served by sending more.
PENDING_MAX = 10_000
HELD_MAX = 256
REJOIN_SPREAD_S = 3.0
# Of a socket that has joined nothing yet.
NOWHERE = LogPosition("", -1)

_log = logging.getLogger(__name__)


class Audience:
    """The sockets of one show in this process, and what they are to be sent next."""

    def __init__(self, show: ShowId) -> None:
        self.show = show
        # Members whose join is not answered yet hold batches back; None once they are in.
        self.members: dict[Member, list[Batch] | None] = {}
        self.pending: list[WireEvent] = []
        # Of the log that the numbers in `pending` are of.
        self.epoch = ""
        self.arrived = asyncio.Event()
        self.opening = asyncio.Lock()
        self.pump: asyncio.Task[None] | None = None

    def attendance(self) -> Attendance:
        """Each person once, however many sockets, but not the host; each guest's socket."""
        members = [member for member in self.members if not member.hosting]
        guests = [member.guest for member in members if member.person is None]
        people = frozenset(member.person.id for member in members if member.person is not None)
        return Attendance(people, len(guests), frozenset(guests))

    def turn(self, epoch: str) -> None:
        """Another log begins. What was still to be sent of the old one is part of every snapshot."""
        if epoch != self.epoch:
            self.epoch = epoch
            self.pending = [event for event in self.pending if event.seq is None]

    def add(self, event: WireEvent) -> None:
        if len(self.pending) < PENDING_MAX:
            self.pending.append(event)
            self.arrived.set()


class Hub:
    """Listens to the process's news. Owns one task per show that has sockets here."""

    def __init__(self, news: News, now_ms: Callable[[], int]) -> None:
        self._news = news
        self._now_ms = now_ms
        self._audiences: dict[ShowId, Audience] = {}
        self._homes: dict[Member, Audience] = {}
        self._people: dict[PersonId, set[Member]] = {}

    # ---- sockets

    def connect(self, member: Member) -> None:
        person = person_id(member)
        if person is not None:
            self._people.setdefault(person, set()).add(member)

    async def disconnect(self, member: Member) -> None:
        person = person_id(member)
        mine = self._people.get(person) if person is not None else None
        if person is not None and mine is not None:
            mine.discard(member)
            if not mine:
                del self._people[person]
        await self.leave(member)

    def is_open(self, show: ShowId) -> bool:
        return show in self._audiences

    def show_of(self, member: Member) -> ShowId | None:
        home = self._homes.get(member)
        return None if home is None else home.show

    async def enter(self, member: Member, show: ShowId) -> None:
        """From now on nothing is missed; batches are held until `admit`. Raises UnavailableError."""
        audience = self._audiences.get(show)
        if audience is None:
            audience = self._audiences[show] = Audience(show)
        audience.members[member] = []
        self._homes[member] = audience
        try:
            async with audience.opening:
                if audience.pump is None:
                    await self._news.follow(show)
                    audience.pump = asyncio.create_task(self._pump(audience), name=f"show {show}")
        except BaseException:
            await self.leave(member)
            raise

    def admit(self, member: Member, floor: LogPosition) -> None:
        """The join is answered: sends what came meanwhile and is not part of the answer, i.e. lies above `floor`."""
        member.floor = floor
        audience = self._homes.get(member)
        if audience is None:
            return
        held = audience.members.get(member)
        audience.members[member] = None
        for batch in held or ():
            self._send(member, batch)

    async def leave(self, member: Member) -> None:
        audience = self._homes.pop(member, None)
        if audience is None:
            return
        audience.members.pop(member, None)
        if audience.members:
            return
        async with audience.opening:
            if audience.members:
                return
            if audience.pump is not None:
                audience.pump.cancel()
                audience.pump = None
                await self._news.unfollow(audience.show)
            # Whoever came meanwhile waits for the lock and follows anew.
            if not audience.members:
                self._audiences.pop(audience.show, None)

    def attendance(self) -> dict[ShowId, Attendance]:
        return {show: audience.attendance() for show, audience in self._audiences.items()}

    async def close(self) -> None:
        """Ends the pumps; the sockets are the shell's to close."""
        pumps = [audience.pump for audience in self._audiences.values() if audience.pump is not None]
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    # ---- news

    def numbered(self, event: NumberedEvent) -> None:
        show = event.event.show
        audience = self._audiences.get(show) if show is not None else None
        if audience is not None:
            audience.turn(event.position.epoch)
            self._queue(event.event, event.position.seq)

    def loose(self, event: ShowEvent) -> None:
        if event.person is None:
            self._queue(event, None)
            return
        batch = Batch([WireEvent(None, event.type, event.data, event.at_ms)])
        for member in self._people.get(event.person, ()):
            self._send(member, batch)

    def broken(self, show: ShowId, epoch: str | None) -> None:
        """Everybody must join again; not all at once. Whoever's join was answered in `epoch` stays."""
        audience = self._audiences.get(show)
        if audience is None:
            return
        if epoch is not None:
            audience.turn(epoch)
        stale = [member for member, held in audience.members.items() if held is not None or member.floor.epoch != epoch]
        _log.info("the log of show %s is not the same any more; %d sockets resume", show, len(stale))
        loop = asyncio.get_running_loop()
        step_s = REJOIN_SPREAD_S / max(len(stale), CHUNK)
        for number, member in enumerate(stale):
            loop.call_later(number * step_s, member.end, CloseCode.LOG_LOST)

    def hears(self, *, hears: bool) -> None:
        notice = Notice("restored" if hears else "delayed", 0, [])
        for audience in self._audiences.values():
            audience.add(WireEvent(None, "notice", notice, self._now_ms()))

    def _queue(self, event: ShowEvent, seq: int | None) -> None:
        audience = self._audiences.get(event.show) if event.show is not None else None
        if audience is not None:
            audience.add(WireEvent(seq, event.type, event.data, event.at_ms))

    # ---- fan-out

    async def _pump(self, audience: Audience) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await audience.arrived.wait()
            audience.arrived.clear()
            started, cpu_started = loop.time(), time.thread_time()
            events, audience.pending = audience.pending, []
            try:
                await self._broadcast(audience, Batch(events, audience.epoch))
            except Exception:  # noqa: BLE001 -- told below
                # One bad tick must not leave a room deaf for good.
                _log.exception("a tick of show %s failed", audience.show)
            pause_s = self._pause_s(time.thread_time() - cpu_started)
            await asyncio.sleep(pause_s - (loop.time() - started))

    def _pause_s(self, cpu_s: float) -> float:
        """From one tick's start to the next; twice the CPU that the last one took leaves room for everything else.

        CPU and not time: on a machine that others keep busy a longer pause would make it later still, and save nothing.
        """
        return min(max(len(self._homes) / WRITES_PER_S, 2 * cpu_s), TICK_MAX_MS / 1000)

    async def _broadcast(self, audience: Audience, batch: Batch) -> None:
        for number, member in enumerate(list(audience.members), 1):
            # Looked up again each time: between two chunks members leave and joins are answered.
            held = audience.members.get(member, ())
            if held is None:
                self._send(member, batch)
            elif isinstance(held, list):
                self._hold(member, held, batch)
            if number % CHUNK == 0:
                await asyncio.sleep(0)

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
