"""A shop with records that grow old: its purge, its holds, its log and its audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from livecart.adapters.log_marks import FILE, Ed25519MarkKey, MarkFile
from livecart.adapters.sql.tables import chat_messages, orders, people
from livecart.adapters.system import RandomIds
from livecart.domain.chat import ChatMessage
from livecart.domain.ids import MessageId, PersonId, ShowId, TopicId
from livecart.domain.legal_hold import HoldKind
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.audit import Audit
from livecart.services.legal_holds import LegalHolds
from livecart.services.log_marks import LogMarks
from livecart.services.log_proof import LogProof
from livecart.services.purging import Periods, Purge
from livecart.services.store_retention import Due, RecordKind
from livecart.services.topics import TopicReview
from tests.support.shop import MEI, PRICE, SHOW, Shop
from tests.support.till import Till, till_of

DAYS = 1_095
DAY_MS = 24 * 3600 * 1000
PERIOD_MS = DAYS * DAY_MS
ROOT = Person(PersonId("root"), "root", "Root", Role.ADMIN)
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


@dataclass
class Archive:
    shop: Shop
    till: Till
    marks: LogMarks
    audit: Audit
    purge: Purge
    holds: LegalHolds
    topics: TopicReview
    file: Path

    async def run(self) -> Counter[str]:
        return Counter({each.kind.value: each.removed for each in await self.purge.run()})

    async def due(self) -> dict[str, Due]:
        return {each.kind.value: each.found for each in await self.purge.look()}

    async def faults(self) -> dict[str, tuple[str, ...]]:
        return {finding.invariant: finding.faults for finding in await self.audit.run() if finding.faults}

    async def balances(self) -> dict[str, int]:
        return {name: amount for name, amount in (await self.till.balances()).items() if amount}

    async def bought(self, buyer: int = 0, quantity: int = 1, **changed: Any) -> dict[str, Any]:
        """An order that is paid from the wallet."""
        ana = self.shop.buyers[buyer]
        await self.shop.top_up(ana, 5 * PRICE)
        return await self.shop.pay(ana, await self.shop.place(ana, quantity, **changed))

    async def say(self, name: str, author: int = 0, show: ShowId = SHOW) -> None:
        now = self.shop.clock.ms
        message = ChatMessage(MessageId(name), show, self.shop.buyers[author].id, name, name, now)
        async with self.shop.store.write() as tx:
            await tx.chat.add_all([message])

    async def said(self) -> list[str]:
        return sorted(row.id for row in await self.shop.rows(chat_messages))

    async def decide(self, number: int = 1) -> None:
        for _ in range(number):
            topic = TopicId((await self.topics.propose(MEI, TEXT))["id"])
            await self.topics.submit(MEI, topic)
            await self.topics.reject(MO, topic, "off_topic", "About cars.")
            self.shop.clock.ms += 1_000

    async def hold(self, kind: HoldKind, subject: str) -> str:
        return str((await self.holds.place(ROOT, kind, subject, "a court asks for it"))["id"])

    async def buyers(self) -> list[str]:
        async with self.shop.database.read() as connection:
            return list(await connection.scalars(select(orders.c.buyer_id).order_by(orders.c.id)))

    def pass_time(self, days: int = DAYS) -> None:
        self.shop.clock.ms += days * DAY_MS + 1


def open_archive(shop: Shop, folder: Path, days: int = DAYS) -> Archive:
    key, copies = Ed25519MarkKey("secret"), MarkFile(folder / FILE)
    marks, ids = LogMarks(shop.store, shop.clock, key, copies), RandomIds()
    return Archive(
        shop,
        till_of(shop),
        marks,
        Audit(shop.store, LogProof(key, copies)),
        Purge(shop.store, shop.clock, ids, Periods(dict.fromkeys(RecordKind, days)), marks),
        LegalHolds(shop.store, shop.clock, ids),
        TopicReview(shop.store, shop.clock, ids),
        folder / FILE,
    )


async def add_staff(shop: Shop) -> None:
    staff = [{"id": each.id, "handle": each.handle, "role": each.role.value} for each in (ROOT, MO)]
    made = {"display_name": "", "password_hash": "", "created_at_ms": -1}
    async with shop.database.write() as connection:
        await connection.execute(insert(people), [{**each, **made} for each in staff])
