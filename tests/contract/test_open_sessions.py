"""Who is signed in, asked by many at once."""

from __future__ import annotations

import asyncio

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.open_sessions import SqlOpenSessions
from tests.support.shop import open_shop


async def test_many_who_ask_at_once_are_each_told_who_they_are(database: Database) -> None:
    async with open_shop(database, buyers=300) as shop:
        async with shop.store.write() as tx:
            for buyer in shop.buyers[:-1]:
                await tx.sessions.add(f"hash-{buyer.id}", buyer.id, 0, shop.clock.ms + 1)
        sessions = SqlOpenSessions(shop.store, shop.clock)
        await sessions.start()
        found = await asyncio.gather(*(sessions.find(f"hash-{buyer.id}") for buyer in shop.buyers))
        assert [None if one is None else one.person for one in found] == [*shop.buyers[:-1], None]
        async with shop.store.write() as tx:
            await tx.sessions.remove("hash-p00000")
        assert await sessions.find("hash-p00000") is None, "a log-out holds for the next question"
        shop.clock.ms += 1
        assert await sessions.find("hash-p00001") is None, "and so does the end of its time"
        await sessions.close()
