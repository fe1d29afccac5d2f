"""What eligibility needs of SQL: rule sets, counters, invitations, standings and applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from livecart.domain.eligibility import Measure, RuleSet
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role

if TYPE_CHECKING:  # it needs this Protocol for its Transaction
    from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class KeptRules:
    """A rule set as it is kept; the default one, version 0, was made by nobody."""

    rule_set: RuleSet
    by: PersonId | None = None
    at_ms: int | None = None


class ApplicationState(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Application:
    """Of a person who wants to be a creator; the newest one counts."""

    person: PersonId
    at_ms: int
    state: ApplicationState
    decided_by: PersonId | None = None
    decided_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    cohort: str
    person: PersonId
    by: PersonId | None
    at_ms: int


class EligibilityRows(Protocol):
    async def rules(self) -> KeptRules:
        """The newest rule set, or the default one."""
        ...

    async def add_rules(self, kept: KeptRules) -> bool:
        """False if its version is there already."""
        ...

    async def counts(
        self, person: PersonId, since_ms: Mapping[Measure, int | None], now_ms: int
    ) -> Mapping[Measure, int | None]:
        """What is asked for; a windowed measure looks back to the time beside it."""
        ...

    async def stands(self, person: PersonId) -> bool:
        """Whether the person met all rules when they were last applied to him."""
        ...

    async def put_standing(self, person: PersonId, version: int, now_ms: int) -> None: ...

    async def drop_standing(self, person: PersonId) -> None: ...

    async def cohort_of(self, person: PersonId, cohorts: Sequence[str]) -> str | None:
        """One of the cohorts that the person is in."""
        ...

    async def invite(self, invitation: Invitation) -> bool:
        """False for who is in the cohort already."""
        ...

    async def uninvite(self, cohort: str, person: PersonId) -> bool: ...

    async def cohorts(self) -> Mapping[str, int]:
        """How many people are in each."""
        ...

    async def members(self, cohort: str, page: Page) -> Sequence[tuple[Invitation, Person]]:
        """Newest accounts first; the cursor is the person's id."""
        ...

    async def application(self, person: PersonId) -> Application | None: ...

    async def put_application(self, application: Application) -> None:
        """In the place of the person's former one."""
        ...

    async def waiting(self, page: Page) -> Sequence[tuple[Application, Person]]:
        """The cursor is the person's id."""
        ...

    async def give_role(self, person: PersonId, role: Role) -> None: ...
