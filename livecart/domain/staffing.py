"""Who does what in a show: one table of offices and duties. The host has his own, moderators have theirs by their role,
and an assistant has those that the host gave him.

What somebody may do anywhere in the shop is in people.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Permission, Person

# Of an appointment for all shows of a creator, in the place of a show's id.
ALL_SHOWS = "*"
ASSISTANTS_MAX = 20


class Office(StrEnum):
    HOST = "host"
    ASSISTANT = "assistant"
    MODERATOR = "moderator"


class Duty(StrEnum):
    """What is done in a show that not everybody may do."""

    MUTE = "mute"
    BAN = "ban"
    DELETE = "delete"
    PIN = "pin"
    HELD = "held"
    # Slow mode, links, who may write.
    RULES = "rules"
    # Searching what was said, and taking it away.
    RECORDS = "records"
    WORDS = "words"
    PRODUCTS = "products"
    CALLS = "calls"
    APPOINT = "appoint"
    WARN = "warn"
    STOP = "stop"
    CLOSE_PRODUCT = "close_product"
    # Coming in without being counted or told of.
    UNSEEN = "unseen"


_CHAT = frozenset({Duty.MUTE, Duty.BAN, Duty.DELETE, Duty.PIN, Duty.HELD, Duty.RULES, Duty.RECORDS, Duty.WORDS})
# What a host may leave to others.
GIVEN = frozenset({Duty.MUTE, Duty.DELETE, Duty.PIN, Duty.HELD, Duty.PRODUCTS, Duty.CALLS})
DUTIES: dict[Office, frozenset[Duty]] = {
    Office.HOST: _CHAT | {Duty.PRODUCTS, Duty.CALLS, Duty.APPOINT},
    # At most; each has those of his appointment.
    Office.ASSISTANT: GIVEN,
    Office.MODERATOR: _CHAT | {Duty.CALLS, Duty.WARN, Duty.STOP, Duty.CLOSE_PRODUCT, Duty.UNSEEN},
}
# In whose place somebody acts who has several offices, the first first.
_RANK = (Office.HOST, Office.MODERATOR, Office.ASSISTANT)


@dataclass(frozen=True, slots=True)
class Appointment:
    """`scope` is a show's id, or ALL_SHOWS of the creator's."""

    creator: PersonId
    person: PersonId
    scope: str
    duties: frozenset[Duty]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in a show, as far as its staff is concerned."""

    duties: dict[Office, frozenset[Duty]]

    def may(self, duty: Duty) -> bool:
        return any(duty in each for each in self.duties.values())

    def office_for(self, duty: Duty) -> Office:
        """Raises ForbiddenError unless one of the person's offices has the duty."""
        for office in _RANK:
            if duty in self.duties.get(office, ()):
                return office
        raise ForbiddenError(f"this is for those of the show's staff who have the duty '{duty}'")

    @property
    def all(self) -> frozenset[Duty]:
        return frozenset[Duty]().union(*self.duties.values())


NO_STANDING = Standing({})


def standing_of(person: Person, host: PersonId, given: Collection[Duty]) -> Standing:
    """`given`: what the host left to this person in the show."""
    found: dict[Office, frozenset[Duty]] = {}
    if person.id == host:
        found[Office.HOST] = DUTIES[Office.HOST]
    if person.may(Permission.MODERATE_CHAT):
        found[Office.MODERATOR] = DUTIES[Office.MODERATOR]
    if given:
        found[Office.ASSISTANT] = frozenset(given) & DUTIES[Office.ASSISTANT]
    return Standing(found)


def check_duties(names: Collection[str]) -> frozenset[Duty]:
    """What an assistant is to be given; raises InvalidError for none, and for what cannot be left to others."""
    known = {duty.value: duty for duty in GIVEN}
    if not names or any(name not in known for name in names):
        raise InvalidError("no such duties", fields={"permissions": f"some of {', '.join(sorted(known))}"})
    return frozenset(known[name] for name in names)


def check_assistant(creator: PersonId, person: PersonId, there: int) -> None:
    """Raises ConflictError `own_account` or `too_many_assistants`; `there` are those that he has already."""
    if creator == person:
        raise ConflictError("nobody assists himself", code="own_account")
    if there >= ASSISTANTS_MAX:
        raise ConflictError(f"at most {ASSISTANTS_MAX} assistants", code="too_many_assistants")


def scope_of(show: ShowId, *, all_shows: bool) -> str:
    return ALL_SHOWS if all_shows else show
