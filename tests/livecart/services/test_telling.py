from __future__ import annotations

import asyncio

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.domain.errors import UnavailableError
from livecart.domain.events import CHAT, LogPosition, ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.services.telling import SHOWS_KEPT, Telling
from tests.support.mortal_log import MortalLog
from tests.support.shop import SHOW, open_shop


@pytest.fixture
async def store(sqlite: Database) -> SqlStore:
    async with open_shop(sqlite):
        return SqlStore(sqlite)


async def kept(store: SqlStore, name: str) -> ShowEvent:
    """A line whose commit is over."""
    event = ShowEvent(EventId(name), SHOW, CHAT, {"id": name}, 0)
    async with store.write() as tx:
        await tx.outbox.add(event)
    return event


async def say(telling: Telling, store: SqlStore, name: str) -> None:
    await telling.tell(SHOW, await kept(store, name))


async def test_a_line_is_told_at_once_and_waits_on_until_it_is_settled(store: SqlStore) -> None:
    log = MortalLog()
    await say(Telling(store, log), store, "a")
    assert log.published == ["a"]
    async with store.read() as tx:
        assert await tx.outbox.untold([EventId("a")]) == {"a"}


async def test_what_was_kept_while_the_log_was_away_comes_before_what_follows(store: SqlStore) -> None:
    log = MortalLog(lives=1)
    telling = Telling(store, log)
    for name in ("a", "b", "c"):
        await say(telling, store, name)
    assert log.published == ["a"]
    log.lives = 100
    await say(telling, store, "d")
    await say(telling, store, "e")
    assert log.published == ["a", "b", "c", "d", "e"]


async def test_a_log_that_began_afresh_gets_what_was_just_told_before_what_follows(store: SqlStore) -> None:
    log = MortalLog()
    telling = Telling(store, log)
    await say(telling, store, "a")
    log.begin_afresh("f")
    await say(telling, store, "b")
    assert log.published == ["a", "b"]
    await say(telling, store, "c")
    assert log.published == ["a", "b", "c"]


async def test_one_catches_up_for_all_and_nobody_waits_for_him(store: SqlStore) -> None:
    class SlowLog(MortalLog):
        go = asyncio.Event()

        async def publish(self, event: ShowEvent, *, epoch: str | None = None) -> LogPosition:
            await self.go.wait()
            return await super().publish(event, epoch=epoch)

    log = SlowLog(lives=0)
    telling = Telling(store, log)
    log.go.set()
    await say(telling, store, "a")
    log.go.clear()
    log.lives = 100
    first = asyncio.create_task(say(telling, store, "b"))
    async with asyncio.timeout(5):
        while not telling._catching_up:  # noqa: ASYNC110 -- nothing tells that it has begun
            await asyncio.sleep(0)
    await asyncio.wait_for(say(telling, store, "c"), 5)
    assert log.published == []
    log.go.set()
    await first
    assert log.published == ["a", "b", "c"]


async def test_a_database_that_goes_away_meanwhile_delays_and_loses_nothing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = MortalLog(lives=0)
    telling = Telling(store, log)
    await say(telling, store, "a")
    b = await kept(store, "b")
    log.lives = 100
    with monkeypatch.context() as broken:

        def away() -> None:
            raise UnavailableError("away")

        broken.setattr(store, "read", away)
        await telling.tell(SHOW, b)
        assert log.published == []
    await say(telling, store, "c")
    assert log.published == ["a", "b", "c"]


async def test_what_is_remembered_of_shows_is_bounded(store: SqlStore) -> None:
    telling = Telling(store, MortalLog(lives=SHOWS_KEPT + 10))
    for number in range(SHOWS_KEPT + 5):
        show = ShowId(f"s{number}")
        await telling.tell(show, ShowEvent(EventId("x"), show, CHAT, {}, 0))
    assert len(telling._epochs) == SHOWS_KEPT
