"""Offers of a show: the host opens and closes them; everybody sees them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.idempotency import RequestKey, request_key
from livecart.domain.ids import OfferId, ShowId, VariantId
from livecart.domain.offer import OfferMode
from livecart.domain.offering import CloseOffer, OfferTerms, OpenOffer, check_offer
from livecart.domain.people import Permission, Person
from livecart.domain.show import ShowState
from livecart.domain.text import check_text
from livecart.services.ports import Clock, Committer, Ids
from livecart.services.store import Page, Store, Transaction
from livecart.services.views_offers import offer_view
from livecart.services.wishes import known_id

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class OfferWish:
    """An offer as a host asks for it: of one variant, or a bundle of `lines`. Times are Unix milliseconds.

    Without `per_buyer` one person may take it all; without `mode` the show's holds.
    """

    price_minor: int
    quantity: int
    variant: str | None = None
    lines: tuple[tuple[str, int], ...] = ()
    per_buyer: int | None = None
    mode: OfferMode | None = None
    title: str = ""
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None
    confirm: bool = False

    def parts(self) -> tuple[tuple[VariantId, int], ...]:
        """Each variant once with how many of it are in one unit. Raises InvalidError."""
        if (self.variant is None) != bool(self.lines):
            raise InvalidError("an offer has goods, one way", fields={"variant": "either this or lines"})
        sums = Counter[VariantId]()
        for variant, quantity in self.lines or ((self.variant or "", 1),):
            if quantity < 1:
                raise InvalidError("the offer is not valid", fields={"lines": "at least one of each variant"})
            sums[VariantId(known_id("product variant", variant))] += quantity
        return tuple(sums.items())


class Offers:
    """`max_discount_percent` is how far below the usual price an offer may be unless its host confirms it."""

    def __init__(self, store: Store, committer: Committer, clock: Clock, ids: Ids, max_discount_percent: int) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._ids = ids
        self._max_discount_percent = max_discount_percent

    async def open(self, person: Person, key: str | None, show: ShowId, wish: OfferWish) -> dict[str, Any]:
        """Raises ForbiddenError, ConflictError `show_ended`, `not_in_bag`, `below_floor`, `discount_too_large` …

        With a key the same request again is the same offer.
        """
        person.require(Permission.HOST_SHOW)
        show = ShowId(known_id("show", show))
        async with self._store.read() as tx:
            await _own(tx, person, show)
            mode = wish.mode or await tx.offers.mode(show)
        terms = OfferTerms(
            parts=wish.parts(),
            price_minor=wish.price_minor,
            quantity=wish.quantity,
            per_buyer=wish.quantity if wish.per_buyer is None else wish.per_buyer,
            mode=mode,
            title=check_text("title", wish.title, 1, 120) if wish.title else "",
            starts_at_ms=wish.starts_at_ms,
            ends_at_ms=wish.ends_at_ms,
            confirmed=wish.confirm,
        )
        command = OpenOffer(
            request=_request(person, "offer.open", key, {"show": show, **asdict(wish)}),
            offer=OfferId(self._ids.new()),
            show=show,
            terms=check_offer(terms),
            max_discount_percent=self._max_discount_percent,
        )
        return offer_view(await self._committer.submit(command), self._clock.now_ms())

    async def close(self, person: Person, key: str | None, offer: OfferId) -> dict[str, Any]:
        """Ends the offer for good; closing it twice is no error. Raises ForbiddenError, NotFoundError."""
        person.require(Permission.HOST_SHOW)
        offer = OfferId(known_id("offer", offer))
        async with self._store.read() as tx:
            await _own(tx, person, (await tx.offers.get(offer)).show)
        request = _request(person, "offer.close", key, {"offer": offer})
        closed = await self._committer.submit(CloseOffer(request=request, offer=offer))
        return offer_view(closed, self._clock.now_ms())

    def now_ms(self) -> int:
        """The clock by which offers begin and end."""
        return self._clock.now_ms()

    async def of_show(self, show: ShowId, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """All offers of the show, newest first, with the next cursor. Raises NotFoundError."""
        show = ShowId(known_id("show", show))
        async with self._store.read() as tx:
            is_open = (await tx.shows.get(show)).state is not ShowState.ENDED
            found = await tx.offers.of(show, replace(page, limit=page.limit + 1))
        shown, now_ms = found[: page.limit], self._clock.now_ms()
        views = [offer_view(offer, now_ms, is_open=is_open) for offer in shown]
        return views, shown[-1].id if len(found) > len(shown) else None

    async def set_mode(self, person: Person, show: ShowId, mode: OfferMode) -> dict[str, Any]:
        """What the show's offers do that say nothing else."""
        person.require(Permission.HOST_SHOW)
        async with self._store.write() as tx:
            await _own(tx, person, ShowId(known_id("show", show)))
            await tx.offers.set_mode(show, mode)
        return {"mode": mode.value}


async def current_offers(tx: Transaction, show: ShowId, now_ms: int) -> list[dict[str, Any]]:
    """What a room shows: everything that is not closed, the oldest first."""
    return [offer_view(offer, now_ms) for offer in await tx.offers.not_closed(show, now_ms, SHOWN_MAX)]


def _request(person: Person, operation: str, key: str | None, body: dict[str, Any]) -> RequestKey | None:
    """A key is welcome here and not required: an offer moves nothing by itself."""
    return None if key is None else request_key(person.id, operation, key, body)


async def _own(tx: Transaction, person: Person, show: ShowId) -> None:
    if (await tx.shows.get(show)).creator != person.id:
        raise ForbiddenError("this show is another's")
