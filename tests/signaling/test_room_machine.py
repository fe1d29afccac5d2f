"""Any order of joins, drops, publishes, losses and resumes: nobody sees a gap, a repeat or a wrong order in lanes 1-2.

A real Redis log, two processes with the real hub, and clients that keep their seat as `livecart chat` does; the wires
between them are of tests/support/wires.py.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.terminal.seat import Event, Seat
from signaling.hub import NOWHERE
from signaling.lanes import Lane
from signaling.messages import EVENTS
from signaling.outbox import CLOSE_BYTES, NO_CHAT_BYTES, NO_CROWD_BYTES
from tests.support.redis_server import RedisServer
from tests.support.wires import Ears, PatientHub, Process, Wire

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

EXAMPLES = 400 if os.environ.get("LIVECART_TEST_FULL") else 60
# So small that a resume often comes too late.
KEPT = 12
KINDS = ("chat", "product.showing", "show.state")
T = TypeVar("T")


@dataclass(slots=True)
class Client:
    """`got` is what it was told since the snapshot at `base`; `spared` the numbers that were explained away."""

    seat: Seat
    wire: Wire | None = None
    process: Process | None = None
    epoch: str = ""
    base: int = 0
    at: int = 0
    got: list[int] = field(default_factory=list)
    spared: set[int] = field(default_factory=set)

    def told(self, events: list[Event]) -> None:
        for seq, kind, data, _ in events:
            if kind == "skipped":
                numbers = range(data["from"], data["to"] + 1)
                assert data["count"] == len(numbers)
                self.spared.update(number for number in numbers if number > self.base)
                self.at = data["to"]
            elif seq is not None:
                self.got.append(seq)
                self.at = seq

    def check(self, kinds: dict[int, str]) -> None:
        """`kinds`: what each number of its log is."""
        assert self.got == sorted(set(self.got)), "a repeat, or a wrong order"
        assert not self.spared.intersection(self.got)
        assert self.spared.union(self.got) == set(range(self.base + 1, self.at + 1)), "a gap"
        lanes = [EVENTS[kinds[number]][1] for number in self.spared]
        assert all(lane >= Lane.CHAT for lane in lanes), "money, control and the host are never left out"


class Rooms(RuleBasedStateMachine):
    """`url` is set by the test."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.redis = connect(self.url)
        self.log = RedisShowLog(self.redis, kept=KEPT)
        self.show = ShowId(uuid4().hex)
        self.numbers = count(1)
        self.now_ms = 0
        self.flushes = 0
        # What each number is, in each epoch.
        self.kinds: dict[str, dict[int, str]] = {}
        self.clients = [Client(Seat(self.show)) for _ in range(3)]
        self.processes = [self.run(self.new_process()) for _ in range(2)]
        for client, process in zip(self.clients, (0, 1, 0), strict=True):
            self.run(self.enter(client, self.processes[process], [], [], answered=True))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 10))

    async def new_process(self) -> Process:
        ears = Ears(self.log)
        hub = ears.hub = PatientHub(ears, lambda: self.now_ms)
        process = Process(ears, hub)
        await process.hub.enter(process.witness, self.show)
        process.hub.admit(process.witness, NOWHERE)
        return process

    # ---- what the room and the machines do

    @rule(
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=6),
        heard=st.sampled_from([(0, 1), (0, 1), (0, 1), (0,), ()]),
        slow=st.integers(0, 2),
        full=st.sampled_from([0, 0, NO_CROWD_BYTES, NO_CHAT_BYTES, NO_CHAT_BYTES, CLOSE_BYTES]),
    )
    def publish(self, kinds: list[str], heard: tuple[int, ...], slow: int, full: int) -> None:
        """Most news come at once; the others wait for `hear`, or are lost. One client is slow for as long."""
        wire = self.clients[slow].wire or Wire()
        wire.full = full
        self.run(self.tell_all(kinds, heard))
        if full != CLOSE_BYTES:
            wire.full = 0

    async def tell_all(self, kinds: list[str], heard: tuple[int, ...]) -> None:
        for kind in kinds:
            await self.tell(kind)
        for process in heard:
            await self.deliver(self.processes[process], len(kinds))

    async def tell(self, kind: str) -> None:
        number = str(next(self.numbers))
        event = ShowEvent(EventId(number), self.show, kind, {"id": number, "at_ms": 0}, 0)
        position = await self.log.publish(event)
        assert await self.log.publish(event) == position, "the outbox may relay it twice"
        known = self.kinds.setdefault(position.epoch, {})
        assert position.seq == len(known) + 1
        known[position.seq] = kind
        for process in self.processes:
            process.ears.waiting.append(NumberedEvent(position, event))

    @rule(process=st.integers(0, 1), many=st.integers(1, 6))
    def hear(self, process: int, many: int) -> None:
        self.run(self.deliver(self.processes[process], many))

    @rule(process=st.integers(0, 1))
    def lose_news(self, process: int) -> None:
        self.processes[process].ears.waiting.clear()

    @rule(process=st.integers(0, 1))
    def heal(self, process: int) -> None:
        self.run(self.catch_up(self.processes[process]))

    async def deliver(self, process: Process, many: int) -> None:
        waiting = process.ears.waiting
        heard, waiting[:many] = waiting[:many], []
        for event in heard:
            await process.ears.hear(event)
        await self.settle(process)

    async def catch_up(self, process: Process) -> None:
        await process.ears.heal(self.show)
        await self.settle(process)

    @rule()
    def dismiss(self) -> None:
        for process in self.processes:
            process.hub.dismiss()

    async def settle(self, process: Process) -> None:
        """Waits until the hub has sent all that it has: the witness gets a mark that was queued last."""
        mark = next(self.numbers)
        event = ShowEvent(EventId("mark"), self.show, "viewers", {"count": mark}, 0)
        process.hub.loose(event)
        while not any(b'"count":%d}' % mark in frame for frame in process.witness.frames):
            process.witness.written.clear()
            await process.witness.written.wait()
        process.witness.frames.clear()

    @precondition(lambda self: self.flushes < 1)
    @rule()
    def redis_loses_everything(self) -> None:
        """Which ends the subscriptions too, and with them what they had not brought yet."""
        self.flushes += 1
        self.run(self.flush())
        for process in self.processes:
            process.ears.waiting.clear()

    async def flush(self) -> None:
        await self.redis.flushdb()

    @rule(process=st.integers(0, 1))
    def kill(self, process: int) -> None:
        dead = self.processes[process]
        for client in self.clients:
            if client.process is dead:
                client.wire = client.process = None
        self.run(dead.hub.close())
        self.processes[process] = self.run(self.new_process())

    @rule(seconds=st.integers(1, 10))
    def time_goes_by(self, seconds: int) -> None:
        self.now_ms += seconds * 1_000

    # ---- what clients do

    @precondition(lambda self: any(client.wire is None for client in self.clients))
    @rule(
        process=st.integers(0, 1),
        before=st.lists(st.sampled_from(KINDS), max_size=2),
        after=st.lists(st.sampled_from(KINDS), max_size=2),
        answered=st.sampled_from([True, True, True, False]),
    )
    def join(self, process: int, before: list[str], after: list[str], answered: bool) -> None:
        client = next(client for client in self.clients if client.wire is None)
        self.run(self.enter(client, self.processes[process], before, after, answered))

    async def enter(
        self, client: Client, process: Process, before: list[str], after: list[str], answered: bool
    ) -> None:
        """As signaling/dispatch.py does it: listen, then read; news may come in between, and the answer be lost."""
        await self.leave(client)
        wire = client.wire = Wire()
        client.process = process
        await process.hub.enter(wire, self.show)
        for kind in before:
            await self.tell(kind)
        await self.deliver(process, len(before))
        answer = await self.answer(client.seat.join())
        for kind in after:
            await self.tell(kind)
        await self.deliver(process, len(after))
        process.hub.admit(wire, LogPosition(answer["epoch"], answer["seq"]))
        if not answered:
            await self.leave(client)
            return
        _, events = client.seat.enter(answer)
        if "events" in answer:
            client.told(events)
            assert client.at == answer["seq"]
        else:
            client.epoch, client.base, client.at = answer["epoch"], answer["seq"], answer["seq"]
            client.got, client.spared = [], set()
        client.check(self.kinds.get(client.epoch, {}))

    async def answer(self, d: dict[str, Any]) -> dict[str, Any]:
        if "epoch" in d:
            after = LogPosition(d["epoch"], d["after"])
            missed = await self.log.since(self.show, after)
            if missed is not None:
                events = [[each.position.seq, each.event.type, dict(each.event.data), 0] for each in missed]
                at = missed[-1].position if missed else after
                return {"epoch": at.epoch, "seq": at.seq, "events": events}
        position = await self.log.position(self.show)
        return {"epoch": position.epoch, "seq": position.seq, "chat": []}

    async def leave(self, client: Client) -> None:
        if client.wire is not None and client.process is not None:
            await client.process.hub.leave(client.wire)
        client.wire = client.process = None

    @rule(client=st.integers(0, 2))
    def drop(self, client: int) -> None:
        """What was on its way is lost."""
        self.run(self.leave(self.clients[client]))

    @rule(client=st.integers(0, 2), frames=st.sampled_from([1, 3, None]))
    def read(self, client: int, frames: int | None) -> None:
        self.take(self.clients[client], frames)

    def take(self, client: Client, frames: int | None = None) -> None:
        wire = client.wire
        if wire is None:
            return
        for _ in range(len(wire.frames) if frames is None else min(frames, len(wire.frames))):
            events = wire.read()
            # The client would drop it, but its process knows from its join what it has.
            assert all(event[0] is None or event[0] > client.at for event in events), "sent once more"
            heard = client.seat.take(events)
            assert not heard.missing, "a number that nobody explained"
            client.told(heard.events)
        client.check(self.kinds.get(client.epoch, {}))
        if wire.ended is not None and not wire.frames:
            self.run(self.leave(client))

    # ---- the end

    def teardown(self) -> None:
        """Everything heals, and everybody comes back to the newest number."""
        try:
            for process in self.processes:
                self.run(self.catch_up(process))
            self.dismiss()
            newest = self.run(self.log.position(self.show))
            for client in self.clients:
                self.take(client)
                self.run(self.enter(client, self.processes[0], [], [], answered=True))
                self.take(client)
                assert (client.epoch, client.at) == (newest.epoch, newest.seq)
        finally:
            for process in self.processes:
                self.run(process.hub.close())
            self.run(self.redis.aclose())
            self.loop.close()


def test_nothing_is_missed_repeated_or_out_of_order(redis_server: RedisServer) -> None:
    class OnThisRedis(Rooms):
        url = redis_server.url

    quick = settings(
        max_examples=EXAMPLES,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        # Each step is I/O: to make a finding smaller takes minutes, so that is for whoever looks into one.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    run_state_machine_as_test(OnThisRedis, settings=quick)
