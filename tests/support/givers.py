"""People who send gifts over HTTP and do not give up, and what must be in the books of it in the end.

Every gift that was acknowledged is in one streak, every streak was paid to its host once, and nothing is left over.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from sqlalchemy import func, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import journals
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.domain.ledger import JournalKind
from livecart.services.audit import Audit, in_order
from tests.support.crowd import ANSWER_S, Buyer, Goods
from tests.support.fleet import WebPart
from tests.support.people import make_show, register

GIFTS = ("rose", "heart")
# Longer than a streak lasts in a sale (`gift_streak_s`), so that streaks end all the time.
PAUSE_S = 1.2
ENDED_S = 30.0


class Giver(Buyer):
    """`given`: how many gifts he was told that he sent."""

    given = 0

    async def give(self, http: aiohttp.ClientSession) -> None:
        gift, count = self._chances.choice(GIFTS), self._chances.randint(1, 3)
        await self._ask(http, f"shows/{self._goods.show}/gifts", {"gift": gift, "count": count})
        self.given += count


@dataclass(slots=True)
class Givers:
    """In a show of their own, so that a sale beside it is reckoned without them."""

    show: str
    people: list[Giver] = field(default_factory=list)

    @asynccontextmanager
    async def giving(self) -> AsyncIterator[None]:
        """In the end everybody has an answer to everything that he sent."""
        stop = asyncio.Event()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as http:
            tasks = [asyncio.create_task(self._give(each, http, stop)) for each in self.people]
            yield
            stop.set()
            await asyncio.gather(*tasks)

    async def reckon(self, database_url: str) -> int:
        """Raises AssertionError unless it is as above; the sum that hosts were paid, when nobody gives any more."""
        database = Database(database_url)
        try:
            await _until_all_have_ended(database, self.show)
            streaks, paid = gift_streaks.c, select(journals.c.cause).where(journals.c.kind == JournalKind.GIFT_PAID)
            mine = select(gift_streaks).where(streaks.show_id == self.show)
            async with database.read() as connection:
                found = list(await connection.execute(mine))
                causes = [row.cause for row in await connection.execute(paid)]
            assert sum(row.gifts for row in found) == sum(giver.given for giver in self.people)
            assert sorted(cause for cause in causes if cause in {row.id for row in found}) == sorted(
                row.id for row in found
            )
            assert [fault for giver in self.people for fault in giver.faults] == []
            findings = await Audit(SqlStore(database)).run()
            assert in_order(findings), [finding for finding in findings if finding.faults]
        finally:
            await database.close()
        return sum(row.total_minor for row in found)

    async def _give(self, giver: Giver, http: aiohttp.ClientSession, stop: asyncio.Event) -> None:
        while not stop.is_set():
            for _ in range(3):
                await giver.give(http)
            await asyncio.sleep(PAUSE_S)


def gather_givers(web: WebPart, count: int = 3) -> Givers:
    show = make_show(web, web.log_in("mei"))["show"]["id"]
    goods = Goods(show, "", 0)
    return Givers(show, [Giver([web.url], register(web), goods, seed) for seed in range(count)])


async def _until_all_have_ended(database: Database, show: str) -> None:
    streaks = gift_streaks.c
    going_on = select(func.count()).where(streaks.show_id == show, streaks.ended_at_ms.is_(None))
    began = time.monotonic()
    while True:
        async with database.read() as connection:
            left = (await connection.execute(going_on)).scalar_one()
        if not left:
            return
        assert time.monotonic() - began < ENDED_S, f"{left} streaks have not ended"
        await asyncio.sleep(0.1)
