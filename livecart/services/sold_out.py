"""What this process knows to be sold out, so that a crowd that comes too late costs no SQL.

It learns from committed facts only: the rows that this process's own batches saw, and the `stock` and `offer` events of
the rooms. Of two facts the one with the higher version is true. A "yes" is never given from here, so an old one does no
harm; a "no" is believed for BELIEVED_MS, then one order goes to the books again, which renews or corrects it. So goods
that come back while no news arrives (nobody watches the show here, or Redis is away) are on sale again within a second.

The same key must get the first answer, even when everything is gone by now. Keys are kept in SQL, under whichever
process took the order, so the memory of one process cannot know them; and looking each one up would be the very SQL
that is to be spared. But a key is kept only with an order, and whoever has an order of sold-out goods is among their
buyers. So these are read once when goods are sold out, and from then on their later orders are added as they are
committed here or heard of as `order` events. A buyer's request goes to the books, where its key is looked up; anybody
else has no answer to be given again and is refused from here. Such refusals, like all, are not kept under the key.

Whoever waits for sold-out goods is known in the same three ways from the moment of joining, long before an invitation,
and his orders go to the books too: what is held for him is sold out for everybody else.

What this leaves: goods came back and another process sold them, its news has not arrived, its buyer lost the answer and
asks here with the same key within that moment. He hears "sold out", and the next time his order. And who uses the key
of an order of other goods hears "sold out" instead of "key_reused"; neither does anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books
from livecart.domain.errors import ConflictError, UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import OfferId, PersonId, VariantId
from livecart.domain.offer import Offer
from livecart.domain.order import Order
from livecart.domain.stock import StockItem
from livecart.domain.waitlist import Place, ThingKind, WaitLine
from livecart.services.ports import Clock
from livecart.services.retention import KEYS_KEPT_MS
from livecart.services.store import Store

BELIEVED_MS = 1_000
# Goods that come and go are not read for at every turn; orders of them go to the books meanwhile.
READ_EVERY_MS = 1_000
KEPT = 10_000

Goods = tuple[type[StockItem] | type[Offer], str]
"""A variant or an offer, by its id."""


@dataclass(slots=True)
class _Fact:
    version: int
    # The code of the refusal, or None when there may be some left.
    refusal: str | None
    believed_until_ms: int
    # Everybody who may have an order of it, or waits for it; None: not known yet.
    buyers: set[PersonId] | None = None
    read_at_ms: int = 0


class SoldOut:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._facts: dict[Goods, _Fact] = {}

    async def require_left(self, person: PersonId, wanted: Iterable[Goods]) -> None:
        """Raises ConflictError `sold_out` or `offer_closed` when that is known and the person's key cannot be."""
        now_ms = self._clock.now_ms()
        for goods in wanted:
            fact = self._facts.get(goods)
            if fact is None or fact.refusal is None:
                continue
            if now_ms >= fact.believed_until_ms:
                # The others are refused until this one's batch has told.
                fact.believed_until_ms = now_ms + BELIEVED_MS
                return
            if fact.buyers is None:
                await self._read_buyers(goods, fact, now_ms)
            if fact.buyers is None or person in fact.buyers:
                return
            words = "the offer is closed" if fact.refusal == "offer_closed" else "only 0 are left"
            raise ConflictError(words, code=fact.refusal)

    def committed(self, books: Books) -> None:
        """A batch of this process was committed; these are all the rows that it saw."""
        orders = [order for before, order in books.changed(Order) if before is None]
        began: dict[Goods, int] = {}
        began.update(((StockItem, item.variant), (before or item).version) for before, item in books.changed(StockItem))
        began.update(((Offer, offer.id), (before or offer).version) for before, offer in books.changed(Offer))
        seen: list[tuple[Goods, int, str | None]] = []
        seen += [((StockItem, item.variant), item.version, _refusal(item.available)) for item in books.all(StockItem)]
        seen += [
            ((Offer, offer.id), offer.version, _refusal(offer.available, closed=offer.closed_at_ms is not None))
            for offer in books.all(Offer)
        ]
        for goods, version, refusal in seen:
            self._learn(goods, version, refusal, began.get(goods))
        for order in orders:
            self._met(order.buyer, [line.variant for line in order.lines], list(order.offers))
        for line in books.all(WaitLine):
            for place in line.places:
                self._met_waiting(books, place)

    def heard(self, event: ShowEvent) -> None:
        """News of a room, or for a person; whatever else it is is no concern of this memory."""
        data = event.data
        match event.type:
            case "stock":
                self._learn((StockItem, data["variant"]), data["version"], _refusal(data["available"]))
            case "offer":
                closed = data["closed_at"] is not None
                self._learn((Offer, data["id"]), data["version"], _refusal(data["available"], closed=closed))
            case "order" if event.person is not None:
                lines = data["lines"]
                offers = [line["offer"] for line in lines if line["offer"] is not None]
                self._met(event.person, [line["variant"] for line in lines], offers)
            case "waitlist" if event.person is not None:
                self._met(event.person, data["variants"], [] if data["offer"] is None else [data["offer"]])

    def _learn(self, goods: Goods, version: int, refusal: str | None, began: int | None = None) -> None:
        """`began`: the version from which this process's own batch went on to `version`."""
        fact = self._facts.get(goods)
        if fact is not None and version < fact.version:
            return
        believed_until_ms = self._clock.now_ms() + BELIEVED_MS
        if fact is None:
            self._facts[goods] = _Fact(version, refusal, believed_until_ms)
            if len(self._facts) > KEPT:
                del self._facts[next(iter(self._facts))]
            return
        if fact.version not in (version, began):
            # Somebody else sold in between, and not everybody who bought is known.
            fact.buyers = None
        fact.version, fact.refusal, fact.believed_until_ms = version, refusal, believed_until_ms

    def _met(self, person: PersonId, variants: Iterable[VariantId], offers: Iterable[OfferId]) -> None:
        for goods in (*((StockItem, each) for each in variants), *((Offer, each) for each in offers)):
            fact = self._facts.get(goods)
            if fact is not None and fact.buyers is not None:
                fact.buyers.add(person)

    def _met_waiting(self, books: Books, place: Place) -> None:
        kind, name = place.thing
        if kind is ThingKind.VARIANT:
            self._met(place.person, [VariantId(name)], [])
        elif (offer := books.find(Offer, OfferId(name))) is not None:
            self._met(place.person, [line.variant for line in offer.lines], [offer.id])

    async def _read_buyers(self, goods: Goods, fact: _Fact, now_ms: int) -> None:
        """Those of the time that keys are kept.

        One reads for all; who comes meanwhile, or when SQL is away, is the books' to answer.
        """
        if now_ms - fact.read_at_ms < READ_EVERY_MS:
            return
        version, fact.read_at_ms = fact.version, now_ms
        kind, name = goods
        try:
            async with self._store.read() as tx:
                since_ms = now_ms - KEYS_KEPT_MS
                if kind is Offer:
                    buyers = await tx.offers.buyers_of_offer(OfferId(name), since_ms)
                else:
                    buyers = await tx.offers.buyers_of_variant(VariantId(name), since_ms)
        except UnavailableError:
            return
        if fact.version == version:
            fact.buyers = buyers


def _refusal(available: int, *, closed: bool = False) -> str | None:
    if closed:
        return "offer_closed"
    return "sold_out" if available <= 0 else None
