from __future__ import annotations

from collections.abc import Sequence

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.domain.errors import UnavailableError
from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.services.relaying import OutboxRelay
from tests.support.shop import SHOW, open_shop


class Log:
    """A show log that knows ids, and goes away after `lives` events."""

    def __init__(self, lives: int = 100) -> None:
        self.lives = lives
        self.epoch = "e"
        self.published: list[str] = []
        self.announced: list[str] = []

    async def publish(self, event: ShowEvent, *, epoch: str | None = None) -> LogPosition:
        self._live()
        if epoch not in (None, self.epoch):
            return LogPosition(self.epoch, 0)
        if event.id not in self.published:
            self.published.append(event.id)
        return LogPosition(self.epoch, self.published.index(event.id) + 1)

    async def announce(self, event: ShowEvent) -> None:
        self._live()
        self.announced.append(event.id)

    async def position(self, show: ShowId) -> LogPosition:
        return LogPosition(self.epoch, len(self.published))

    async def since(self, show: ShowId, after: LogPosition) -> Sequence[NumberedEvent] | None:
        return None

    def _live(self) -> None:
        if not self.lives:
            raise UnavailableError("away")
        self.lives -= 1


async def _fill(database: Database, count: int) -> SqlStore:
    async with open_shop(database):
        store = SqlStore(database)
    async with store.write() as tx:
        await tx.outbox.add(*(ShowEvent(EventId(f"e{n}"), SHOW, "stock", {}, 0) for n in range(count)))
        await tx.outbox.add(ShowEvent(EventId("own"), None, "order", {}, 0, person=PersonId("p00000")))
    return store


async def test_events_go_to_the_room_in_order_and_to_the_person_alone(sqlite: Database) -> None:
    log = Log()
    relay = OutboxRelay(await _fill(sqlite, 3), log)
    assert [await relay.run_once(), await relay.run_once()] == [4, 0]
    assert (log.published, log.announced) == (["e0", "e1", "e2"], ["own"])


async def test_the_limit_bounds_one_run(sqlite: Database) -> None:
    relay = OutboxRelay(await _fill(sqlite, 3), Log())
    assert [await relay.run_once(3), await relay.run_once(3)] == [3, 1]


async def test_a_log_that_goes_away_loses_nothing(sqlite: Database) -> None:
    log = Log(lives=2)
    relay = OutboxRelay(await _fill(sqlite, 3), log)
    with pytest.raises(UnavailableError):
        await relay.run_once()
    log.lives = 100
    assert await relay.run_once() == 2
    assert (log.published, log.announced) == (["e0", "e1", "e2"], ["own"])


async def test_a_relay_killed_before_it_marks_publishes_the_same_ids_again(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await _fill(sqlite, 3)
    log = Log()

    class _Deaf(SqlStore):
        def write(self):  # type: ignore[no-untyped-def]
            raise UnavailableError("killed here")

    with pytest.raises(UnavailableError):
        await OutboxRelay(_Deaf(sqlite), log).run_once()
    assert await OutboxRelay(store, log).run_once() == 4
    assert log.published == ["e0", "e1", "e2"]
    assert log.announced == ["own", "own"]
