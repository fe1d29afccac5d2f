"""What viewers' reports and the groups of staff need of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.ids import PersonId, ReportCaseId, ShowId
from livecart.domain.report import CaseState, Report, ReportCase, Reported, TrackRecord
from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are looked for; those that concern `reader` are left out. `categories` None: all."""

    reader: PersonId
    state: CaseState = CaseState.OPEN
    categories: Sequence[str] | None = None
    show: ShowId | None = None


class Reports(Protocol):
    async def open_case(self, about: Reported) -> ReportCase | None:
        """Inside `write` the row stays locked until the end; so with `get`."""
        ...

    async def add_case(self, case: ReportCase) -> None:
        """Nothing happens where one of the same object is open already."""
        ...

    async def get(self, case: ReportCaseId) -> ReportCase:
        """Raises NotFoundError."""
        ...

    async def save(self, case: ReportCase) -> None: ...

    async def add_report(self, case: ReportCaseId, report: Report) -> None: ...

    async def report_of(self, case: ReportCaseId, reporter: PersonId) -> Report | None: ...

    async def reports_of(self, case: ReportCaseId, limit: int) -> Sequence[Report]:
        """The first that came."""
        ...

    async def newest_own(self, about: Reported, reporter: PersonId) -> tuple[Report, ReportCase] | None:
        """The newest report of this object by this person, and what became of its case."""
        ...

    async def own(self, reporter: PersonId, page: Page) -> Sequence[tuple[Report, ReportCase]]: ...

    async def queue(self, wanted: CaseFilter, page: Page) -> Sequence[ReportCase]:
        """Open ones with the highest priority first, resolved ones with the newest first."""
        ...

    async def track_record(self, reporter: PersonId, since_ms: int) -> TrackRecord:
        """How the cases ended that this person reported in."""
        ...

    async def past_of(self, person: PersonId) -> TrackRecord:
        """How the cases about this person ended."""
        ...

    async def open_by_show(self, shows: Sequence[ShowId]) -> Mapping[ShowId, int]:
        """How many reports wait in each show; shows without any are left out."""
        ...


class StaffGroups(Protocol):
    async def of(self, person: PersonId) -> Sequence[str]: ...

    async def put(self, person: PersonId, groups: Sequence[str]) -> None: ...

    async def all(self) -> Mapping[PersonId, Sequence[str]]:
        """Of everybody who is in any."""
        ...
