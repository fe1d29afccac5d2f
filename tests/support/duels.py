"""Duels in the small shop: a second host with a live show, and media processes and scores that a test plays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people, shows, topics
from livecart.adapters.system import RandomIds
from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import DuelId, PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.services.duel_book import DuelBook
from livecart.services.duel_keeping import DuelKeeping
from livecart.services.duels import DuelPorts, Duels, DuelTerms
from livecart.services.ports import Clock
from livecart.services.ports_duels import Pulled, Scores
from livecart.services.store import Store
from tests.support.shop import Shop, open_shop

BO = Person(PersonId("bo"), "bo", "Bo", Role.CREATOR)
KIM = Person(PersonId("kim"), "kim", "Kim", Role.CREATOR)
BO_SHOW, KIM_SHOW = ShowId("bo-show"), ShowId("kim-show")
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


@dataclass(slots=True)
class GuestRelay:
    """What media processes do with guest hosts, by show and slot. `away`: none answers."""

    there: dict[tuple[ShowId, int], Pulled] = field(default_factory=dict)
    away: bool = False
    pulls: int = 0

    async def pull(self, show: ShowId, slot: int, source: ShowId, host: PersonId) -> None:
        self._answers()
        self.pulls += 1
        self.there[show, slot] = Pulled(show, slot, source, live=True)

    async def unpull(self, show: ShowId, slot: int, source: ShowId) -> None:
        self._answers()
        if (found := self.there.get((show, slot))) is not None and found.source == source:
            del self.there[show, slot]

    async def pulled(self) -> Sequence[Pulled]:
        self._answers()
        return list(self.there.values())

    def seen(self) -> dict[str, tuple[int, str]]:
        """In which slot of each show which other one is."""
        return {show: (slot, each.source) for (show, slot), each in self.there.items()}

    def _answers(self) -> None:
        if self.away:
            raise UnavailableError("no media process is running", code="no_media")


@dataclass(slots=True)
class CountedLikes:
    """The port Scores in memory."""

    counts: dict[ShowId, int] = field(default_factory=dict)
    away: bool = False

    async def open(self, show: ShowId, duel: DuelId, until_ms: int, score: int) -> int:
        if self.away:
            raise UnavailableError("the message bus is away")
        return self.counts.setdefault(show, score)

    async def add(self, likes: Mapping[ShowId, int], now_ms: int) -> None:
        for show, count in likes.items():
            if show in self.counts:
                self.counts[show] += count


@dataclass(slots=True)
class Loud:
    """What was announced."""

    events: list[ShowEvent] = field(default_factory=list)

    async def announce(self, event: ShowEvent) -> None:
        self.events.append(event)


@dataclass(frozen=True, slots=True)
class DuelRig:
    duels: Duels
    keeping: DuelKeeping
    media: GuestRelay
    scores: Any
    log: Any


class _Nobody:
    async def viewers(self, show: ShowId) -> int:
        return 2 if show == BO_SHOW else 1


def with_duels(
    store: Store, clock: Clock, scores: Scores | None = None, log: Any = None, *, terms: DuelTerms | None = None
) -> DuelRig:
    media, terms, counted = GuestRelay(), terms or DuelTerms(), scores or CountedLikes()
    loud: Any = log or Loud()
    ports = DuelPorts(store, clock, RandomIds(), media, _Nobody(), DuelBook(clock))
    return DuelRig(Duels(ports, terms), DuelKeeping(ports, terms, counted, loud), media, counted, loud)


async def furnish(database: Database) -> None:
    """Bo and Kim with a live show each, and a moderator."""
    show = {"topic_version": 1, "title": "", "category": "", "language": "", "viewers_policy": "everyone"}
    show |= {"bag_version": 1, "showing_version": 0, "created_at_ms": 0, "state": "live"}
    topic = {"version": 1, "status": "approved", "title": "", "category": "", "summary": "", "language": "en"}
    async with database.write() as connection:
        for each in (BO, KIM, MO):
            row = {"id": each.id, "handle": each.handle, "display_name": each.display_name, "role": each.role.value}
            await connection.execute(insert(people).values(**row, password_hash="", created_at_ms=0))
        for host, id_ in ((BO, BO_SHOW), (KIM, KIM_SHOW)):
            about = {"id": f"topic-{host.id}", "creator_id": host.id}
            await connection.execute(insert(topics).values(**topic, **about, created_at_ms=0))
            of_host = {"creator_id": host.id, "topic_id": about["id"]}
            await connection.execute(insert(shows).values(**show, **of_host, id=id_))


async def set_show(database: Database, show: ShowId, **values: Any) -> None:
    async with database.write() as connection:
        await connection.execute(update(shows).where(shows.c.id == show).values(**values))


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[tuple[Shop, DuelRig]]:
    async with open_shop(database) as shop:
        await furnish(database)
        yield shop, with_duels(shop.store, shop.clock)
