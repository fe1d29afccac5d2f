"""Wires between a log and its clients under a test's control: Pub/Sub that delays and loses, sockets that fill up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from livecart.adapters.redis.follow import Follow, Order
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.domain.events import LogPosition, NumberedEvent
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.services.ports import News, NewsListener
from livecart.terminal.seat import Event
from signaling.codec import JSON
from signaling.errors import CloseCode
from signaling.hub import NOWHERE, Hub
from signaling.outbox import Outbox
from signaling.ports import VIEWER, Member


class Wire:
    """A socket that keeps its frames until its client reads them. A hub member."""

    def __init__(self) -> None:
        self.codec = JSON
        self.person: Person | None = None
        self.outbox = Outbox()
        self.guest = "g"
        self.address = "203.0.113.7"
        self.exempt = False
        self.part = VIEWER
        self.floor = NOWHERE
        self.full = 0
        self.frames: list[bytes] = []
        self.ended: CloseCode | None = None
        self.written = asyncio.Event()

    def write(self, frame: bytes) -> None:
        if self.ended is None:
            self.frames.append(frame)
            self.written.set()

    def buffered(self) -> int:
        return self.full

    def end(self, code: CloseCode) -> None:
        self.ended = self.ended or code

    def read(self) -> list[Event]:
        """The events of the next frame, which may be several frames in one write."""
        data, events = self.frames.pop(0), []
        while data:
            start = {126: 4, 127: 10}.get(data[1], 2)
            size = data[1] if start == 2 else int.from_bytes(data[2:start])
            events += json.loads(data[start : start + size])["ev"]
            data = data[start + size :]
        return events


class Ears:
    """A process's subscription: what RedisBus does with the real order and the real log, minus Pub/Sub itself."""

    def __init__(self, log: RedisShowLog) -> None:
        self._log = log
        self._order = Follow()
        self.hub: Hub
        self.waiting: list[NumberedEvent] = []

    async def start(self, listener: NewsListener) -> None:
        raise AssertionError("the test is its own listener")

    async def follow(self, show: ShowId) -> LogPosition:
        self._order.position = await self._log.position(show)
        return self._order.position

    async def unfollow(self, show: ShowId) -> None:
        raise AssertionError(f"the witness never leaves {show}")

    async def close(self) -> None:
        return None

    async def hear(self, event: NumberedEvent) -> None:
        order = self._order.take(event)
        if order is Order.NEXT:
            self.hub.numbered(event)
        elif order is Order.GAP:
            await self.heal(_show(event))

    async def heal(self, show: ShowId) -> None:
        """Reads the log."""
        before = self._order.position
        assert before is not None
        missed = await self._log.since(show, before)
        if missed is None:
            position = await self._log.position(show)
            afresh = LogPosition(position.epoch, 0)
            missed = None if position.epoch == before.epoch else await self._log.since(show, afresh)
            self._order.position = position if missed is None else afresh
            self.hub.broken(show, None if missed is None else position.epoch)
        for event in missed or ():
            assert self._order.take(event) is Order.NEXT
            self.hub.numbered(event)


def _show(event: NumberedEvent) -> ShowId:
    assert event.event.show is not None
    return event.event.show


class PatientHub(Hub):
    """Whom it sends back goes when the test says so, and not after up to three seconds."""

    def __init__(self, news: News, now_ms: Callable[[], int]) -> None:
        super().__init__(news, now_ms)
        self.leaving: list[Member] = []

    def _send_back(self, members: Sequence[Member], after_s: float = 0.0) -> None:
        assert not after_s
        self.leaving += members

    def dismiss(self) -> None:
        for member in self.leaving:
            member.end(CloseCode.LOG_LOST)
        self.leaving.clear()


class Witness(Wire):
    """In the room all the time and never slow: what it has got, everybody else was sent."""

    def end(self, code: CloseCode) -> None:
        """Stays nevertheless."""


@dataclass(slots=True)
class Process:
    ears: Ears
    hub: PatientHub
    witness: Witness = field(default_factory=Witness)
