"""Reports and their cases as the plain values that both edges send; who reported is for the staff's eyes only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livecart.domain.ids import ShowId
from livecart.domain.report import DOUBTED, Report, ReportCase, Resolution, TrackRecord, weight_of
from livecart.domain.report_category import REPORT_CATEGORIES
from livecart.services.views import People, person_view, rfc3339


def report_view(report: Report, case: ReportCase) -> dict[str, Any]:
    """For who made it: what became of it, and not by whom."""
    made = case.resolution
    return {
        "id": report.id,
        "show": case.about.show,
        "kind": case.about.kind.value,
        "target": case.about.id,
        "category": report.category,
        "text": report.text,
        "at": rfc3339(report.at_ms),
        "state": case.state.value,
        "outcome": None if made is None else made.outcome.value,
        "decided_at": None if made is None else rfc3339(made.at_ms),
    }


def category_views() -> list[dict[str, Any]]:
    """What can be reported, in the order of its weight."""
    return [
        {
            "key": category.key,
            "group": category.group,
            "words": {
                language: {"name": words.name, "about": words.about} for language, words in category.words.items()
            },
        }
        for category in REPORT_CATEGORIES.values()
    ]


def case_view(case: ReportCase, people: People, titles: Mapping[ShowId, str]) -> dict[str, Any]:
    """For the staff."""
    claim = case.claim
    return {
        "id": case.id,
        "kind": case.about.kind.value,
        "target": case.about.id,
        "show": {"id": case.about.show, "title": titles.get(case.about.show, "")},
        "user": person_view(people[case.person]),
        "host": person_view(people[case.host]),
        "quote": case.quote,
        "category": case.category,
        "group": case.group,
        "priority": case.priority,
        "count": case.count,
        "opened_at": rfc3339(case.opened_at_ms),
        "state": case.state.value,
        "claim": None if claim is None else {"by": person_view(people[claim.staff]), "until": rfc3339(claim.until_ms)},
        "resolution": _resolution_view(case.resolution, people),
    }


def people_of_cases(cases: Sequence[ReportCase]) -> list[Any]:
    """Everybody whose name a view of these cases needs."""
    needed = [person for case in cases for person in (case.person, case.host)]
    needed += [case.claim.staff for case in cases if case.claim]
    return needed + [case.resolution.by for case in cases if case.resolution]


def single_view(report: Report, people: People) -> dict[str, Any]:
    """One report of a case, for the staff; `doubted`: of somebody who was wrong too often."""
    return {
        "by": person_view(people[report.reporter]),
        "category": report.category,
        "text": report.text,
        "at": rfc3339(report.at_ms),
        "doubted": report.weight <= weight_of(report.category, TrackRecord()) * DOUBTED // TrackRecord().trust,
    }


def _resolution_view(made: Resolution | None, people: People) -> dict[str, Any] | None:
    if made is None:
        return None
    return {
        "outcome": made.outcome.value,
        "by": person_view(people[made.by]),
        "at": rfc3339(made.at_ms),
        "reason": made.reason,
        "ruling": made.ruling,
    }
