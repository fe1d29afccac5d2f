from __future__ import annotations

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import UnavailableError
from livecart.domain.events import CHAT, ShowEvent
from livecart.domain.ids import EventId, MessageId, PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.services.relaying import OutboxRelay
from tests.support.mortal_log import MortalLog as Log
from tests.support.shop import SHOW, open_shop


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
    assert log.published == ["e0", "e1"]
    log.lives = 100
    assert [await relay.run_once(), await relay.run_once()] == [4, 0]
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


def _line(name: str, at_ms: int = 0, show: ShowId = SHOW) -> ShowEvent:
    return ShowEvent(EventId(name), show, CHAT, {"id": name}, at_ms)


async def test_chat_that_was_left_behind_is_told_once_and_forgotten(sqlite: Database) -> None:
    log = Log()
    store = await _fill(sqlite, 0)
    relay = OutboxRelay(store, log)
    told, left, young = _line("told"), _line("left"), _line("young", 5)
    await log.publish(told)
    async with store.write() as tx:
        await tx.outbox.add(told, left, young)
    assert await relay.settle_chat(5) == 2
    assert log.published == ["told", "left"]
    async with store.read() as tx:
        assert [event.id for _, event in await tx.outbox.chat(10)] == ["young"]
    assert await relay.settle_chat(5) == 0
    assert await relay.run_once() == 1, "news of another kind goes its own way"


async def test_chat_that_cannot_be_told_goes_on_waiting(sqlite: Database) -> None:
    log = Log(lives=1)
    store = await _fill(sqlite, 0)
    async with store.write() as tx:
        await tx.outbox.add(_line("a"), _line("b"))
    relay = OutboxRelay(store, log)
    with pytest.raises(UnavailableError):
        await relay.settle_chat(1)
    log.lives = 100
    assert await relay.tell_show(SHOW) == "e"
    assert log.published == ["a", "b"]
    assert await relay.tell_show(SHOW) is None


async def test_a_line_that_was_deleted_before_it_was_told_is_told_to_nobody(sqlite: Database) -> None:
    log = Log()
    store = await _fill(sqlite, 0)
    line = ChatMessage(MessageId("gone"), SHOW, PersonId("p00000"), "k", "text", 0)
    async with store.write() as tx:
        await tx.chat.add_all([line])
        await tx.chat.save_deletion(
            line.deleted(Person(PersonId("p00000"), "ana0", "Ana", Role.VIEWER), PersonId("mei"), 1)
        )
        await tx.outbox.add(_line("gone"), _line("there"))
    assert await OutboxRelay(store, log).settle_chat(1) == 2
    assert log.published == ["there"]
