"""What never changes of an offer, read once in a process: its show and what it contains."""

from __future__ import annotations

from livecart.domain.ids import OfferId, ShowId, VariantId
from livecart.services.store import Store

KEPT = 10_000


class KnownOffers:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[OfferId, tuple[ShowId, tuple[VariantId, ...]]] = {}

    async def get(self, offer: OfferId) -> tuple[ShowId, tuple[VariantId, ...]]:
        """Its show and its variants. Raises NotFoundError."""
        known = self._known.get(offer)
        if known is None:
            async with self._store.read() as tx:
                found = await tx.offers.get(offer)
            known = self._known[offer] = (found.show, tuple(line.variant for line in found.lines))
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return known
