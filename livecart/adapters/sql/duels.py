"""Duels and hosts' rules of invitations, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.shows import show_of
from livecart.adapters.sql.tables import follows, people, shows
from livecart.adapters.sql.tables_duels import duel_rules, duels
from livecart.domain.duel import OPEN, TOGETHER, Duel, DuelState, Inviters, Side
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import DuelId, PersonId, ShowId
from livecart.domain.show import Show, ShowState

IS_OPEN = duels.c.state.in_([state.value for state in OPEN])
_TOGETHER = duels.c.state.in_([state.value for state in TOGETHER])
_TIMES = ("invited_at_ms", "changed_at_ms", "until_ms", "started_at_ms", "decided_at_ms")
_SAME = ("id", "minutes", "reason", "version", *_TIMES)


class SqlDuels:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, duel: Duel) -> None:
        await self._connection.execute(insert(duels).values(**_row(duel)))

    async def save(self, duel: Duel) -> None:
        await self._connection.execute(update(duels).where(duels.c.id == duel.id).values(**_row(duel)))

    async def get(self, duel: DuelId) -> Duel:
        found = await self._many(select(duels).where(duels.c.id == duel))
        if not found:
            raise NotFoundError("no such duel")
        return found[0]

    async def open_of(self, show: ShowId) -> Sequence[Duel]:
        return await self._many(select(duels).where(_of(show), IS_OPEN).order_by(duels.c.id))

    async def together(self, show: ShowId) -> Duel | None:
        found = await self._many(select(duels).where(_of(show), _TOGETHER))
        return found[0] if found else None

    async def last_declined_ms(self, home: ShowId, away: ShowId) -> int | None:
        query = select(func.max(duels.c.changed_at_ms)).where(
            duels.c.home_show_id == home, duels.c.away_show_id == away, duels.c.state == DuelState.DECLINED.value
        )
        at_ms: int | None = (await self._connection.execute(query)).scalar_one()
        return at_ms

    async def all_open(self) -> Sequence[Duel]:
        return await self._many(select(duels).where(IS_OPEN).order_by(duels.c.id))

    async def inviters(self, host: PersonId) -> Inviters:
        query = select(duel_rules.c.who).where(duel_rules.c.host_id == host)
        who = (await self._connection.execute(query)).scalar_one_or_none()
        return Inviters.EVERYONE if who is None else Inviters(who)

    async def save_inviters(self, host: PersonId, who: Inviters) -> None:
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        change = make(duel_rules).values(host_id=host, who=who.value)
        await self._connection.execute(
            change.on_conflict_do_update(index_elements=["host_id"], set_={"who": who.value})
        )

    async def candidates(self, inviter: Show, text: str | None, limit: int) -> Sequence[Show]:
        followed = and_(follows.c.follower_id == shows.c.creator_id, follows.c.followed_id == inviter.creator)
        takes = or_(
            duel_rules.c.who.is_(None),
            duel_rules.c.who == Inviters.EVERYONE.value,
            and_(duel_rules.c.who == Inviters.FOLLOWING.value, exists().where(followed)),
        )
        busy = exists().where(or_(duels.c.home_show_id == shows.c.id, duels.c.away_show_id == shows.c.id), _TOGETHER)
        query = (
            select(shows)
            .join(people, people.c.id == shows.c.creator_id)
            .outerjoin(duel_rules, duel_rules.c.host_id == shows.c.creator_id)
            .where(shows.c.state == ShowState.LIVE.value, shows.c.creator_id != inviter.creator)
            .where(shows.c.viewers_policy == inviter.viewers_policy.value, takes, ~busy)
        )
        if text:
            named = (people.c.handle, people.c.display_name, shows.c.title)
            query = query.where(or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in named)))
        rows = await self._connection.execute(query.order_by(shows.c.id.desc()).limit(limit))
        return [show_of(row) for row in rows]

    async def _many(self, query: Select[Any]) -> list[Duel]:
        return [_duel(row) for row in await self._connection.execute(query)]


def _of(show: ShowId) -> Any:
    return or_(duels.c.home_show_id == show, duels.c.away_show_id == show)


def _row(duel: Duel) -> dict[str, Any]:
    row = {name: getattr(duel, name) for name in _SAME} | {"state": duel.state.value}
    for name, side in (("home", duel.home), ("away", duel.away)):
        row |= {f"{name}_show_id": side.show, f"{name}_host_id": side.host, f"{name}_slot": side.slot}
        row |= {f"{name}_score": side.score, f"{name}_lost": side.lost}
    return row


def _duel(row: Row[Any]) -> Duel:
    found = row._mapping  # noqa: SLF001 -- SQLAlchemy's public name for it
    same = {name: found[name] for name in _SAME} | {"id": DuelId(row.id)}
    return Duel(home=_side(found, "home"), away=_side(found, "away"), state=DuelState(row.state), **same)


def _side(row: Any, name: str) -> Side:
    return Side(
        ShowId(row[f"{name}_show_id"]),
        PersonId(row[f"{name}_host_id"]),
        row[f"{name}_slot"],
        row[f"{name}_score"],
        bool(row[f"{name}_lost"]),
    )
