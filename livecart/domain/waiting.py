"""The commands of a waitlist: join it, leave it, and look after it by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import OfferId, PersonId, PlaceId, ShowId, VariantId
from livecart.domain.inviting import ended, free_units, seen
from livecart.domain.news import PlaceChanged
from livecart.domain.offer import Offer, OfferTally
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.waitlist import Place, PlaceState, Thing, ThingKind, Waiting, WaitLine

A = TypeVar("A")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLine(Command[A]):
    """What all of them see: the line, what is waited for, and the `variants` in it, which never change."""

    thing: Thing
    variants: tuple[VariantId, ...]

    def goods(self) -> Iterable[Need]:
        kind, name = self.thing
        yield WaitLine, self.thing
        if kind is ThingKind.OFFER:
            yield Offer, OfferId(name)
        yield from ((StockItem, variant) for variant in self.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWaitlist(OnLine[Waiting]):
    """Takes the last place in the line of something that is sold out. Who has a place there keeps that one."""

    place: PlaceId
    person: PersonId
    show: ShowId
    quantity: int
    hold_ms: int
    line_max: int

    @property
    def answer_type(self) -> type[Waiting]:
        return Waiting

    def needs(self) -> Iterable[Need]:
        yield from self.goods()
        yield Venue, self.show
        kind, name = self.thing
        if kind is ThingKind.OFFER:
            yield OfferTally, (OfferId(name), self.person)

    def decide(self, books: Books, now_ms: int) -> Change[Waiting]:
        """Raises NotFoundError, ConflictError `still_available`, `waitlist_full`, `show_ended`, `offer_closed` …"""
        self._check_open(books, now_ms)
        line = books.find(WaitLine, self.thing) or WaitLine(self.thing)
        old = line.of(self.person)
        if old is not None:
            return Change(seen(books, old))
        if free_units(books, self.thing, self.show, now_ms) > 0:
            raise ConflictError("it is not sold out", code="still_available")
        if len(line.places) >= self.line_max:
            raise ConflictError(f"{self.line_max} people are waiting already", code="waitlist_full")
        place = Place(
            id=self.place,
            thing=self.thing,
            person=self.person,
            show=self.show,
            quantity=self.quantity,
            number=line.next_number,
            joined_at_ms=now_ms,
            hold_ms=self.hold_ms,
        )
        line = line.join(place)
        waiting = seen(books.after(Change(None, (line,))), place)
        return Change(waiting, rows=(line,), news=(PlaceChanged(waiting),))

    def _check_open(self, books: Books, now_ms: int) -> None:
        venue = books.find(Venue, self.show)
        items = [books.find(StockItem, variant) for variant in self.variants]
        if venue is None or any(item is None for item in items):
            raise NotFoundError("no such show or product variant")
        if not venue.is_open:
            raise ConflictError("the show has ended", code="show_ended")
        kind, name = self.thing
        if kind is ThingKind.OFFER:
            self._check_offer(books, OfferId(name), now_ms)
        for item in items:
            assert item is not None
            item.require_on_sale()
            if self.show not in item.shows:
                raise ConflictError("the product is not in this show's bag", code="not_in_bag")

    def _check_offer(self, books: Books, name: OfferId, now_ms: int) -> None:
        offer = books.find(Offer, name)
        if offer is None or offer.show != self.show:
            raise NotFoundError("no such offer in this show")
        offer.require_open(now_ms)
        tally = books.find(OfferTally, (name, self.person)) or OfferTally(name, self.person)
        tally.add(self.quantity, offer.per_buyer)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWaitlist(OnLine[Waiting]):
    """Gives the place up, and what was held for it to the next."""

    place: PlaceId
    person: PersonId

    @property
    def answer_type(self) -> type[Waiting]:
        return Waiting

    def needs(self) -> Iterable[Need]:
        return self.goods()

    def decide(self, books: Books, now_ms: int) -> Change[Waiting]:  # noqa: ARG002 -- one may leave at any time
        line = books.find(WaitLine, self.thing)
        place = None if line is None else line.of(self.person)
        if place is None or place.id != self.place:
            raise NotFoundError("no such place in a waitlist")
        change = ended(books, place, PlaceState.LEFT)
        return Change(seen(books, place, PlaceState.LEFT), change.rows, news=change.news)


@dataclass(frozen=True, slots=True, kw_only=True)
class TendLine(OnLine[bool]):
    """Does nothing itself: what is due on a line happens in any batch that has it. `shows`: where its people joined."""

    shows: tuple[ShowId, ...]

    @property
    def answer_type(self) -> type[bool]:
        return bool

    def needs(self) -> Iterable[Need]:
        yield from self.goods()
        yield from ((Venue, show) for show in self.shows)

    def decide(self, books: Books, now_ms: int) -> Change[bool]:  # noqa: ARG002 -- see above
        return Change(True)
