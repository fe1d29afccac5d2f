from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId


async def test_an_event_in_the_outbox_waits_until_it_is_marked(sqlite: Database) -> None:
    store = SqlStore(sqlite)
    event = ShowEvent(EventId("e1"), None, "notice", {"a": 1}, 5)
    async with store.write() as tx:
        await tx.outbox.add(event)
    async with store.read() as tx:
        waiting = await tx.outbox.unpublished(10)
    assert [found for _, found in waiting] == [event]
    async with store.write() as tx:
        await tx.outbox.mark_published([number for number, _ in waiting])
    async with store.read() as tx:
        assert await tx.outbox.unpublished(10) == []
