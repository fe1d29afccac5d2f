"""Legal holds, what is old enough to go, and the report of what went; forgetting itself is in forgetting*.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row, Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import (
    forgetting,
    forgetting_gifts,
    forgetting_packets,
    forgetting_top_ups,
    forgetting_traces,
    holds,
    leaving,
)
from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.forgetting_decisions import forget_decisions
from livecart.adapters.sql.own_records import own_records
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import chat_messages, chat_rules, orders, people, shows
from livecart.adapters.sql.tables_filter import held_lines
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.adapters.sql.tables_retention import HOLDING, legal_holds, purges
from livecart.domain.ids import PersonId
from livecart.domain.legal_hold import HoldKind, LegalHold
from livecart.services.store import Page
from livecart.services.store_retention import Due, OwnMessage, Purged, PurgeRun, PurgeTotal, RecordKind


class Finding(Protocol):
    """The ids of what is old enough: of those that may go, or of those that a legal hold keeps."""

    def __call__(self, before_ms: int, *, held: bool) -> Select[Any]: ...


@dataclass(frozen=True, slots=True)
class Forgetting:
    old: Finding
    forget: Callable[[AsyncConnection, Sequence[str], PurgeRun], Awaitable[int]]


_KINDS = {
    RecordKind.ORDERS: Forgetting(forgetting.old, forgetting.forget),
    RecordKind.TOP_UPS: Forgetting(forgetting_top_ups.old, forgetting_top_ups.forget),
    RecordKind.GIFTS: Forgetting(forgetting_gifts.old, forgetting_gifts.forget),
    RecordKind.RED_PACKETS: Forgetting(forgetting_packets.old, forgetting_packets.forget),
    RecordKind.FOLLOWS: Forgetting(forgetting_traces.old_follows, forgetting_traces.forget_follows),
    RecordKind.CALLS: Forgetting(forgetting_traces.old_calls, forgetting_traces.forget_calls),
    RecordKind.REPORTS: Forgetting(forgetting_traces.old_reports, forgetting_traces.forget_reports),
}
_SUBJECTS = {HoldKind.PERSON: people, HoldKind.SHOW: shows, HoldKind.ORDER: orders}


class SqlRetention:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def place(self, hold: LegalHold) -> bool:
        row = {
            "id": hold.id,
            "kind": hold.kind.value,
            "subject_id": hold.subject,
            "reason": hold.reason,
            "by_id": hold.by,
            "at_ms": hold.at_ms,
        }
        return bool(await insert_new_rows(self._connection, legal_holds, [row]))

    async def lift(self, hold: str, by: PersonId, now_ms: int) -> LegalHold | None:
        lifted = update(legal_holds).where(legal_holds.c.id == hold, HOLDING).returning(legal_holds)
        row = (await self._connection.execute(lifted.values(lifted_at_ms=now_ms, lifted_by_id=by))).one_or_none()
        return None if row is None else _hold(row)

    async def holds(self, page: Page) -> Sequence[LegalHold]:
        query = paged(select(legal_holds).where(HOLDING), legal_holds.c.id, page)
        return [_hold(row) for row in await self._connection.execute(query)]

    async def must_stay(self, person: PersonId) -> bool:
        return bool((await self._connection.execute(select(holds.keeps_person(person)))).scalar_one())

    async def count_holds(self) -> int:
        return await self._count(select(legal_holds.c.id).where(HOLDING))

    async def exists(self, kind: HoldKind, subject: str) -> bool:
        table = _SUBJECTS[kind]
        return await self._count(select(table.c.id).where(table.c.id == subject)) > 0

    async def due(self, kind: RecordKind, before_ms: int) -> Due:
        if kind is RecordKind.CHAT:
            return await self._chat_due(before_ms)
        if kind is RecordKind.DECISIONS:
            return await self._decisions_due(before_ms)
        old = _KINDS[kind].old
        return Due(await self._count(old(before_ms, held=False)), await self._count(old(before_ms, held=True)))

    async def old(self, kind: RecordKind, before_ms: int, limit: int) -> Sequence[str]:
        return list(await self._connection.scalars(_KINDS[kind].old(before_ms, held=False).limit(limit)))

    async def forget(self, kind: RecordKind, old: Sequence[str], run: PurgeRun) -> int:
        return await _KINDS[kind].forget(self._connection, old, run)

    async def _chat_due(self, before_ms: int) -> Due:
        lines = chat_messages.c
        pinned = select(chat_rules.c.show_id).where(chat_rules.c.pinned_id == lines.id).exists()
        said = select(lines.id).where(lines.at_ms < before_ms, ~pinned)
        waiting = select(held_lines.c.id).where(held_lines.c.at_ms < before_ms)
        kept = holds.keeps_line(lines.author_id, lines.show_id)
        kept_waiting = holds.keeps_line(held_lines.c.author_id, held_lines.c.show_id)
        due = await self._count(said.where(~kept)) + await self._count(waiting.where(~kept_waiting))
        return Due(due, await self._count(said.where(kept)) + await self._count(waiting.where(kept_waiting)))

    async def _decisions_due(self, before_ms: int) -> Due:
        table = moderation_log.c
        first, last = (await self._connection.execute(select(func.min(table.number), func.max(table.number)))).one()
        if first is None:
            return Due(0, 0)
        young = (
            await self._connection.execute(select(func.min(table.number)).where(table.at_ms >= before_ms))
        ).scalar()
        end = last if young is None else min(young, last)
        kept = await self.first_held()
        stop = end if kept is None else min(kept, end)
        return Due(stop - first, end - stop)

    async def first_held(self) -> int | None:
        query = select(func.min(moderation_log.c.number)).where(holds.keeps_ruling())
        found: int | None = (await self._connection.execute(query)).scalar()
        return found

    async def forget_decisions(self, before_ms: int) -> int:
        return await forget_decisions(self._connection, before_ms)

    async def report(self, purged: Purged, purge_id: str) -> None:
        row = {
            "id": purge_id,
            "kind": purged.kind.value,
            "at_ms": purged.at_ms,
            "before_ms": purged.before_ms,
            "removed": purged.removed,
            "held": purged.held,
        }
        await self._connection.execute(insert(purges).values(row))

    async def totals(self) -> Mapping[RecordKind, PurgeTotal]:
        table = purges.c
        query = select(table.kind, func.sum(table.removed).label("removed"), func.max(table.at_ms).label("last"))
        known = or_(*(table.kind == kind.value for kind in RecordKind))
        rows = await self._connection.execute(query.where(known).group_by(table.kind))
        return {RecordKind(row.kind): PurgeTotal(int(row.removed), row.last) for row in rows}

    async def leave(self, person: PersonId) -> None:
        await leaving.leave(self._connection, person)

    async def followed(self, person: PersonId) -> Sequence[tuple[str, int]]:
        return await leaving.followed(self._connection, person)

    async def own(self, kind: str, person: PersonId, page: Page) -> Sequence[Mapping[str, Any]]:
        return await own_records(self._connection, kind, person, page)

    async def messages(self, person: PersonId, page: Page) -> Sequence[OwnMessage]:
        return await leaving.messages(self._connection, person, page)

    async def _count(self, query: Select[Any]) -> int:
        counted = select(func.count()).select_from(query.subquery())
        return int((await self._connection.execute(counted)).scalar_one())


def _hold(row: Row[Any]) -> LegalHold:
    return LegalHold(row.id, HoldKind(row.kind), row.subject_id, row.reason, PersonId(row.by_id), row.at_ms)
