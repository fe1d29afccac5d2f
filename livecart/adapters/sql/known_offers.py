"""What never changes of an offer, read once in a process: its show and what it contains.

A crowd that comes for an offer which this process does not know yet shares one reading; a thousand would take every
connection from the orders themselves.
"""

from __future__ import annotations

import asyncio

from livecart.domain.ids import OfferId
from livecart.services.ports import OfferContent
from livecart.services.store import Store

KEPT = 10_000


class KnownOffers:
    """The OfferContents port."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[OfferId, OfferContent] = {}
        self._reading: dict[OfferId, asyncio.Task[OfferContent]] = {}

    async def get(self, offer: OfferId) -> OfferContent:
        known = self._known.get(offer)
        if known is not None:
            return known
        task = self._reading.get(offer)
        if task is None:
            task = self._reading[offer] = asyncio.create_task(self._read(offer), name=f"offer {offer}")
        # One who goes away takes nothing from the others.
        return await asyncio.shield(task)

    async def _read(self, offer: OfferId) -> OfferContent:
        try:
            async with self._store.read() as tx:
                found = await tx.offers.get(offer)
        finally:
            del self._reading[offer]
        known = self._known[offer] = OfferContent(found.show, tuple(line.variant for line in found.lines))
        if len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return known
