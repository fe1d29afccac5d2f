"""What happens to the lines by itself: free units are held for the first who waits, and given on when that ran out.

A batch does this before its first command and after each one, for every line that it has locked. So a unit that comes
back, in whatever way, is never free while somebody waits for it, and the next order cannot have it. A line is of one
thing: units of a variant go to those who wait for the variant or for an offer with it, by how long they have waited,
as far as the batch has both lines; a job finds what is left over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from livecart.domain.books import Books, Change, Row
from livecart.domain.ids import OfferId, PersonId, ShowId, VariantId
from livecart.domain.news import PlaceChanged
from livecart.domain.offer import Offer, OfferState
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.waitlist import Place, PlaceState, Thing, ThingKind, WaitedGoods, Waiting, WaitLine


def overdue(books: Books, now_ms: int) -> Iterator[Change[None]]:
    """One change for each place that is over: its invitation ran out, or what it is for is closed.

    Each must be kept before the next one is asked for.
    """
    for line in list(books.all(WaitLine)):
        for place in line.places:
            if _is_closed(books, place, now_ms):
                yield ended(books, place, PlaceState.CLOSED)
            elif place.until_ms is not None and now_ms >= place.until_ms:
                yield ended(books, place, PlaceState.MISSED)


def invitations(books: Books, now_ms: int) -> Iterator[Change[None]]:
    """One change for each person who is invited now. Each must be kept before the next one is asked for."""
    while (first := _first_to_serve(books, now_ms)) is not None:
        place, units = first
        yield _invited(books, place, units, now_ms)


def ended(books: Books, place: Place, how: PlaceState) -> Change[None]:
    """The place is gone from its line, and what was held for it is free."""
    line = books.get(WaitLine, place.thing).without(place)
    rows = _held(books, place.thing, -place.units) if place.units else ()
    return Change(None, (line, *rows), news=(PlaceChanged(seen(books, place, how)),))


def taken(books: Books, things: Iterable[Thing], person: PersonId) -> Change[None] | None:
    """The person's invitations to these things become an order: their units are free, for that order alone.

    None: there is none, which is so with nearly every order.
    """
    if not any(True for _ in books.all(WaitLine)):
        return None
    found: Change[None] | None = None
    for thing in things:
        line = books.find(WaitLine, thing)
        place = None if line is None else line.of(person)
        if place is not None and place.state is PlaceState.INVITED:
            so_far = books if found is None else books.after(found)
            change = ended(so_far, place, PlaceState.ORDERED)
            found = change if found is None else found.then(change)
    return found


def free_units(books: Books, thing: Thing, show: ShowId, now_ms: int) -> int:
    """How many units of the thing could be ordered in the show now, all else aside."""
    kind, name = thing
    if kind is ThingKind.VARIANT:
        return _free_of(books, VariantId(name), 1, show)
    offer = books.find(Offer, OfferId(name))
    if offer is None or offer.state(now_ms) not in (OfferState.OPEN, OfferState.SOLD_OUT):
        return 0
    return min(offer.available, *(_free_of(books, line.variant, line.quantity, show) for line in offer.lines))


def seen(books: Books, place: Place, state: PlaceState | None = None) -> Waiting:
    """The place as its person sees it; `state` for one that is gone."""
    line = books.find(WaitLine, place.thing)
    position = line.position(place) if line is not None and state is None else None
    return Waiting(place, state or place.state, position, _goods(books, place.thing))


def _first_to_serve(books: Books, now_ms: int) -> tuple[Place, int] | None:
    """Who has waited longest of those for whom something is free, and how much."""
    best: tuple[Place, int] | None = None
    for line in books.all(WaitLine):
        for place in line.places:
            if place.state is PlaceState.INVITED:
                continue
            free = free_units(books, line.thing, place.show, now_ms)
            if free > 0:
                if best is None or _waited(place) < _waited(best[0]):
                    best = place, min(free, place.quantity)
                break
            if not _any_left(books, line.thing):
                break
    return best


def _waited(place: Place) -> tuple[int, int, str]:
    return place.joined_at_ms, place.number, place.id


def _invited(books: Books, place: Place, units: int, now_ms: int) -> Change[None]:
    until_ms = now_ms + place.hold_ms
    kind, name = place.thing
    if kind is ThingKind.OFFER and (ends_at_ms := books.get(Offer, OfferId(name)).ends_at_ms) is not None:
        until_ms = min(until_ms, ends_at_ms)
    place = place.invite(units, until_ms)
    line = books.get(WaitLine, place.thing).put(place)
    rows = _held(books, place.thing, units)
    return Change(None, (line, *rows), news=(PlaceChanged(seen(books, place, PlaceState.INVITED)),))


def _held(books: Books, thing: Thing, units: int) -> tuple[Row, ...]:
    """The rows of the goods with so many units more held for invitations."""
    kind, name = thing
    if kind is ThingKind.VARIANT:
        return (books.get(StockItem, VariantId(name)).hold(units),)
    offer = books.get(Offer, OfferId(name))
    items = (books.get(StockItem, line.variant).hold(units * line.quantity) for line in offer.lines)
    return tuple(chain((offer.hold(units),), items))


def _is_closed(books: Books, place: Place, now_ms: int) -> bool:
    venue = books.find(Venue, place.show)
    if venue is not None and not venue.is_open:
        return True
    kind, name = place.thing
    offer = books.find(Offer, OfferId(name)) if kind is ThingKind.OFFER else None
    return offer is not None and offer.state(now_ms) is OfferState.CLOSED


def _free_of(books: Books, variant: VariantId, each: int, show: ShowId) -> int:
    item = books.find(StockItem, variant)
    if item is None or not item.on_sale or show not in item.shows:
        return 0
    return item.available // each


def _any_left(books: Books, thing: Thing) -> bool:
    """Whether others in the line, who came from another show, may yet be served."""
    kind, name = thing
    item = books.find(StockItem, VariantId(name)) if kind is ThingKind.VARIANT else None
    return item is not None and item.available > 0


def _goods(books: Books, thing: Thing) -> WaitedGoods:
    kind, name = thing
    if kind is ThingKind.VARIANT:
        item = books.get(StockItem, VariantId(name))
        return WaitedGoods(item.title, item.product, (item.variant,))
    offer = books.get(Offer, OfferId(name))
    return WaitedGoods(offer.title, offer.lines[0].product, tuple(line.variant for line in offer.lines))
