"""What the use cases of offers, coupons and stock read from SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.coupon import Coupon
from livecart.domain.ids import CouponCode, OfferId, PersonId, ShowId, VariantId
from livecart.domain.offer import Offer, OfferMode, OfferTally
from livecart.domain.stock import Movement
from livecart.services.store import Page


@dataclass(frozen=True, slots=True)
class KnownMovement:
    """A movement as it is kept; numbers grow with time."""

    number: int
    movement: Movement


class Offers(Protocol):
    """Reading offers; they are changed through the Committer only, but for the show's default mode."""

    async def get(self, offer: OfferId) -> Offer:
        """Raises NotFoundError."""
        ...

    async def of(self, show: ShowId, page: Page) -> Sequence[Offer]: ...

    async def not_closed(self, show: ShowId, now_ms: int, limit: int) -> Sequence[Offer]:
        """Scheduled, open and sold out ones, the oldest first."""
        ...

    async def selling(self, variants: Collection[VariantId], now_ms: int) -> Sequence[Offer]:
        """Those of open shows that are not closed and contain one of these."""
        ...

    async def tallies(self, buyer: PersonId, offers: Collection[OfferId]) -> Sequence[OfferTally]:
        """What one buyer holds or has bought of each."""
        ...

    async def mode(self, show: ShowId) -> OfferMode: ...

    async def set_mode(self, show: ShowId, mode: OfferMode) -> None: ...

    async def buyers_of_variant(self, variant: VariantId, since_ms: int) -> set[PersonId]:
        """Everybody who ordered the variant since then, paid or not, in an offer or not; and who waits for it."""
        ...

    async def buyers_of_offer(self, offer: OfferId, since_ms: int) -> set[PersonId]: ...


class Coupons(Protocol):
    """Reading coupons; they are changed through the Committer only."""

    async def of(self, owner: PersonId, page: Page) -> Sequence[Coupon]: ...

    async def find(self, code: CouponCode) -> Coupon | None: ...

    async def uses(self, code: CouponCode, buyer: PersonId) -> int:
        """How often this person has used it."""
        ...


class Movements(Protocol):
    async def of(self, seller: PersonId, variant: VariantId, before: int | None, limit: int) -> Sequence[KnownMovement]:
        """Newest first, from those with lower numbers. Raises NotFoundError unless the variant is the seller's."""
        ...
