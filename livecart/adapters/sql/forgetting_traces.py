"""Removing what people left behind and nothing is counted from: follows, calls, and reports that were decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import holds
from livecart.adapters.sql.tables import follows, people
from livecart.adapters.sql.tables_calls import calls
from livecart.adapters.sql.tables_reports import report_cases, reports
from livecart.domain.call import OPEN
from livecart.services.store_retention import PurgeRun

_CALL, _FOLLOW, _CASE, _REPORT = calls.c, follows.c, report_cases.c, reports.c


def old_follows(before_ms: int, *, held: bool) -> Select[Any]:
    """Of people who have not signed in since: who comes keeps those whom he follows."""
    kept = holds.on_person(_FOLLOW.follower_id) | holds.on_person(_FOLLOW.followed_id)
    query = select((_FOLLOW.followed_id + " " + _FOLLOW.follower_id).label("id")).select_from(follows)
    query = query.join(people, people.c.id == _FOLLOW.follower_id)
    gone = func.coalesce(people.c.signed_in_at_ms, people.c.created_at_ms) < before_ms
    return query.where(_FOLLOW.at_ms < before_ms, gone, kept if held else ~kept)


async def forget_follows(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    pairs = [tuple(pair.split(" ", 1)) for pair in ids]
    key = tuple_(_FOLLOW.followed_id, _FOLLOW.follower_id).in_(pairs)
    still = old_follows(run.before_ms, held=False).where(key)
    found = [tuple(pair.split(" ", 1)) for pair in await connection.scalars(still)]
    which = tuple_(_FOLLOW.followed_id, _FOLLOW.follower_id).in_(found)
    return (await connection.execute(delete(follows).where(which))).rowcount if found else 0


def old_calls(before_ms: int, *, held: bool) -> Select[Any]:
    kept = holds.on_person(_CALL.person_id) | holds.on_show(_CALL.show_id)
    over = _CALL.state.not_in([state.value for state in OPEN]), _CALL.changed_at_ms < before_ms
    return select(_CALL.id).where(*over, kept if held else ~kept)


async def forget_calls(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    still = old_calls(run.before_ms, held=False).where(_CALL.id.in_(ids))
    return (await connection.execute(delete(calls).where(_CALL.id.in_(still)))).rowcount


def old_reports(before_ms: int, *, held: bool) -> Select[Any]:
    """Cases; one that nobody has decided stays whatever its age."""
    told = select(_REPORT.case_id).where(holds.on_person(_REPORT.reporter_id))
    kept = holds.on_person(_CASE.person_id) | holds.on_show(_CASE.show_id) | _CASE.id.in_(told)
    # NULL in a list is neither in it nor not in it.
    kept = kept | (_CASE.decided_by.is_not(None) & holds.on_person(_CASE.decided_by))
    decided = _CASE.state != "open", _CASE.decided_at_ms < before_ms
    return select(_CASE.id).where(*decided, kept if held else ~kept)


async def forget_reports(connection: AsyncConnection, ids: Sequence[str], run: PurgeRun) -> int:
    still = old_reports(run.before_ms, held=False).where(_CASE.id.in_(ids))
    cases = list(await connection.scalars(still.with_for_update()))
    await connection.execute(delete(reports).where(_REPORT.case_id.in_(cases)))
    await connection.execute(delete(report_cases).where(_CASE.id.in_(cases)))
    return len(cases)
