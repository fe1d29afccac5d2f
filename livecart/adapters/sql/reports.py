"""Reports and their cases as rows, and who of the staff is in which group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import insert_new_rows
from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables_reports import report_cases, reports, staff_groups
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import MessageId, PersonId, ReportCaseId, ReportId, ShowId
from livecart.domain.report import (
    CaseClaim,
    CaseState,
    Outcome,
    Report,
    ReportCase,
    Reported,
    ReportedKind,
    Resolution,
    TrackRecord,
)
from livecart.services.store import Page
from livecart.services.store_reports import CaseFilter

_CASE, _REPORT = report_cases.c, reports.c
_OPEN = _CASE.state == CaseState.OPEN.value


class SqlReports:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def open_case(self, about: Reported) -> ReportCase | None:
        row = await self._locked(_is_about(about), _OPEN)
        return None if row is None else _case(row)

    async def add_case(self, case: ReportCase) -> None:
        await insert_new_rows(self._connection, report_cases, [{"id": case.id, **_columns(case)}])

    async def get(self, case: ReportCaseId) -> ReportCase:
        row = await self._locked(_CASE.id == case)
        if row is None:
            raise NotFoundError("no such case")
        return _case(row)

    async def save(self, case: ReportCase) -> None:
        await self._connection.execute(update(report_cases).where(_CASE.id == case.id).values(**_columns(case)))

    async def add_report(self, case: ReportCaseId, report: Report) -> None:
        row = {
            "id": report.id,
            "case_id": case,
            "reporter_id": report.reporter,
            "category": report.category,
            "text": report.text,
            "at_ms": report.at_ms,
            "weight": report.weight,
        }
        await self._connection.execute(insert(reports).values(row))

    async def report_of(self, case: ReportCaseId, reporter: PersonId) -> Report | None:
        query = select(reports).where(_REPORT.case_id == case, _REPORT.reporter_id == reporter)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _report(row)

    async def reports_of(self, case: ReportCaseId, limit: int) -> Sequence[Report]:
        query = select(reports).where(_REPORT.case_id == case).order_by(_REPORT.id).limit(limit)
        return [_report(row) for row in await self._connection.execute(query)]

    async def newest_own(self, about: Reported, reporter: PersonId) -> tuple[Report, ReportCase] | None:
        query = select(_REPORT.id).join(report_cases, _REPORT.case_id == _CASE.id)
        query = query.where(_REPORT.reporter_id == reporter, _is_about(about)).order_by(_REPORT.id.desc()).limit(1)
        found = await self._pairs(query)
        return found[0] if found else None

    async def own(self, reporter: PersonId, page: Page) -> Sequence[tuple[Report, ReportCase]]:
        return await self._pairs(paged(select(_REPORT.id).where(_REPORT.reporter_id == reporter), _REPORT.id, page))

    async def queue(self, wanted: CaseFilter, page: Page) -> Sequence[ReportCase]:
        query = select(report_cases).where(
            _CASE.state == wanted.state.value, _CASE.person_id != wanted.reader, _CASE.host_id != wanted.reader
        )
        if wanted.categories is not None:
            query = query.where(_CASE.category.in_(wanted.categories))
        if wanted.show is not None:
            query = query.where(_CASE.show_id == wanted.show)
        if wanted.state is CaseState.RESOLVED:
            query = paged(query, _CASE.id, page)
        else:
            if page.after is not None:
                last = select(_CASE.priority).where(_CASE.id == page.after).scalar_subquery()
                query = query.where(or_(_CASE.priority < last, and_(_CASE.priority == last, _CASE.id > page.after)))
            query = query.order_by(_CASE.priority.desc(), _CASE.id).limit(page.limit)
        return [_case(row) for row in await self._connection.execute(query)]

    async def track_record(self, reporter: PersonId, since_ms: int) -> TrackRecord:
        query = select(_CASE.outcome, func.count()).join(reports, _REPORT.case_id == _CASE.id)
        return await self._record(query.where(_REPORT.reporter_id == reporter, _CASE.decided_at_ms >= since_ms))

    async def past_of(self, person: PersonId) -> TrackRecord:
        return await self._record(select(_CASE.outcome, func.count()).where(_CASE.person_id == person))

    async def open_by_show(self, shows: Sequence[ShowId]) -> Mapping[ShowId, int]:
        if not shows:
            return {}
        query = select(_CASE.show_id, func.sum(_CASE.reporters)).where(_OPEN, _CASE.show_id.in_(shows))
        return {ShowId(show): int(sum_) for show, sum_ in await self._connection.execute(query.group_by(_CASE.show_id))}

    async def _locked(self, *where: Any) -> Row[Any] | None:
        query = select(report_cases).where(*where)
        return (await self._connection.execute(query.with_for_update() if self._lock else query)).one_or_none()

    async def _pairs(self, ids: Any) -> list[tuple[Report, ReportCase]]:
        """The reports with these ids, newest first, each with its case: two queries, however many."""
        found = (await self._connection.scalars(ids)).all()
        of_person = select(reports).where(_REPORT.id.in_(found)).order_by(_REPORT.id.desc())
        rows = (await self._connection.execute(of_person)).all()
        wanted = select(report_cases).where(_CASE.id.in_({row.case_id for row in rows}))
        cases = {row.id: _case(row) for row in await self._connection.execute(wanted)}
        return [(_report(row), cases[row.case_id]) for row in rows]

    async def _record(self, query: Any) -> TrackRecord:
        rows = await self._connection.execute(query.group_by(_CASE.outcome))
        counts: dict[str | None, int] = {row[0]: row[1] for row in rows}
        return TrackRecord(counts.get(Outcome.ACTION_TAKEN.value, 0), counts.get(Outcome.NO_VIOLATION.value, 0))


class SqlStaffGroups:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person: PersonId) -> Sequence[str]:
        table = staff_groups.c
        query = select(table.group_key).where(table.person_id == person).order_by(table.group_key)
        return (await self._connection.scalars(query)).all()

    async def put(self, person: PersonId, groups: Sequence[str]) -> None:
        await self._connection.execute(delete(staff_groups).where(staff_groups.c.person_id == person))
        if groups:
            rows = [{"person_id": person, "group_key": group} for group in groups]
            await self._connection.execute(insert(staff_groups), rows)

    async def all(self) -> Mapping[PersonId, Sequence[str]]:
        table = staff_groups.c
        found: dict[PersonId, list[str]] = {}
        for row in await self._connection.execute(select(staff_groups).order_by(table.person_id, table.group_key)):
            found.setdefault(PersonId(row.person_id), []).append(row.group_key)
        return found


def _is_about(about: Reported) -> Any:
    return and_(_CASE.show_id == about.show, _CASE.kind == about.kind.value, _CASE.target_id == about.id)


def _columns(case: ReportCase) -> dict[str, Any]:
    claim, made = case.claim, case.resolution
    return {
        "kind": case.about.kind.value,
        "target_id": case.about.id,
        "show_id": case.about.show,
        "person_id": case.person,
        "host_id": case.host,
        "quote": case.quote,
        "opened_at_ms": case.opened_at_ms,
        "category": case.category,
        "priority": case.priority,
        "reporters": case.count,
        "state": case.state.value,
        "claimed_by": claim.staff if claim else None,
        "claimed_until_ms": claim.until_ms if claim else None,
        "outcome": made.outcome.value if made else None,
        "decided_by": made.by if made else None,
        "decided_at_ms": made.at_ms if made else None,
        "reason": made.reason if made else None,
        "ruling": made.ruling if made else None,
    }


def _case(row: Row[Any]) -> ReportCase:
    kind = ReportedKind(row.kind)
    about = Reported(
        ShowId(row.show_id),
        MessageId(row.target_id) if kind is ReportedKind.MESSAGE else None,
        PersonId(row.target_id) if kind is ReportedKind.PERSON else None,
    )
    made = None
    if row.outcome is not None:
        made = Resolution(Outcome(row.outcome), PersonId(row.decided_by), row.decided_at_ms, row.reason, row.ruling)
    return ReportCase(
        id=ReportCaseId(row.id),
        about=about,
        person=PersonId(row.person_id),
        host=PersonId(row.host_id),
        quote=row.quote,
        opened_at_ms=row.opened_at_ms,
        category=row.category,
        priority=row.priority,
        count=row.reporters,
        claim=CaseClaim(PersonId(row.claimed_by), row.claimed_until_ms) if row.claimed_by else None,
        resolution=made,
    )


def _report(row: Row[Any]) -> Report:
    return Report(ReportId(row.id), PersonId(row.reporter_id), row.category, row.text, row.at_ms, row.weight)
