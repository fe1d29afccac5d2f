"""Offers and coupons as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from typing import Any

from livecart.domain.coupon import Coupon
from livecart.domain.offer import Offer, OfferState
from livecart.domain.stock import StockItem
from livecart.services.store_offers import KnownMovement
from livecart.services.views import rfc3339
from livecart.services.views_commerce import money_view


def offer_view(offer: Offer, now_ms: int, *, is_open: bool = True) -> dict[str, Any]:
    """`is_open`: the show's. What the clock changes, clients follow by `now_ms` and the times."""
    state = offer.state(now_ms) if is_open else OfferState.CLOSED
    return {
        "id": offer.id,
        "show": offer.show,
        "title": offer.title,
        "lines": [
            {
                "variant": line.variant,
                "product": line.product,
                "quantity": line.quantity,
                "unit_price_minor": line.list_minor,
            }
            for line in offer.lines
        ],
        "price": money_view(offer.price),
        "price_minor": offer.price.amount_minor,
        "list_minor": offer.list_minor,
        "quantity": offer.quantity,
        "available": offer.available,
        "sold": offer.sold,
        "per_buyer": offer.per_buyer,
        "mode": offer.mode.value,
        "state": state.value,
        "starts_at": rfc3339(offer.starts_at_ms),
        "ends_at": rfc3339(offer.ends_at_ms),
        "closed_at": rfc3339(offer.closed_at_ms),
        "version": offer.version,
    }


def coupon_view(coupon: Coupon) -> dict[str, Any]:
    terms = coupon.terms
    return {
        "code": coupon.code,
        "kind": terms.kind.value,
        "value": terms.value,
        "currency": terms.currency,
        "minimum_minor": terms.minimum_minor,
        "per_person": terms.per_person,
        "total": terms.total,
        "used": coupon.used,
        "whole_shop": terms.seller is None,
        "starts_at": rfc3339(terms.starts_at_ms),
        "ends_at": rfc3339(terms.ends_at_ms),
        "disabled_at": rfc3339(coupon.disabled_at_ms),
        "created_at": rfc3339(coupon.created_at_ms),
    }


def stock_view(item: StockItem) -> dict[str, Any]:
    return {
        "id": item.variant,
        "title": item.variant_title,
        "price_minor": item.price.amount_minor,
        "stock": item.stock,
        "available": item.available,
        "version": item.version,
    }


def movement_view(known: KnownMovement) -> dict[str, Any]:
    movement = known.movement
    return {
        "kind": movement.kind.value,
        "quantity": movement.quantity,
        "cause": movement.cause,
        "at": rfc3339(movement.at_ms),
    }
