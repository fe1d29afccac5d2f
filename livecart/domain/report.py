"""What viewers report, and the case that all reports of one object are together: from the first to its outcome.

Who may ask for what, SQL and news are in services/reports.py and services/report_cases.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import MessageId, PersonId, ReportCaseId, ReportId, ShowId
from livecart.domain.report_category import REPORT_CATEGORIES, check_category
from livecart.domain.text import check_text

# Staff who claimed a case and went away block it no longer than this.
CLAIM_MS = 10 * 60 * 1000
TEXT_MAX = 500
# A case that was just decided is not opened again by those whose report it was.
DECIDED_FOR_MS = 24 * 3600 * 1000
# Reports of one who was wrong this often, and that much more often than right, weigh little.
WRONG_MIN, WRONG_PER_RIGHT = 3, 3
TRUSTED, DOUBTED = 4, 1


class ReportedKind(StrEnum):
    SHOW = "show"
    MESSAGE = "message"
    PERSON = "person"


class CaseState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    NO_VIOLATION = "no_violation"
    ACTION_TAKEN = "action_taken"


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported, in which show: the show itself, a line of its chat, or somebody in it."""

    show: ShowId
    message: MessageId | None = None
    person: PersonId | None = None

    def __post_init__(self) -> None:
        if self.message is not None and self.person is not None:
            raise InvalidError("a message or a person, not both", fields={"person": "left out with a message"})

    @property
    def kind(self) -> ReportedKind:
        if self.message is not None:
            return ReportedKind.MESSAGE
        return ReportedKind.SHOW if self.person is None else ReportedKind.PERSON

    @property
    def id(self) -> str:
        return self.message or self.person or self.show


@dataclass(frozen=True, slots=True)
class Report:
    """One person's. `weight` is what it added to its case's priority."""

    id: ReportId
    reporter: PersonId
    category: str
    text: str | None
    at_ms: int
    weight: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How a person's earlier reports ended."""

    right: int = 0
    wrong: int = 0

    @property
    def trust(self) -> int:
        """What each of his reports counts."""
        doubted = self.wrong >= WRONG_MIN and self.wrong > WRONG_PER_RIGHT * self.right
        return DOUBTED if doubted else TRUSTED


@dataclass(frozen=True, slots=True)
class CaseClaim:
    staff: PersonId
    until_ms: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """`ruling`: the row of the moderation log that says what was done."""

    outcome: Outcome
    by: PersonId
    at_ms: int
    reason: str
    ruling: int | None = None


@dataclass(frozen=True, slots=True)
class ReportCase:
    """Everything reported of one object while nobody has decided.

    `person` is whom it is about: of a show its host, of a message its author. `quote` is what stood there when it was
    first reported. `category` is the weightiest that was named; `count` are the people who reported it.
    """

    id: ReportCaseId
    about: Reported
    person: PersonId
    host: PersonId
    quote: str
    opened_at_ms: int
    category: str
    priority: int = 0
    count: int = 0
    claim: CaseClaim | None = None
    resolution: Resolution | None = None

    @property
    def state(self) -> CaseState:
        return CaseState.OPEN if self.resolution is None else CaseState.RESOLVED

    @property
    def group(self) -> str:
        return group_of(self.category)

    def with_report(self, report: Report) -> ReportCase:
        """With one report more. Raises ConflictError `case_state`."""
        self._require_open()
        weightiest = max((self.category, report.category), key=_weight)
        return replace(self, category=weightiest, priority=self.priority + report.weight, count=self.count + 1)

    def claim_by(self, staff: PersonId, now_ms: int) -> ReportCase:
        """Holds the case for `staff`, anew if it is already his."""
        self._judgeable_by(staff, now_ms)
        return replace(self, claim=CaseClaim(staff, now_ms + CLAIM_MS))

    def resolve(self, resolution: Resolution) -> ReportCase:
        """Raises ForbiddenError `concerned`, ConflictError `case_state`, `case_claimed`, InvalidError."""
        self._judgeable_by(resolution.by, resolution.at_ms)
        if (resolution.outcome is Outcome.ACTION_TAKEN) != (resolution.ruling is not None):
            raise InvalidError("with an action, and only then, goes the row of the log that tells of it")
        return replace(self, claim=None, resolution=resolution)

    def reopen(self, staff: PersonId) -> ReportCase:
        """As it was before the decision, and held by nobody. Raises ForbiddenError `concerned`, ConflictError."""
        self.require_impartial(staff)
        if self.resolution is None:
            raise ConflictError("nobody has decided this case yet", code="case_state")
        return replace(self, claim=None, resolution=None)

    def concerns(self, person: PersonId) -> bool:
        """Whether it is about this person, or about what happens in his show: he neither reads nor judges it."""
        return person in {self.person, self.host}

    def held_by_other(self, staff: PersonId, now_ms: int) -> bool:
        return self.claim is not None and self.claim.staff != staff and self.claim.until_ms > now_ms

    def require_impartial(self, staff: PersonId, *, reported_it: bool = False) -> None:
        """`reported_it`: he is one of the reporters. Raises ForbiddenError `concerned`."""
        if self.concerns(staff) or reported_it:
            raise ForbiddenError("nobody decides what he is concerned in", code="concerned")

    def _judgeable_by(self, staff: PersonId, now_ms: int) -> None:
        self.require_impartial(staff)
        self._require_open()
        if self.held_by_other(staff, now_ms):
            raise ConflictError("somebody else is judging this case", code="case_claimed")

    def _require_open(self) -> None:
        if self.resolution is not None:
            raise ConflictError(f"the case is {self.state} already", code="case_state")


def weight_of(category: str, record: TrackRecord) -> int:
    """What a report adds to its case's priority."""
    return check_category(category).weight * record.trust


def group_of(category: str) -> str:
    found = REPORT_CATEGORIES.get(category)
    return "general" if found is None else found.group


def categories_of(groups: Collection[str]) -> Sequence[str]:
    """The categories that these groups of staff look at first."""
    return [each.key for each in REPORT_CATEGORIES.values() if each.group in groups]


def check_report_text(text: str | None) -> str | None:
    """Returns it cleaned; nothing but spaces is nothing."""
    if text is None or not text.strip():
        return None
    return check_text("text", text, 1, TEXT_MAX, lines=True)


def _weight(category: str) -> int:
    found = REPORT_CATEGORIES.get(category)
    return 0 if found is None else found.weight
