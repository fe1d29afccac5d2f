"""Reports without a database: what a case counts, who may judge it, and whose word weighs little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError
from livecart.domain.ids import MessageId, PersonId, ReportCaseId, ReportId, ShowId
from livecart.domain.moderation_log import RulingKind, entry_of
from livecart.domain.report import (
    CLAIM_MS,
    CaseState,
    Outcome,
    Report,
    ReportCase,
    Reported,
    ReportedKind,
    Resolution,
    TrackRecord,
    categories_of,
    check_report_text,
    weight_of,
)
from livecart.domain.report_category import REPORT_CATEGORIES, check_category
from livecart.domain.report_rulings import case_resolved, is_action
from livecart.domain.staff_group import check_groups, in_charge, require_in_charge

SHOW, AUTHOR, HOST, MO, KIM = (ShowId("s"), *(PersonId(name) for name in ("ana", "mei", "mo", "kim")))
CASE = ReportCase(ReportCaseId("c"), Reported(SHOW, MessageId("m")), AUTHOR, HOST, "buy elsewhere", 100, "other")


def report(category: str, number: int = 1, record: TrackRecord | None = None) -> Report:
    weight = weight_of(category, record or TrackRecord())
    return Report(ReportId(f"r{number}"), PersonId(f"p{number}"), category, None, 100, weight)


def code_of(refused: pytest.ExceptionInfo[LivecartError]) -> str:
    return refused.value.code


def test_what_is_reported_has_a_kind_and_is_one_thing() -> None:
    assert (Reported(SHOW).kind, Reported(SHOW).id) == (ReportedKind.SHOW, "s")
    assert (Reported(SHOW, MessageId("m")).kind, Reported(SHOW, MessageId("m")).id) == (ReportedKind.MESSAGE, "m")
    assert (Reported(SHOW, person=AUTHOR).kind, Reported(SHOW, person=AUTHOR).id) == (ReportedKind.PERSON, "ana")
    with pytest.raises(InvalidError):
        Reported(SHOW, MessageId("m"), AUTHOR)


@given(st.lists(st.sampled_from(sorted(REPORT_CATEGORIES)), min_size=1, max_size=20))
def test_a_case_counts_its_reports_and_is_of_the_weightiest_kind(categories: list[str]) -> None:
    case = replace(CASE, category=categories[0])
    for number, category in enumerate(categories):
        case = case.with_report(report(category, number))
    assert case.count == len(categories)
    assert case.priority == sum(report(category).weight for category in categories)
    assert check_category(case.category).weight == max(check_category(each).weight for each in categories)
    assert case.group == check_category(case.category).group


@pytest.mark.parametrize(
    ("right", "wrong", "doubted"),
    [(0, 0, False), (0, 2, False), (0, 3, True), (1, 3, False), (1, 4, True), (9, 27, False)],
)
def test_whoever_was_wrong_too_often_weighs_less_but_is_heard(right: int, wrong: int, doubted: bool) -> None:
    weight = report("scam", record=TrackRecord(right, wrong)).weight
    assert 0 < weight <= report("scam").weight
    assert (weight < report("scam").weight) == doubted


@pytest.mark.parametrize("staff", [AUTHOR, HOST])
def test_nobody_judges_what_concerns_him(staff: PersonId) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: CASE.claim_by(staff, 200),
        lambda: CASE.resolve(Resolution(Outcome.NO_VIOLATION, staff, 200, "fine")),
        lambda: CASE.require_impartial(MO, reported_it=True),
    ]
    for attempt in attempts:
        with pytest.raises(ForbiddenError) as refused:
            attempt()
        assert code_of(refused) == "concerned"


def test_a_claim_holds_for_its_time_and_then_no_longer() -> None:
    held = CASE.claim_by(MO, 200)
    assert held.claim_by(MO, 300).claim is not None
    with pytest.raises(ConflictError) as refused:
        held.claim_by(KIM, 200 + CLAIM_MS - 1)
    assert code_of(refused) == "case_claimed"
    taken = held.claim_by(KIM, 200 + CLAIM_MS)
    assert taken.claim is not None
    assert taken.claim.staff == KIM


def test_a_case_is_resolved_once_and_takes_no_more_reports() -> None:
    done = CASE.resolve(Resolution(Outcome.ACTION_TAKEN, MO, 200, "deleted", 7))
    assert (done.state, done.claim) == (CaseState.RESOLVED, None)
    attempts: list[Callable[[], object]] = [
        lambda: done.resolve(Resolution(Outcome.NO_VIOLATION, KIM, 300, "fine")),
        lambda: done.claim_by(KIM, 300),
        lambda: done.with_report(report("scam")),
    ]
    for attempt in attempts:
        with pytest.raises(ConflictError) as refused:
            attempt()
        assert code_of(refused) == "case_state"


@pytest.mark.parametrize(("outcome", "ruling"), [(Outcome.ACTION_TAKEN, None), (Outcome.NO_VIOLATION, 7)])
def test_an_action_names_what_was_done_and_nothing_else_does(outcome: Outcome, ruling: int | None) -> None:
    with pytest.raises(InvalidError):
        CASE.resolve(Resolution(outcome, MO, 200, "x", ruling))


def test_the_log_says_what_was_decided_and_not_who_reported() -> None:
    case = CASE.with_report(report("scam"))
    ruling = case_resolved(case.resolve(Resolution(Outcome.ACTION_TAKEN, MO, 200, "deleted", 7)))
    assert (ruling.kind, ruling.person, ruling.by) == (RulingKind.REPORT_ACTION_TAKEN, AUTHOR, MO)
    assert (ruling.subject, ruling.rule, ruling.code) == ("message:m", "log:7", "scam")
    assert ruling.words is not None
    assert (ruling.words.reason, ruling.words.quote) == ("deleted", "buy elsewhere")
    assert "p1" not in repr(ruling)


@pytest.mark.parametrize(
    ("kind", "person", "counts"),
    [
        ("chat.deleted", AUTHOR, True),
        ("person.banned", AUTHOR, True),
        ("show.stopped", AUTHOR, True),
        ("person.banned", MO, False),
        ("person.unbanned", AUTHOR, False),
        ("report.no_violation", AUTHOR, False),
    ],
)
def test_only_what_was_done_against_the_person_is_an_action(kind: str, person: PersonId, counts: bool) -> None:
    ruling = case_resolved(CASE.resolve(Resolution(Outcome.NO_VIOLATION, MO, 200, "x")))
    entry = replace(entry_of(ruling, 1, None), kind=kind, person=person)
    assert is_action(entry, CASE) == counts


def test_texts_are_cleaned_and_short() -> None:
    assert check_report_text("  look  ") == "look"
    assert check_report_text("   ") is check_report_text(None) is None
    with pytest.raises(InvalidError):
        check_report_text("x" * 501)


def test_every_category_has_words_in_both_languages_and_a_group() -> None:
    for category in REPORT_CATEGORIES.values():
        assert set(category.words) == {"en", "zh"}
        assert all(each.name and each.about for each in category.words.values())
        assert category.weight > 0
        assert category.key in categories_of([category.group])
    assert categories_of(["nobody"]) == []
    with pytest.raises(InvalidError):
        check_category("boring")


def test_groups_narrow_and_whoever_has_none_looks_at_all() -> None:
    assert in_charge((), "goods")
    assert in_charge(("goods",), "goods")
    assert not in_charge(("safety",), "goods")
    require_in_charge(("safety",), "goods", others=True)
    with pytest.raises(ForbiddenError) as refused:
        require_in_charge(("safety",), "goods", others=False)
    assert code_of(refused) == "other_group"
    assert check_groups(["b", "a", "b"]) == ("a", "b")
    for bad in ([""], ["A"], ["a b"], [f"g{number}" for number in range(21)]):
        with pytest.raises(InvalidError):
            check_groups(bad)
