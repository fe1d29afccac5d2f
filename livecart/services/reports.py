"""Viewers report a show, a line of its chat, or somebody in it; and read what became of their reports.

What the staff does with them is in report_cases.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from livecart.domain.chat import Deleter
from livecart.domain.errors import ConflictError, InvalidError, UnavailableError
from livecart.domain.ids import MessageId, PersonId, ReportCaseId, ReportId, ShowId
from livecart.domain.people import Person
from livecart.domain.report import (
    DECIDED_FOR_MS,
    CaseState,
    Report,
    ReportCase,
    Reported,
    check_report_text,
    weight_of,
)
from livecart.domain.report_category import check_category
from livecart.services.desk_news import desk_news
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.views_reports import report_view
from livecart.services.wishes import known_id

# How far back it counts how somebody's reports ended.
REMEMBERED_MS = 90 * 24 * 3600 * 1000
# While one case of an object is decided, the next may be opened; never twice in one request.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What a person reports in a show: a message, a person, or with neither the show itself."""

    show: str
    category: str
    text: str | None = None
    message: str | None = None
    person: str | None = None

    def about(self) -> Reported:
        """Raises NotFoundError, InvalidError."""
        message = None if self.message is None else MessageId(known_id("message", self.message))
        person = None if self.person is None else PersonId(known_id("person", self.person))
        return Reported(ShowId(known_id("show", self.show)), message, person)


class Reports:
    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def report(self, person: Person, wish: ReportWish) -> dict[str, Any]:
        """Answers the report. Reporting the same object again while its case is open answers with the first one.

        Raises NotFoundError, InvalidError, ConflictError `own_account`, `message_deleted`, `report_decided`.
        """
        about, text = wish.about(), check_report_text(wish.text)
        if check_category(wish.category).key == "other" and text is None:
            raise InvalidError("say what it is", fields={"text": "needed with the category 'other'"})
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            fresh = await self._fresh(tx, about, wish.category, now_ms)
            if person.id == fresh.person:
                raise ConflictError("this is your own", code="own_account")
            known = await _own_earlier(tx, about, person, now_ms)
            if known is not None:
                return known
            case = await _open(tx, fresh)
            record = await tx.reports.track_record(person.id, now_ms - REMEMBERED_MS)
            weight = weight_of(wish.category, record)
            report = Report(ReportId(self._ids.new()), person.id, wish.category, text, now_ms, weight)
            await tx.reports.add_report(case.id, report)
            case = case.with_report(report)
            await tx.reports.save(case)
            await tx.outbox.add(desk_news(self._ids, "report", case.id, case.state.value, case.person, now_ms))
        return report_view(report, case)

    async def own(self, person: Person, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """This person's reports, newest first, with the next cursor."""
        async with self._store.read() as tx:
            found = await tx.reports.own(person.id, replace(page, limit=page.limit + 1))
        shown = found[: page.limit]
        return [report_view(*each) for each in shown], shown[-1][0].id if len(found) > len(shown) else None

    async def _fresh(self, tx: Transaction, about: Reported, category: str, now_ms: int) -> ReportCase:
        """The case as it begins, with what stands there now. Raises NotFoundError, ConflictError `message_deleted`."""
        show = await tx.shows.get(about.show)
        person, quote = show.creator, show.title
        if about.message is not None:
            message = await tx.chat.get(about.show, about.message)
            # Whoever takes his own line back has said it all the same; the staff has dealt with what it deleted.
            if message.deletion is not None and message.deletion.by is not Deleter.AUTHOR:
                message.require_there()
            person, quote = message.author, message.text
        elif about.person is not None:
            found = await tx.people.get(about.person)
            person, quote = found.id, f"{found.display_name} (@{found.handle})"
        return ReportCase(ReportCaseId(self._ids.new()), about, person, show.creator, quote, now_ms, category)


async def _own_earlier(tx: Transaction, about: Reported, person: Person, now_ms: int) -> dict[str, Any] | None:
    """The report that this person has made already. Raises ConflictError `report_decided`."""
    earlier = await tx.reports.newest_own(about, person.id)
    if earlier is None:
        return None
    report, case = earlier
    if case.state is CaseState.OPEN:
        return report_view(report, case)
    made = case.resolution
    if made is not None and now_ms - made.at_ms < DECIDED_FOR_MS:
        raise ConflictError("what you reported was decided within the last day", code="report_decided")
    return None


async def _open(tx: Transaction, fresh: ReportCase) -> ReportCase:
    """The object's open case, locked: the one that is there, or a new one."""
    for _ in range(_TRIES):
        case = await tx.reports.open_case(fresh.about)
        if case is not None:
            return case
        await tx.reports.add_case(fresh)
    raise UnavailableError("the case is being decided, try again", code="busy")
