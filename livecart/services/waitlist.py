"""Waiting for sold-out goods: join, leave, see one's places; and by the clock, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.ids import OfferId, PlaceId, ShowId, VariantId
from livecart.domain.people import Permission, Person
from livecart.domain.waiting import JoinWaitlist, LeaveWaitlist, TendLine
from livecart.domain.waitlist import HOLD_MS, LINE_MAX, Thing, ThingKind, check_units
from livecart.services.ports import Clock, Committer, Ids, OfferContents
from livecart.services.store import Store
from livecart.services.views_waitlist import line_view, place_view
from livecart.services.wishes import known_id

TENDED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class WaitWish:
    """What a person waits for in a show: a variant or an offer, and how many units he would take at most."""

    show: str
    variant: str | None = None
    offer: str | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class WaitTerms:
    hold_ms: int = HOLD_MS
    line_max: int = LINE_MAX


@dataclass(frozen=True, slots=True)
class WaitPorts:
    store: Store
    committer: Committer
    clock: Clock
    ids: Ids
    offers: OfferContents


class Waitlist:
    """Joining needs no key: a person has one place for a thing, and joining again answers with that."""

    def __init__(self, ports: WaitPorts, terms: WaitTerms) -> None:
        self._ports = ports
        self._terms = terms

    async def join(self, person: Person, wish: WaitWish) -> dict[str, Any]:
        """Raises ConflictError `still_available`, `waitlist_full`, `per_buyer_limit`, `show_ended`, `offer_closed` …"""
        person.require(Permission.BUY)
        show = ShowId(known_id("show", wish.show))
        thing, variants = await self._understood(wish, show)
        command = JoinWaitlist(
            request=None,
            thing=thing,
            variants=variants,
            place=PlaceId(self._ports.ids.new()),
            person=person.id,
            show=show,
            quantity=check_units(wish.quantity),
            hold_ms=self._terms.hold_ms,
            line_max=self._terms.line_max,
        )
        return place_view(await self._ports.committer.submit(command))

    async def leave(self, person: Person, place_id: str) -> dict[str, Any]:
        """Gives the place up. Raises NotFoundError for another's, and for one that is gone."""
        person.require(Permission.BUY)
        async with self._ports.store.read() as tx:
            place = await tx.waitlists.get(PlaceId(known_id("place in a waitlist", place_id)))
        if place.person != person.id:
            raise NotFoundError("no such place in a waitlist")
        variants = await self._variants(place.thing)
        command = LeaveWaitlist(request=None, thing=place.thing, variants=variants, place=place.id, person=person.id)
        return place_view(await self._ports.committer.submit(command))

    async def mine(self, person: Person) -> list[dict[str, Any]]:
        """The person's own places, the oldest first."""
        person.require(Permission.BUY)
        async with self._ports.store.read() as tx:
            return [place_view(waiting) for waiting in await tx.waitlists.of(person.id)]

    async def of_show(self, person: Person, show: str) -> list[dict[str, Any]]:
        """How many wait for what in one's show. Raises ForbiddenError for another's."""
        person.require(Permission.HOST_SHOW)
        async with self._ports.store.read() as tx:
            found = await tx.shows.get(ShowId(known_id("show", show)))
            if found.creator != person.id:
                raise ForbiddenError("this show is another's")
            return [line_view(count) for count in await tx.waitlists.of_show(found.id)]

    async def tend_due(self, now_ms: int) -> int:
        """Gives on what ran out and invites whoever is next; returns how many lines were looked after.

        Safe to run twice, and on two machines at once: the books decide again.
        """
        async with self._ports.store.read() as tx:
            due = await tx.waitlists.due(now_ms, TENDED_AT_ONCE)
        commands = [TendLine(request=None, thing=d.thing, variants=d.variants, shows=d.shows) for d in due]
        answers = await self._ports.committer.submit_all(commands)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, ConflictError):
                raise answer
        return len(answers)

    async def _understood(self, wish: WaitWish, show: ShowId) -> tuple[Thing, tuple[VariantId, ...]]:
        if (wish.variant is None) == (wish.offer is None):
            raise InvalidError("a place is for one thing", fields={"variant": "either a variant or an offer"})
        thing: Thing = (ThingKind.VARIANT, known_id("product variant", wish.variant or "-"))
        if wish.offer is not None:
            thing = (ThingKind.OFFER, known_id("offer", wish.offer))
            if (await self._ports.offers.get(OfferId(wish.offer))).show != show:
                raise NotFoundError("no such offer in this show")
        return thing, await self._variants(thing)

    async def _variants(self, thing: Thing) -> tuple[VariantId, ...]:
        kind, name = thing
        if kind is ThingKind.VARIANT:
            return (VariantId(name),)
        return (await self._ports.offers.get(OfferId(name))).variants
