"""What is asked to buy, to sell and to give. Registered in messages.py; what comes of it is in objects.py."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from livecart.domain.gift import COUNT_MAX
from livecart.domain.offer import OfferMode
from signaling.fields import TEXT_MAX, Count, Id, Quantity
from signaling.objects import PacketCondition


class OrderLineWish(msgspec.Struct, frozen=True):
    """Either a variant or an offer."""

    quantity: Quantity
    variant: Id | None = None
    offer: Id | None = None


class OrderPlace(msgspec.Struct, frozen=True):
    """So many of a `variant` of the bag or of an `offer`, or several `lines`. The same `key` is the same order."""

    key: Id
    variant: Id | None = None
    offer: Id | None = None
    quantity: Quantity | None = None
    lines: list[OrderLineWish] | None = None
    coupon: Annotated[str, Meta(max_length=64)] | None = None


class OfferPart(msgspec.Struct, frozen=True):
    variant: Id
    quantity: Quantity = 1


class OfferOpen(msgspec.Struct, frozen=True):
    """The host offers a `variant` of the bag, or a bundle of `lines`, at a price. Times are Unix milliseconds.

    Without `ends_at_ms` it closes with the show. `confirm`: a price far below the usual one is meant.
    """

    price_minor: Annotated[int, Meta(ge=0, le=10**12)]
    quantity: Quantity
    variant: Id | None = None
    lines: Annotated[list[OfferPart], Meta(max_length=50)] = []
    per_buyer: Quantity | None = None
    mode: OfferMode | None = None
    title: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    starts_at_ms: Count | None = None
    ends_at_ms: Count | None = None
    confirm: bool = False
    key: Id | None = None


class OfferClose(msgspec.Struct, frozen=True):
    """The host ends an offer for good; what is reserved of it may still be paid."""

    offer: Id
    key: Id | None = None


class PacketOpen(msgspec.Struct, frozen=True):
    """Sends a red packet from one's wallet, the same for the same `key`. `draw_in_s`: from opening to draw."""

    total_minor: Count
    shares: Annotated[int, Meta(ge=0, le=1_000_000)]
    kind: Literal["equal", "lucky"]
    key: Id
    mode: Literal["draw", "speed"] = "draw"
    opens_in_s: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    draw_in_s: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    condition: PacketCondition | None = None
    currency: Annotated[str, Meta(max_length=3)] | None = None


class PacketClaim(msgspec.Struct, frozen=True):
    """One for each person and packet: whoever claims again gets the same answer. `nonce` is the entrant's own word
    in the draw."""

    packet: Id
    nonce: Id | None = None


class WaitlistJoin(msgspec.Struct, frozen=True):
    """A place in the line of a variant or an offer that is sold out. Whoever joins again gets the same answer."""

    variant: Id | None = None
    offer: Id | None = None
    quantity: Quantity = 1


class WaitlistLeave(msgspec.Struct, frozen=True):
    """Gives a place up; what was held for it goes to the next."""

    place: Id


class GiftSend(msgspec.Struct, frozen=True):
    """So many of a gift of the catalogue (`GET /api/v1/gifts`) for the show's host, paid from one's wallet.

    The same `key` is the same gift. Sent again within seconds it is one streak with the last.
    """

    gift: Id
    key: Id
    count: Annotated[int, Meta(ge=1, le=COUNT_MAX)] = 1
