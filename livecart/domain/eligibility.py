"""Who may go live: rules over counters, cohorts of invited people, a roll-out by percentage, and a kill switch.

Pure: what the counters are, who is invited and whether somebody was eligible before are arguments. Where the counters
come from is adapters/sql/eligibility.py's; the formulas are in docs/moderation.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.ids import PersonId

REQUIRED_MAX = 1_000_000_000
DAYS_MAX = 1_095
COHORTS_MAX = 20
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_BUCKETS = 10_000


class Measure(StrEnum):
    """What is counted of a person."""

    FOLLOWERS = "followers"
    # Percent; None where nothing has been sold or shown yet.
    QUALITY = "quality"
    POSTS = "posts"
    ACCOUNT_AGE_DAYS = "account_age_days"
    STRIKES = "strikes"


# Of these there may be at most so many, of the others there must be at least so many.
AT_MOST = frozenset({Measure.STRIKES})
# These look back over the last days only.
WINDOWED = frozenset({Measure.QUALITY, Measure.POSTS, Measure.STRIKES})


@dataclass(frozen=True, slots=True)
class Rule:
    """`required` makes somebody eligible. Whoever is, stays so until `keep` is missed too: the hysteresis.

    `days`: how far a windowed measure looks back. `for_invited`: an invitation does not stand in for this rule.
    """

    measure: Measure
    required: int
    keep: int
    days: int | None = None
    for_invited: bool = False

    def is_met(self, actual: int | None, threshold: int) -> bool:
        """Nothing speaks against whoever has no record yet (None)."""
        if actual is None:
            return True
        return actual <= threshold if self.measure in AT_MOST else actual >= threshold


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`name` seeds the roll-out, so people keep their places from version to version. `cohorts`: those let in.

    `halted` is the kill switch: nobody new may go live. `reviewed`: who applies waits for an admin.
    """

    version: int
    name: str
    rules: tuple[Rule, ...]
    rollout_percent: int = 100
    cohorts: tuple[str, ...] = ()
    halted: bool = False
    reviewed: bool = True


def as_text(rule_set: RuleSet) -> str:
    """As it is kept, and as the moderation log quotes it: JSON."""
    return json.dumps(asdict(rule_set), separators=(",", ":"))


# What holds where nobody has made rules: every creator, unless staff had to step in again and again.
DEFAULT = RuleSet(0, "creators", (Rule(Measure.STRIKES, 2, 2, 90, for_invited=True),), 100, ("invited",))


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule as it was applied: `threshold` is `required`, or `keep` for somebody who was eligible."""

    rule: Rule
    threshold: int
    actual: int | None
    met: bool
    # It was not met, and an invitation stands in for it.
    waived: bool

    @property
    def missing(self) -> int:
        """By how much it is missed; 0 for what is met."""
        return 0 if self.met or self.actual is None else abs(self.threshold - self.actual)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cohort`: the one that the person is invited by. `in_rollout`: whether the roll-out has reached him."""

    version: int
    judged: tuple[Judged, ...]
    cohort: str | None
    in_rollout: bool

    @property
    def eligible(self) -> bool:
        reached = self.in_rollout or self.cohort is not None
        return reached and all(each.met or each.waived for each in self.judged)

    @property
    def stands(self) -> bool:
        """Whether the rules themselves are met, so that `keep` counts from now on: an invitation earns no such."""
        return self.in_rollout and all(each.met for each in self.judged)

    @property
    def faults(self) -> dict[str, str]:
        """What is missing, by the measure, in words."""
        found = {each.rule.measure.value: _said(each) for each in self.judged if not (each.met or each.waived)}
        if not self.in_rollout and self.cohort is None:
            found["rollout"] = "people are let in step by step, and you are not yet"
        return found

    def require(self) -> None:
        """Raises NotEligibleError."""
        if not self.eligible:
            raise NotEligibleError(self.faults)


