"""The rules of who may go live: thresholds, hysteresis, invitations, the roll-out, and what the answer says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.eligibility import (
    AT_MOST,
    DEFAULT,
    WINDOWED,
    Measure,
    NotEligibleError,
    Rule,
    RuleSet,
    check_cohort,
    check_rule_set,
    is_reached,
    judge,
)
from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId

ANA = PersonId("ana")
COUNTS = st.integers(0, 100)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    measure = draw(st.sampled_from(Measure))
    low, high = sorted((draw(COUNTS), draw(COUNTS)))
    required, keep = (low, high) if measure in AT_MOST else (high, low)
    days = draw(st.integers(1, 1_095)) if measure in WINDOWED else None
    return Rule(measure, required, keep, days, draw(st.booleans()))


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    drawn = draw(st.lists(rules(), max_size=5, unique_by=lambda rule: rule.measure))
    return RuleSet(draw(st.integers(0, 9)), "creators", tuple(drawn), draw(st.integers(0, 100)), ("invited",))


@st.composite
def counted(draw: st.DrawFn) -> dict[Measure, int | None]:
    found: dict[Measure, int | None] = {measure: draw(COUNTS) for measure in Measure}
    if draw(st.booleans()):
        found[Measure.QUALITY] = None
    return found


@given(rule_sets())
def test_what_the_strategy_makes_is_in_order(rule_set: RuleSet) -> None:
    assert check_rule_set(rule_set) == rule_set
    assert check_rule_set(DEFAULT) == DEFAULT


@given(rule_sets(), counted(), st.sampled_from([None, "invited"]), st.booleans())
def test_each_rule_is_answered_and_the_faults_are_those_that_are_missed(
    rule_set: RuleSet, counts: dict[Measure, int | None], cohort: str | None, was: bool
) -> None:
    verdict = judge(rule_set, counts, ANA, cohort=cohort, was_eligible=was)
    assert [each.rule for each in verdict.judged] == list(rule_set.rules)
    assert verdict.eligible == (not verdict.faults)
    for each in verdict.judged:
        actual = counts[each.rule.measure]
        assert each.actual == actual
        assert each.threshold == (each.rule.keep if was else each.rule.required)
        if actual is None:
            assert each.met
        elif each.rule.measure in AT_MOST:
            assert each.met == (actual <= each.threshold)
        else:
            assert each.met == (actual >= each.threshold)
        # What is missing is just what would do.
        assert (each.missing > 0) == (not each.met)
        if each.missing and actual is not None:
            done = actual + (-each.missing if each.rule.measure in AT_MOST else each.missing)
            assert each.rule.is_met(done, each.threshold)


@given(rule_sets(), counted(), st.sampled_from([None, "invited"]))
def test_nobody_loses_by_having_been_eligible_or_by_an_invitation(
    rule_set: RuleSet, counts: dict[Measure, int | None], cohort: str | None
) -> None:
    plain = judge(rule_set, counts, ANA, cohort=None, was_eligible=False)
    better = judge(rule_set, counts, ANA, cohort=cohort, was_eligible=True)
    assert better.eligible or not plain.eligible


@given(rule_sets(), counted())
def test_an_invitation_stands_in_for_all_but_the_rules_that_say_otherwise(
    rule_set: RuleSet, counts: dict[Measure, int | None]
) -> None:
    verdict = judge(rule_set, counts, ANA, cohort="invited", was_eligible=False)
    strict = [each for each in verdict.judged if each.rule.for_invited]
    assert verdict.eligible == all(each.met for each in strict)
    # It earns nobody the lower thresholds.
    uninvited = judge(rule_set, counts, ANA, cohort=None, was_eligible=False)
    assert verdict.stands == uninvited.stands == uninvited.eligible


@given(st.lists(COUNTS, max_size=30))
def test_eligibility_is_lost_below_the_lower_threshold_and_won_at_the_higher_one(walk: list[int]) -> None:
    rule_set = RuleSet(1, "creators", (Rule(Measure.FOLLOWERS, 60, 40),))
    stood = False
    for followers in walk:
        verdict = judge(rule_set, {Measure.FOLLOWERS: followers}, ANA, cohort=None, was_eligible=stood)
        assert verdict.eligible == (followers >= 60 or (stood and followers >= 40))
        stood = verdict.stands


@given(st.text(min_size=1, max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_a_wider_rollout_only_adds_people(person: str, one: int, other: int) -> None:
    narrow, wide = sorted((one, other))
    narrower, wider = (replace(DEFAULT, rollout_percent=percent) for percent in (narrow, wide))
    assert not is_reached(narrower, PersonId(person)) or is_reached(wider, PersonId(person))
    assert not is_reached(replace(DEFAULT, rollout_percent=0), PersonId(person))
    assert is_reached(replace(DEFAULT, rollout_percent=100), PersonId(person))
    # The version does not count, or every edit would shuffle people.
    assert is_reached(replace(narrower, version=9), PersonId(person)) == is_reached(narrower, PersonId(person))


def test_a_rollout_reaches_about_its_share_and_others_under_another_name() -> None:
    people = [PersonId(f"person-{number}") for number in range(4_000)]
    third = replace(DEFAULT, rollout_percent=30)
    reached = {person for person in people if is_reached(third, person)}
    assert 1_080 < len(reached) < 1_320
    others = {person for person in people if is_reached(replace(third, name="second-wave"), person)}
    assert 200 < len(reached & others) < 520


def test_who_the_rollout_has_not_reached_is_let_in_by_an_invitation_only() -> None:
    nobody = replace(DEFAULT, rollout_percent=0)
    counts: dict[Measure, int | None] = {Measure.STRIKES: 0}
    verdict = judge(nobody, counts, ANA, cohort=None, was_eligible=True)
    assert (verdict.eligible, list(verdict.faults)) == (False, ["rollout"])
    assert judge(nobody, counts, ANA, cohort="invited", was_eligible=False).eligible


def test_a_refusal_says_what_is_needed_and_what_there_is() -> None:
    rule_set = RuleSet(3, "creators", (Rule(Measure.FOLLOWERS, 1_000, 900), Rule(Measure.STRIKES, 1, 1, 30)))
    counts: dict[Measure, int | None] = {Measure.FOLLOWERS: 950, Measure.STRIKES: 4}
    verdict = judge(rule_set, counts, ANA, cohort=None, was_eligible=False)
    with pytest.raises(NotEligibleError) as refused:
        verdict.require()
    assert refused.value.code == "not_eligible"
    assert refused.value.fields == {
        "followers": "at least 1000 needed, 950 there",
        "strikes": "at most 1 within 30 days needed, 4 there",
    }
    judge(rule_set, {**counts, Measure.STRIKES: 0}, ANA, cohort=None, was_eligible=True).require()


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "Creators!"}, "name"),
    ({"name": ""}, "name"),
    ({"rollout_percent": 101}, "rollout_percent"),
    ({"rollout_percent": -1}, "rollout_percent"),
    ({"cohorts": ("a", "a")}, "cohorts"),
    ({"cohorts": ("a b",)}, "cohorts"),
    ({"cohorts": tuple(f"c{n}" for n in range(21))}, "cohorts"),
    ({"rules": (Rule(Measure.FOLLOWERS, 1, 1), Rule(Measure.FOLLOWERS, 2, 2))}, "rules"),
    ({"rules": (Rule(Measure.FOLLOWERS, 10, 11),)}, "rules"),
    ({"rules": (Rule(Measure.FOLLOWERS, -1, -1),)}, "rules"),
    ({"rules": (Rule(Measure.FOLLOWERS, 10**10, 1),)}, "rules"),
    ({"rules": (Rule(Measure.FOLLOWERS, 10, 5, 30),)}, "rules"),
    ({"rules": (Rule(Measure.STRIKES, 2, 1, 30),)}, "rules"),
    ({"rules": (Rule(Measure.STRIKES, 2, 2),)}, "rules"),
    ({"rules": (Rule(Measure.POSTS, 2, 2, 0),)}, "rules"),
    ({"rules": (Rule(Measure.POSTS, 2, 2, 1_096),)}, "rules"),
    ({"rules": (Rule(Measure.QUALITY, 101, 50, 30),)}, "rules"),
]


@pytest.mark.parametrize(("changed", "field"), BAD)
def test_rules_that_cannot_be_meant_are_refused_by_name(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_rule_set(replace(DEFAULT, **changed))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "x" * 41, "a\n"])
def test_a_cohort_has_a_plain_name(name: str) -> None:
    assert check_cohort("first-wave") == "first-wave"
    with pytest.raises(InvalidError):
        check_cohort(name)
