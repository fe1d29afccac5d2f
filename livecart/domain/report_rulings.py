"""What the moderation log says of a case of reports, and which of its rows can be what was done about one."""

from __future__ import annotations

from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import LogEntry, Ruling, RulingKind, Words
from livecart.domain.report import Outcome, ReportCase

# What staff does against somebody; to his show, it is against its host.
_ACTIONS = frozenset(
    {
        RulingKind.TOPIC_REJECTED,
        RulingKind.TOPIC_CHANGES_REQUESTED,
        RulingKind.PERSON_BANNED,
        RulingKind.PERSON_MUTED,
        RulingKind.BANNED_FROM_SHOW,
        RulingKind.CHAT_DELETED,
        RulingKind.CHAT_REFUSED,
        RulingKind.SHOW_ENDED,
        RulingKind.SHOW_STOPPED,
        RulingKind.HOST_WARNED,
        RulingKind.PRODUCT_CLOSED,
    }
)
_KINDS = {
    Outcome.NO_VIOLATION: RulingKind.REPORT_NO_VIOLATION,
    Outcome.ACTION_TAKEN: RulingKind.REPORT_ACTION_TAKEN,
}


def is_action(entry: LogEntry, case: ReportCase) -> bool:
    """Whether a row of the log can be what was done about the case: against the same person, by staff."""
    return entry.person == case.person and entry.kind in _ACTIONS


def case_resolved(case: ReportCase) -> Ruling:
    """Whoever reported it is not named: the log is read by many."""
    made = case.resolution
    assert made is not None
    return Ruling(
        kind=_KINDS[made.outcome],
        at_ms=made.at_ms,
        by=made.by,
        subject=f"{case.about.kind.value}:{case.about.id}",
        person=case.person,
        rule=None if made.ruling is None else f"log:{made.ruling}",
        code=case.category,
        evidence=f"report_case:{case.id}",
        words=Words(made.reason, case.quote),
    )


def case_reopened(case: ReportCase, by: PersonId, reason: str, at_ms: int) -> Ruling:
    """Of the case as it was decided. Whoever was not told that he was reported is not told of this either."""
    made = case.resolution
    assert made is not None
    return Ruling(
        kind=RulingKind.REPORT_REOPENED,
        at_ms=at_ms,
        by=by,
        subject=f"{case.about.kind.value}:{case.about.id}",
        person=case.person if made.outcome is Outcome.ACTION_TAKEN else None,
        code=case.category,
        evidence=f"report_case:{case.id}",
        words=Words(reason, case.quote),
    )
