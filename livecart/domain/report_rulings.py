"""What the moderation log says of a case of reports, and which of its rows can be what was done about one."""

from __future__ import annotations

from livecart.domain.moderation_log import LogEntry, Ruling, RulingKind, Words
from livecart.domain.report import Outcome, ReportCase

# What takes nothing from anybody, or undoes what did.
_NO_ACTIONS = frozenset(
    {
        RulingKind.TOPIC_APPROVED,
        RulingKind.TOPIC_REOPENED,
        RulingKind.TOPIC_SECOND_OPINION,
        RulingKind.PERSON_UNBANNED,
        RulingKind.ROLE_GIVEN,
        RulingKind.PASSWORD_RESET,
        RulingKind.CHAT_RELEASED,
        RulingKind.ORDER_REFUNDED,
        RulingKind.CATEGORY,
        RulingKind.PERSON_GROUPS,
        RulingKind.REPORT_NO_VIOLATION,
        RulingKind.REPORT_ACTION_TAKEN,
        RulingKind.LOG_PURGED,
    }
)
_KINDS = {
    Outcome.NO_VIOLATION: RulingKind.REPORT_NO_VIOLATION,
    Outcome.ACTION_TAKEN: RulingKind.REPORT_ACTION_TAKEN,
}


def is_action(entry: LogEntry, case: ReportCase) -> bool:
    """Whether a row of the log can be what was done about the case: against the same person, by staff."""
    return entry.person == case.person and entry.kind not in _NO_ACTIONS


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
