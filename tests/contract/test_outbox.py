from __future__ import annotations

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import outbox
from livecart.domain.events import SESSIONS_CHANGED, ShowEvent
from livecart.domain.ids import EventId, PersonId
from livecart.services.relaying import OutboxRelay
from tests.support.mortal_log import MortalLog
from tests.support.shop import SHOW, Shop, open_shop

MANY = 150


def told(number: int, person: PersonId) -> ShowEvent:
    show = SHOW if number % 2 else None
    return ShowEvent(EventId(f"own{number}"), show, "order", {"title": "红 ❤", "number": number}, number, person)


async def kept(shop: Shop, *events: ShowEvent) -> list[ShowEvent]:
    """What waits in the outbox after these were added at once."""
    async with shop.store.write() as tx:
        await tx.outbox.add(*events)
    async with shop.store.read() as tx:
        return [event for _, event in await tx.outbox.unpublished(1_000)]


async def test_what_many_people_are_told_at_once_shares_rows(database: Database) -> None:
    async with open_shop(database, buyers=3) as shop:
        mine = [told(number, shop.buyers[number % 3].id) for number in range(MANY)]
        room = ShowEvent(EventId("room"), SHOW, "stock", {}, 7)
        looked_at = ShowEvent(EventId("look"), None, SESSIONS_CHANGED, {}, 7, shop.buyers[0].id)
        assert await kept(shop, *mine[:5], room, *mine[5:], looked_at) == [*mine, room, looked_at]
        rows = await shop.rows(outbox)
        assert len(rows) == 3 + 2
        assert len({row.event_id for row in rows}) == len(rows)


async def test_what_one_person_is_told_alone_has_a_row_with_his_name(database: Database) -> None:
    async with open_shop(database) as shop:
        event = told(1, shop.buyers[0].id)
        assert await kept(shop, event) == [event]
        (row,) = await shop.rows(outbox)
        assert (row.event_id, row.show_id, row.person_id, row.type) == ("own1", SHOW, shop.buyers[0].id, "order")


async def test_the_relay_tells_what_is_in_shared_rows_and_counts_rows(database: Database) -> None:
    async with open_shop(database) as shop:
        await kept(shop, *(told(number, shop.buyers[0].id) for number in range(MANY)))
        log = MortalLog(lives=MANY)
        relay = OutboxRelay(SqlStore(database), log)
        assert [await relay.run_once(2), await relay.run_once(2), await relay.run_once(2)] == [2, 1, 0]
        assert log.announced == [f"own{number}" for number in range(MANY)]
