"""What the staff does with reports: the queue by priority, one case with its evidence, claim, resolve; and groups.

Whoever a case is about does not see it, and neither does the host in whose show it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.events import REPORT, ShowEvent
from livecart.domain.ids import EventId, PersonId, ReportCaseId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.report import CaseState, Outcome, ReportCase, Resolution, categories_of
from livecart.domain.report_rulings import case_reopened, case_resolved, is_action
from livecart.domain.staff_group import require_in_charge
from livecart.domain.text import check_text
from livecart.domain.topic import DecidedError
from livecart.services.desk_news import CLAIMED, desk_news
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.store_moderation import LogFilter
from livecart.services.store_reports import CaseFilter
from livecart.services.views import rfc3339
from livecart.services.views_reports import case_view, people_of_cases, report_view, single_view

# Of a case that thousands reported the first are enough to judge; live, so many are told, and all read the outcome.
SHOWN_MAX, TOLD_MAX = 50, 1_000
# How many rows of the log about the same person are offered as what was done.
RULINGS_MAX = 20


@dataclass(frozen=True, slots=True)
class QueueWish:
    """`mine`: what this person's groups look at first."""

    state: CaseState = CaseState.OPEN
    mine: bool = False
    show: ShowId | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ruling`: the number of the row in the moderation log that tells what was done; None: the newest that fits."""

    outcome: Outcome
    reason: str
    ruling: int | None = None

    def checked(self) -> Verdict:
        """Raises InvalidError."""
        if self.ruling is not None and self.outcome is Outcome.NO_VIOLATION:
            raise InvalidError("nothing was done", fields={"ruling": "only with action_taken"})
        return replace(self, reason=check_text("reason", self.reason, 1, 1_000, lines=True))


class ReportCases:
    """`others`: whether staff may take cases of groups that they are not in."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, *, others: bool = True) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._others = others

    async def queue(self, person: Person, wish: QueueWish, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """What is most urgent first, with the next cursor. Raises ForbiddenError."""
        person.require(Permission.JUDGE_REPORTS)
        async with self._store.read() as tx:
            groups = await tx.staff_groups.of(person.id) if wish.mine else ()
            wanted = CaseFilter(person.id, wish.state, categories_of(groups) if groups else None, wish.show)
            found = await tx.reports.queue(wanted, replace(page, limit=page.limit + 1))
            shown = found[: page.limit]
            views = await _views(tx, shown)
        return views, shown[-1].id if len(found) > len(shown) else None

    async def get(self, person: Person, case_id: ReportCaseId) -> dict[str, Any]:
        """With the first reports, how earlier cases about the person ended, and what was done about him since."""
        person.require(Permission.JUDGE_REPORTS)
        async with self._store.read() as tx:
            case = await _visible(tx, person, case_id)
            (view,) = await _views(tx, [case])
            reports = await tx.reports.reports_of(case.id, SHOWN_MAX)
            people = await tx.people.many([report.reporter for report in reports])
            past = await tx.reports.past_of(case.person)
            rulings = await _rulings(tx, case)
        return {
            **view,
            "reports": [single_view(report, people) for report in reports],
            "past": {"action_taken": past.right, "no_violation": past.wrong},
            "rulings": rulings,
        }

    async def claim(self, person: Person, case_id: ReportCaseId) -> dict[str, Any]:
        """Raises NotFoundError; ForbiddenError `concerned`, `other_group`, DecidedError `case_…`."""
        person.require(Permission.JUDGE_REPORTS)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            case = await self._judgeable(tx, person, case_id, now_ms)
            case = case.claim_by(person.id, now_ms)
            await tx.reports.save(case)
            await tx.outbox.add(desk_news(self._ids, "report", case.id, CLAIMED, person.id, now_ms))
            return (await _views(tx, [case]))[0]

    async def resolve(self, person: Person, case_id: ReportCaseId, verdict: Verdict) -> dict[str, Any]:
        """Raises as `claim` does; InvalidError; ConflictError `no_ruling` where the log tells of nothing done."""
        person.require(Permission.JUDGE_REPORTS)
        verdict = verdict.checked()
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            case = await self._judgeable(tx, person, case_id, now_ms)
            done = await _done(tx, case, verdict)
            made = Resolution(verdict.outcome, person.id, now_ms, verdict.reason, done)
            case = case.resolve(made)
            await tx.reports.save(case)
            await tx.outbox.add(
                desk_news(self._ids, "report", case.id, case.state.value, person.id, now_ms),
                *[
                    _told(self._ids, report_view(each, case), each.reporter, now_ms)
                    for each in await tx.reports.reports_of(case.id, TOLD_MAX)
                ],
            )
            view = (await _views(tx, [case]))[0]
            await tx.log.append(case_resolved(case))
        return view

    async def reopen(self, person: Person, case_id: ReportCaseId, reason: str) -> dict[str, Any]:
        """Takes a decision back: the case waits again, and whoever reported it hears of the next one only.

        What was done to somebody is taken back by itself. Raises NotFoundError, InvalidError, ForbiddenError
        `concerned`, `other_group`, ConflictError `case_state`, and `case_open` where the same was reported again.
        """
        person.require(Permission.JUDGE_REPORTS)
        reason = check_text("reason", reason, 1, 1_000, lines=True)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            case = await _visible(tx, person, case_id)
            require_in_charge(await tx.staff_groups.of(person.id), case.group, others=self._others)
            case.require_impartial(person.id, reported_it=await tx.reports.report_of(case.id, person.id) is not None)
            waiting = case.reopen(person.id)
            if await tx.reports.open_case(case.about) is not None:
                raise ConflictError("another case of the same is open: judge that one", code="case_open")
            await tx.reports.save(waiting)
            await tx.outbox.add(desk_news(self._ids, "report", case.id, waiting.state.value, person.id, now_ms))
            view = (await _views(tx, [waiting]))[0]
            await tx.log.append(case_reopened(case, person.id, reason, now_ms))
        return view

    async def _judgeable(self, tx: Transaction, person: Person, case_id: ReportCaseId, now_ms: int) -> ReportCase:
        """The case, locked. Raises as `claim` does, and DecidedError, which says who was faster."""
        case = await _visible(tx, person, case_id)
        require_in_charge(await tx.staff_groups.of(person.id), case.group, others=self._others)
        case.require_impartial(person.id, reported_it=await tx.reports.report_of(case.id, person.id) is not None)
        await _require_free(tx, case, person, now_ms)
        return case


async def _require_free(tx: Transaction, case: ReportCase, person: Person, now_ms: int) -> None:
    made, claim = case.resolution, case.claim
    if made is not None:
        name = (await tx.people.get(made.by)).display_name
        fields = {"by": name, "outcome": made.outcome.value, "at": rfc3339(made.at_ms) or ""}
        raise DecidedError(f"{name} has decided already: {made.outcome}", code="case_state", fields=fields)
    if claim is not None and case.held_by_other(person.id, now_ms):
        name = (await tx.people.get(claim.staff)).display_name
        fields = {"by": name, "until": rfc3339(claim.until_ms) or ""}
        raise DecidedError(f"{name} is judging this case", code="case_claimed", fields=fields)


async def _visible(tx: Transaction, person: Person, case_id: ReportCaseId) -> ReportCase:
    """Raises NotFoundError too for whoever it is about: he is not to learn who reported him."""
    case = await tx.reports.get(case_id)
    if case.concerns(person.id):
        raise NotFoundError("no such case")
    return case


async def _done(tx: Transaction, case: ReportCase, verdict: Verdict) -> int | None:
    """The row of the log that tells what was done. Raises InvalidError, ConflictError `no_ruling`."""
    if verdict.outcome is Outcome.NO_VIOLATION:
        return None
    if verdict.ruling is not None:
        links = await tx.log.links(verdict.ruling - 1, 1) if 0 < verdict.ruling < 2**63 else ()
        if not links or links[0].entry.number != verdict.ruling or not is_action(links[0].entry, case):
            raise InvalidError(
                "this row tells of nothing that was done here", fields={"ruling": "a row about the person"}
            )
        return verdict.ruling
    rulings = await _rulings(tx, case)
    if not rulings:
        fault = "nothing was done yet that the log tells of: delete the message, ban, or end the show first"
        raise ConflictError(fault, code="no_ruling")
    return int(rulings[0]["number"])


async def _rulings(tx: Transaction, case: ReportCase) -> list[dict[str, Any]]:
    """What staff did against the person since the case was opened, newest first."""
    links = await tx.log.newest(LogFilter(case.person), None, RULINGS_MAX)
    return [
        {"number": entry.number, "kind": entry.kind, "code": entry.code, "at": rfc3339(entry.at_ms)}
        for entry in (link.entry for link in links)
        if is_action(entry, case) and entry.at_ms >= case.opened_at_ms
    ]


async def _views(tx: Transaction, cases: Sequence[ReportCase]) -> list[dict[str, Any]]:
    people = await tx.people.many(people_of_cases(cases))
    titles = {show: (await tx.shows.get(show)).title for show in {case.about.show for case in cases}}
    return [case_view(case, people, titles) for case in cases]


def _told(ids: Ids, report: dict[str, Any], reporter: PersonId, now_ms: int) -> ShowEvent:
    # A name of its own: a case that was opened again is decided once more.
    return ShowEvent(EventId(f"{REPORT}:{ids.new()}"), None, REPORT, report, now_ms, reporter)
