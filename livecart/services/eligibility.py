"""Who may go live: asked where a topic is handed in and a show is made, and told on one's own page.

Somebody is judged when it is asked, by what SQL has recorded then. Whether he met all rules is noted (`settle`), in a
transaction of its own since a refusal rolls back: the lower thresholds hold for him until he misses them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.eligibility import HaltedError, Judged, Rule, RuleSet, Verdict, check_rule_set, judge
from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId
from livecart.domain.people import Permission, Person
from livecart.domain.rulings_admin import rules_changed
from livecart.domain.show import Show, ShowState
from livecart.domain.text import check_text
from livecart.services.ports import Clock
from livecart.services.store import Store, Transaction
from livecart.services.store_eligibility import Application, ApplicationState, KeptRules
from livecart.services.views import People, person_view, rfc3339

DAY_MS = 24 * 3600 * 1000
REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class RulesDraft:
    """A rule set as an admin writes it; whether shows are halted is another switch."""

    name: str
    rules: tuple[Rule, ...]
    rollout_percent: int
    cohorts: tuple[str, ...]
    reviewed: bool


class Eligibility:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def mine(self, person: Person) -> dict[str, Any]:
        """Where the person stands, rule by rule."""
        now_ms = self._clock.now_ms()
        await settle(self._store, person.id, now_ms)
        async with self._store.read() as tx:
            rule_set, verdict = await judged(tx, person.id, now_ms)
            application = await tx.eligibility.application(person.id)
        return verdict_view(person, rule_set, verdict, application)

    async def rules(self, person: Person) -> dict[str, Any]:
        """Raises ForbiddenError."""
        person.require(Permission.MANAGE_PEOPLE)
        async with self._store.read() as tx:
            return await _rules_view(tx, await tx.eligibility.rules())

    async def put_rules(self, person: Person, draft: RulesDraft, *, reason: str, version: int | None) -> dict[str, Any]:
        """A new version. `version`: the one that was read. Raises ForbiddenError, InvalidError, `rules_changed`."""
        person.require(Permission.MANAGE_PEOPLE)
        made = RuleSet(0, draft.name, draft.rules, draft.rollout_percent, draft.cohorts, reviewed=draft.reviewed)
        check_rule_set(made)
        reason = check_text("reason", reason, 1, REASON_MAX)
        async with self._store.write() as tx:
            before = (await tx.eligibility.rules()).rule_set
            if version not in {None, before.version}:
                raise _changed(before.version)
            made = replace(made, version=before.version + 1, halted=before.halted)
            return await self._keep(tx, person, made, reason)

    async def halt(self, person: Person, *, halted: bool, reason: str) -> dict[str, Any]:
        """The kill switch. Thrown twice it changes nothing. Raises ForbiddenError, InvalidError."""
        person.require(Permission.MANAGE_PEOPLE)
        reason = check_text("reason", reason, 1, REASON_MAX)
        async with self._store.write() as tx:
            kept = await tx.eligibility.rules()
            before = kept.rule_set
            if before.halted == halted:
                return await _rules_view(tx, kept)
            return await self._keep(tx, person, replace(before, version=before.version + 1, halted=halted), reason)

    async def _keep(self, tx: Transaction, person: Person, made: RuleSet, reason: str) -> dict[str, Any]:
        now_ms = self._clock.now_ms()
        kept = KeptRules(made, person.id, now_ms)
        if not await tx.eligibility.add_rules(kept):
            raise _changed(made.version)
        view = await _rules_view(tx, kept)
        await tx.log.append(rules_changed(person.id, made, reason, now_ms))
        return view


async def settle(store: Store, person: PersonId, now_ms: int) -> None:
    """Notes whether all rules are met, if that has changed; to be called before anything that asks `judged`."""
    async with store.read() as tx:
        _, verdict = await judged(tx, person, now_ms)
        if verdict.stands == await tx.eligibility.stands(person):
            return
    async with store.write() as tx:
        if verdict.stands:
            await tx.eligibility.put_standing(person, verdict.version, now_ms)
        else:
            await tx.eligibility.drop_standing(person)


async def judged(tx: Transaction, person: PersonId, now_ms: int) -> tuple[RuleSet, Verdict]:
    """The rules in force, and what they say of the person."""
    rule_set = (await tx.eligibility.rules()).rule_set
    since_ms = {rule.measure: None if rule.days is None else now_ms - rule.days * DAY_MS for rule in rule_set.rules}
    counts = await tx.eligibility.counts(person, since_ms, now_ms)
    cohort = await tx.eligibility.cohort_of(person, rule_set.cohorts)
    stood = await tx.eligibility.stands(person)
    return rule_set, judge(rule_set, counts, person, cohort=cohort, was_eligible=stood)


async def require_eligible(tx: Transaction, person: PersonId, now_ms: int) -> None:
    """To hand in a topic. Raises NotEligibleError, whose fields say what is missing."""
    _, verdict = await judged(tx, person, now_ms)
    verdict.require()


async def require_may_open(tx: Transaction, person: PersonId, now_ms: int) -> None:
    """To make a show. Raises HaltedError, NotEligibleError."""
    rule_set, verdict = await judged(tx, person, now_ms)
    if rule_set.halted:
        raise HaltedError
    verdict.require()


async def require_not_halted(tx: Transaction, show: Show) -> None:
    """A show that has been live goes on whatever comes. Raises HaltedError for one that would begin."""
    if show.state is ShowState.READY and (await tx.eligibility.rules()).rule_set.halted:
        raise HaltedError


def _changed(version: int) -> ConflictError:
    return ConflictError(f"somebody has changed the rules: they are at version {version}", code="rules_changed")


async def _rules_view(tx: Transaction, kept: KeptRules) -> dict[str, Any]:
    people: People = {} if kept.by is None else await tx.people.many([kept.by])
    return rules_view(kept, people)


def rules_view(kept: KeptRules, people: People) -> dict[str, Any]:
    """`changed_by` and `changed_at` are null for the rules that a new shop has."""
    rule_set = kept.rule_set
    return {
        "version": rule_set.version,
        "name": rule_set.name,
        "rules": [
            {
                "measure": rule.measure.value,
                "required": rule.required,
                "keep": rule.keep,
                "days": rule.days,
                "for_invited": rule.for_invited,
            }
            for rule in rule_set.rules
        ],
        "rollout_percent": rule_set.rollout_percent,
        "cohorts": list(rule_set.cohorts),
        "halted": rule_set.halted,
        "review_applications": rule_set.reviewed,
        "changed_at": rfc3339(kept.at_ms),
        "changed_by": person_view(people[kept.by]) if kept.by is not None and kept.by in people else None,
    }


def verdict_view(
    person: Person, rule_set: RuleSet, verdict: Verdict, application: Application | None
) -> dict[str, Any]:
    """`may_apply`: whether a viewer who is eligible would gain something by applying."""
    waits = application is not None and application.state is ApplicationState.WAITING
    hosts = person.may(Permission.HOST_SHOW)
    return {
        "eligible": verdict.eligible,
        "creator": hosts,
        "halted": rule_set.halted,
        "version": verdict.version,
        "invited": verdict.cohort is not None,
        "rollout": {"percent": rule_set.rollout_percent, "reached": verdict.in_rollout},
        "rules": [judged_view(each) for each in verdict.judged],
        "missing": verdict.faults,
        "may_apply": not hosts and not waits and verdict.eligible,
        "application": None
        if application is None
        else {"state": application.state.value, "at": rfc3339(application.at_ms)},
    }


def judged_view(each: Judged) -> dict[str, Any]:
    """`required` is the threshold that counts for this person now; `actual` is null where there is no record yet."""
    return {
        "measure": each.rule.measure.value,
        "days": each.rule.days,
        "required": each.threshold,
        "actual": each.actual,
        "missing": each.missing,
        "met": each.met,
        "waived": each.waived,
    }
