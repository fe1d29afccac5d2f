"""What the moderation log says of decisions about who may go live, and about what must be kept."""

from __future__ import annotations

from livecart.domain.eligibility import RuleSet, as_text
from livecart.domain.ids import PersonId
from livecart.domain.legal_hold import LegalHold
from livecart.domain.moderation_log import Ruling, RulingKind, Words
from livecart.domain.people import Person


def rules_changed(by: PersonId, made: RuleSet, reason: str, at_ms: int) -> Ruling:
    """Of a new version of the rules, which is quoted; `code` says whether the kill switch is on in it."""
    return Ruling(
        kind=RulingKind.ELIGIBILITY_RULES,
        at_ms=at_ms,
        by=by,
        subject=f"eligibility_rules:{made.version}",
        code="halted" if made.halted else "open",
        evidence=f"eligibility_rules:{made.version}",
        words=Words(reason, as_text(made)),
    )


def invited(by: PersonId | None, person: PersonId, cohort: str, *, reason: str, at_ms: int) -> Ruling:
    return _invitation(RulingKind.PERSON_INVITED, by, person, cohort, reason, at_ms)


def uninvited(by: PersonId | None, person: PersonId, cohort: str, *, reason: str, at_ms: int) -> Ruling:
    return _invitation(RulingKind.PERSON_UNINVITED, by, person, cohort, reason, at_ms)


def _invitation(
    kind: RulingKind, by: PersonId | None, person: PersonId, cohort: str, reason: str, at_ms: int
) -> Ruling:
    subject = f"person:{person}"
    return Ruling(kind=kind, at_ms=at_ms, by=by, subject=subject, person=person, code=cohort, words=Words(reason))


def made_creator(by: PersonId | None, person: Person, rules: int, at_ms: int) -> Ruling:
    """Somebody who applied; `by` is None where the rules alone decided."""
    return Ruling(
        kind=RulingKind.ROLE_GIVEN,
        at_ms=at_ms,
        by=by,
        subject=f"person:{person.id}",
        person=person.id,
        rule=f"eligibility:{rules}",
        code=person.role.value,
        evidence=f"person:{person.id}",
    )


def application_refused(by: PersonId, person: PersonId, reason: str, at_ms: int) -> Ruling:
    return Ruling(
        kind=RulingKind.APPLICATION_REFUSED,
        at_ms=at_ms,
        by=by,
        subject=f"person:{person}",
        person=person,
        words=Words(reason),
    )


def hold_placed(hold: LegalHold) -> Ruling:
    """It names whom it is about only where the hold is on a person; nobody reads it among his own cases."""
    return Ruling(
        kind=RulingKind.HOLD_PLACED,
        at_ms=hold.at_ms,
        by=hold.by,
        subject=f"{hold.kind}:{hold.subject}",
        evidence=f"legal_hold:{hold.id}",
        words=Words(hold.reason),
    )


def hold_lifted(hold: LegalHold, by: PersonId, reason: str, at_ms: int) -> Ruling:
    return Ruling(
        kind=RulingKind.HOLD_LIFTED,
        at_ms=at_ms,
        by=by,
        subject=f"{hold.kind}:{hold.subject}",
        evidence=f"legal_hold_lifted:{hold.id}",
        words=Words(reason),
    )
