"""Who waits for sold-out goods: the line of one variant or offer, and the units that are held for whoever is invited.

Units that come back while somebody waits are not for sale to anybody else: they are held for the first in line, who has
them until a deadline (domain/inviting.py). Only then the next one is invited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId, PlaceId, ProductId, ShowId, VariantId

# How long an invitation holds, and how many people wait for one thing at most, where the operator says nothing else.
HOLD_MS = 2 * 60 * 1000
LINE_MAX = 1_000
# Of one thing for one person: what is held for him nobody else can have.
UNITS_MAX = 10


class ThingKind(StrEnum):
    VARIANT = "variant"
    OFFER = "offer"


Thing = tuple[ThingKind, str]
"""What is waited for: a variant or an offer, by its id."""


class PlaceState(StrEnum):
    """The last four end a place; it is then gone from its line."""

    WAITING = "waiting"
    INVITED = "invited"
    ORDERED = "ordered"
    MISSED = "missed"
    LEFT = "left"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place in a line. `number` orders the line; `units` are held for the person until `until_ms`.

    Fewer may be held than the `quantity` that was asked for: what is there goes to the first in line at once.
    `show` is where the person joined. `hold_ms`: how long an invitation is to last.
    """

    id: PlaceId
    thing: Thing
    person: PersonId
    show: ShowId
    quantity: int
    number: int
    joined_at_ms: int
    hold_ms: int
    units: int = 0
    until_ms: int | None = None

    @property
    def state(self) -> PlaceState:
        return PlaceState.WAITING if self.until_ms is None else PlaceState.INVITED

    def invite(self, units: int, until_ms: int) -> Place:
        return replace(self, units=units, until_ms=until_ms)


@dataclass(frozen=True, slots=True)
class WaitLine:
    """Everybody who waits for `thing` or is invited, in the order of their numbers, each person once.

    Whoever changes it has locked the variant or the offer.
    """

    thing: Thing
    places: tuple[Place, ...] = ()

    @property
    def key(self) -> Thing:
        return self.thing

    @property
    def next_number(self) -> int:
        return self.places[-1].number + 1 if self.places else 1

    def of(self, person: PersonId) -> Place | None:
        return next((place for place in self.places if place.person == person), None)

    def position(self, wanted: Place) -> int | None:
        """1 for the first of those who wait; None for whoever is invited."""
        if wanted.state is PlaceState.INVITED:
            return None
        return 1 + sum(1 for p in self.places if p.number < wanted.number and p.state is PlaceState.WAITING)

    def join(self, place: Place) -> WaitLine:
        return replace(self, places=(*self.places, place))

    def put(self, changed: Place) -> WaitLine:
        return replace(self, places=tuple(changed if place.id == changed.id else place for place in self.places))

    def without(self, gone: Place) -> WaitLine:
        return replace(self, places=tuple(place for place in self.places if place.id != gone.id))


@dataclass(frozen=True, slots=True)
class WaitedGoods:
    """What a person is told that he waits for."""

    title: str
    product: ProductId
    variants: tuple[VariantId, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place as its person sees it: `position` among those who wait, None: invited, or gone."""

    place: Place
    state: PlaceState
    position: int | None
    goods: WaitedGoods


def check_units(quantity: int) -> int:
    """Returns the quantity; raises InvalidError unless it is a whole number from 1 to UNITS_MAX."""
    if type(quantity) is not int or not 1 <= quantity <= UNITS_MAX:
        raise InvalidError("the quantity is not valid", fields={"quantity": f"1 to {UNITS_MAX}"})
    return quantity
