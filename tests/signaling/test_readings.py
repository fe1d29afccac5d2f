from __future__ import annotations

import asyncio
from typing import Any

import msgpack
import pytest

from livecart.domain.events import LogPosition
from livecart.domain.ids import ShowId
from livecart.services.room import Joined, Room, Snapshot
from signaling.codec import JSON, MSGPACK
from signaling.readings import STRETCH_MAX, STRETCHES_MAX, Readings

SHOW = ShowId("s")


class Log:
    """A room's log and snapshot without Redis and SQL; notes from where it was read."""

    def __init__(self) -> None:
        self.epoch = "e"
        self.events: list[list[Any]] = []
        self.read: list[int] = []
        self.snapshots = self.doors = 0

    def tell(self, kind: str = "chat") -> None:
        self.events.append([len(self.events) + 1, kind, {}, 1])

    async def resume(self, show: ShowId, after: LogPosition) -> Joined | None:
        await asyncio.sleep(0)
        self.read.append(after.seq)
        if after.epoch != self.epoch:
            return None
        position = LogPosition(self.epoch, len(self.events))
        events = [event for event in self.events if event[0] > after.seq]
        return Joined(position, {"epoch": self.epoch, "seq": position.seq, "events": events})

    async def snapshot(self, show: ShowId) -> Snapshot:
        await asyncio.sleep(0)
        self.snapshots += 1
        return Snapshot(LogPosition(self.epoch, len(self.events)), {"show": {"id": show}, "chat": [1, 2]})

    def enter(self, person: object, snapshot: Snapshot, *, gap: bool, call: object = None) -> Joined:
        del call
        return Joined(snapshot.position, {**snapshot.values, "you": person, "gap": gap})

    def knows(self, show: ShowId) -> bool:
        return self.doors > 0

    async def learn(self, show: ShowId) -> None:
        await asyncio.sleep(0)
        self.doors += 1

    async def require(self, show: ShowId, person: object) -> bool:
        return False


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def readings(log: Log, monkeypatch: pytest.MonkeyPatch) -> Readings:
    monkeypatch.setattr("signaling.readings.READ_EVERY_S", 0.0)
    return Readings(log)  # type: ignore[arg-type]


async def seqs(readings: Readings, after: int, epoch: str = "e") -> list[int] | None:
    joined = await readings.resume(SHOW, LogPosition(epoch, after), None, MSGPACK)
    if joined is None:
        return None
    answer = msgpack.unpackb(_payload(joined))["ok"]
    assert (answer["epoch"], answer["seq"]) == (joined.position.epoch, joined.position.seq)
    return [event[0] for event in answer["events"]]


def _payload(joined: Joined) -> bytes:
    frame = MSGPACK.ok(1, joined.answer)
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


async def test_whoever_missed_the_same_shares_one_reading_and_its_bytes(log: Log, readings: Readings) -> None:
    for _ in range(5):
        log.tell()
    answers = await asyncio.gather(*(readings.resume(SHOW, LogPosition("e", 2), None, MSGPACK) for _ in range(50)))
    assert log.read == [2]
    assert len({id(answer.answer) for answer in answers if answer is not None}) == 1
    other = await readings.resume(SHOW, LogPosition("e", 2), None, JSON)
    assert other is not None
    assert bytes(other.answer["events"]) == b'[[3,"chat",{},1],[4,"chat",{},1],[5,"chat",{},1]]'


async def test_what_was_read_before_is_not_read_again(log: Log, readings: Readings) -> None:
    for _ in range(5):
        log.tell()
    assert await seqs(readings, 1) == [2, 3, 4, 5]
    log.tell()
    assert await seqs(readings, 1) == [2, 3, 4, 5, 6]
    assert await seqs(readings, 4) == [5, 6]
    assert await seqs(readings, 6) == []
    assert log.read == [1, 5, 6, 6]
    assert await seqs(readings, 0) == [1, 2, 3, 4, 5, 6]
    assert log.read[-1] == 0, "what lies before it is read"


async def test_a_deletion_makes_the_log_be_read_anew_since_it_redacts(log: Log, readings: Readings) -> None:
    for _ in range(3):
        log.tell()
    assert await seqs(readings, 1) == [2, 3]
    log.tell("chat.deleted")
    assert await seqs(readings, 1) == [2, 3, 4]
    assert log.read == [1, 3, 1]


async def test_another_epoch_is_a_gap_and_nothing_of_the_old_one_is_told(log: Log, readings: Readings) -> None:
    log.tell()
    assert await seqs(readings, 0) == [1]
    log.epoch, log.events = "f", []
    assert await seqs(readings, 0) is None
    log.tell()
    assert await seqs(readings, 0, "f") == [1]
    assert await seqs(readings, 0) is None


async def test_many_places_at_once_get_each_its_own(log: Log, readings: Readings) -> None:
    for _ in range(9):
        log.tell()
    for _ in range(3):
        found = await asyncio.gather(*(seqs(readings, after) for after in range(9)))
        assert found == [list(range(after + 1, len(log.events) + 1)) for after in range(9)]
        log.tell()


async def test_what_is_kept_is_bounded(log: Log, readings: Readings) -> None:
    log.tell()
    for number in range(2 * STRETCHES_MAX):
        await readings.resume(ShowId(f"s{number}"), LogPosition("e", 0), None, MSGPACK)
    assert len(readings._stretches) == STRETCHES_MAX
    for _ in range(STRETCH_MAX + 1):
        log.tell()
    await readings.resume(SHOW, LogPosition("e", 0), None, MSGPACK)
    assert SHOW not in readings._stretches


async def test_a_storm_takes_one_snapshot_and_each_gets_what_is_its_own(log: Log, readings: Readings) -> None:
    people: list[Any] = ["ana", "bo", None]
    found = await asyncio.gather(*(readings.enter(SHOW, person, MSGPACK, gap=False) for person in people))
    assert log.snapshots == 1
    values = [msgpack.unpackb(_payload(each))["ok"] for each in found]
    assert values == [{"show": {"id": "s"}, "chat": [1, 2], "you": person, "gap": False} for person in people]


async def test_a_storm_asks_once_who_may_come_in(log: Log, readings: Readings) -> None:
    await asyncio.gather(*(readings.require(SHOW, None) for _ in range(50)))
    await readings.require(SHOW, None)
    assert log.doors == 1


def test_the_rooms_calls_are_the_ones_that_the_test_stands_in_for() -> None:
    assert all(callable(getattr(Room, name)) for name in ("resume", "snapshot", "enter", "knows", "learn", "require"))