class NotEligibleError(ForbiddenError):
    """`fields` says for each rule that is missed what is required and what there is."""

    code = "not_eligible"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("you may not go live yet")
        self.fields = fields


class HaltedError(ForbiddenError):
    """The kill switch."""

    code = "shows_halted"

    def __init__(self) -> None:
        super().__init__("new shows are halted for now; shows that are live go on")


def judge(
    rule_set: RuleSet,
    counts: Mapping[Measure, int | None],
    person: PersonId,
    *,
    cohort: str | None,
    was_eligible: bool,
) -> Verdict:
    """`cohort`: one of the rule set's that the person is in. The kill switch is not asked here."""
    judged = tuple(_judged(rule, counts[rule.measure], cohort, was_eligible=was_eligible) for rule in rule_set.rules)
    return Verdict(rule_set.version, judged, cohort, is_reached(rule_set, person))


def _judged(rule: Rule, actual: int | None, cohort: str | None, *, was_eligible: bool) -> Judged:
    threshold = rule.keep if was_eligible else rule.required
    met = rule.is_met(actual, threshold)
    return Judged(rule, threshold, actual, met, not met and cohort is not None and not rule.for_invited)


def is_reached(rule_set: RuleSet, person: PersonId) -> bool:
    """Stable for a person and a rule set's name: a higher percentage only ever adds people."""
    digest = hashlib.sha256(f"{rule_set.name}\n{person}".encode()).digest()
    return int.from_bytes(digest[:8]) % _BUCKETS < rule_set.rollout_percent * _BUCKETS // 100


def check_rule_set(rule_set: RuleSet) -> RuleSet:
    """Raises InvalidError naming what is wrong."""
    faults: dict[str, str] = {}
    if not _NAME.fullmatch(rule_set.name):
        faults["name"] = "1 to 40 of a-z, 0-9 and '-'"
    if not 0 <= rule_set.rollout_percent <= 100:
        faults["rollout_percent"] = "0 to 100"
    if len(rule_set.cohorts) > COHORTS_MAX or len(set(rule_set.cohorts)) != len(rule_set.cohorts):
        faults["cohorts"] = f"at most {COHORTS_MAX}, each once"
    elif not all(map(_NAME.fullmatch, rule_set.cohorts)):
        faults["cohorts"] = "1 to 40 of a-z, 0-9 and '-'"
    measures = [rule.measure for rule in rule_set.rules]
    if len(set(measures)) != len(measures):
        faults["rules"] = "one rule for each measure"
    for rule in rule_set.rules:
        fault = _rule_fault(rule)
        if fault is not None:
            faults["rules"] = f"{rule.measure}: {fault}"
    if faults:
        raise InvalidError("the rules are not valid", fields=faults)
    return rule_set


def check_cohort(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidError("the cohort is not valid", fields={"cohort": "1 to 40 of a-z, 0-9 and '-'"})
    return name


def _rule_fault(rule: Rule) -> str | None:
    highest = 100 if rule.measure is Measure.QUALITY else REQUIRED_MAX
    if not (0 <= rule.required <= highest and 0 <= rule.keep <= highest):
        return f"required and keep are 0 to {highest}"
    if rule.measure in AT_MOST and rule.keep < rule.required:
        return "keep is at least required, since fewer are better"
    if rule.measure not in AT_MOST and rule.keep > rule.required:
        return "keep is at most required"
    if rule.measure in WINDOWED and not (rule.days is not None and 1 <= rule.days <= DAYS_MAX):
        return f"days are 1 to {DAYS_MAX}"
    if rule.measure not in WINDOWED and rule.days is not None:
        return "it looks at all days"
    return None


def _said(each: Judged) -> str:
    rule = each.rule
    within = "" if rule.days is None else f" within {rule.days} days"
    bound = "at most" if rule.measure in AT_MOST else "at least"
    return f"{bound} {each.threshold}{within} needed, {each.actual} there"
