"""A cart as the plain values that clients get: docs/protocol.md, "Objects"."""

from __future__ import annotations

from collections import Counter
from typing import Any

from livecart.domain.cart import CartLine
from livecart.domain.cart_lots import Lot
from livecart.domain.errors import LivecartError
from livecart.domain.ids import VariantId
from livecart.domain.money import Money
from livecart.domain.offer import Offer
from livecart.domain.places import public
from livecart.services.cart_sight import CartSight
from livecart.services.views import rfc3339
from livecart.services.views_commerce import money_view


def cart_view(sight: CartSight) -> dict[str, Any]:
    """Lines and totals at the prices of this moment; what a coupon takes off is told beside the totals, not in them."""
    lots = {line.variant: lot for lot in sight.lots for line in lot.lines}
    amounts = _amounts(sight)
    totals: Counter[str] = Counter()
    for line in sight.cart.lines:
        totals[line.seen.currency] += amounts[line.variant]
    view: dict[str, Any] = {
        "lines": [_line_view(sight, line, lots[line.variant], amounts[line.variant]) for line in sight.cart.lines],
        "totals": [{"amount_minor": amount, "currency": currency} for currency, amount in sorted(totals.items())],
    }
    if sight.check.coupon is not None:
        view["coupon"] = _coupon_view(sight, totals)
    return view


def _amounts(sight: CartSight) -> dict[VariantId, int]:
    """What each line costs; what cannot be ordered, as if it could. Sums may be more than an order may come to."""
    found = {line.variant: sight.usual_price(line).amount_minor * line.quantity for line in sight.cart.lines}
    for lot in sight.lots:
        found |= {line.variant: amount for line, amount in zip(lot.lines, lot.amounts, strict=False)}
    return found


def _line_view(sight: CartSight, line: CartLine, lot: Lot, amount_minor: int) -> dict[str, Any]:
    """`problem` says why the line cannot be ordered as it is; null: it can."""
    product, variant = sight.goods[line.variant]
    unit = dict(lot.unit_prices()).get(line) or sight.usual_price(line)
    return {
        "variant": line.variant,
        "product": product.id,
        "title": product.title,
        "variant_title": variant.title,
        "image": next((public(image) for image in product.images if image.startswith("/")), None),
        "show": line.show,
        "quantity": line.quantity,
        "available": variant.available,
        "unit_price": money_view(unit),
        "amount": {"amount_minor": amount_minor, "currency": unit.currency},
        "list_price": money_view(sight.usual_price(line)),
        "seen_price": money_view(line.seen),
        "price_changed": unit != line.seen,
        "offer": None if lot.offer is None else _offer_view(lot.offer),
        "offer_problem": None if lot.offer is not None else sight.missed(line),
        "problem": {each.variant: code for each, code in lot.faults()}.get(line.variant),
    }


def _offer_view(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "title": offer.title,
        "bundle": offer.is_bundle,
        "mode": offer.mode.value,
        "ends_at": rfc3339(offer.ends_at_ms),
    }


def _coupon_view(sight: CartSight, totals: Counter[str]) -> dict[str, Any]:
    """`discount` is off the one order that would have it; `problem` says why there is none, as a checkout would."""
    code = sight.check.coupon
    try:
        orders = sight.check.decide(sight.books, sight.now_ms).answer.orders
    except LivecartError as refusal:
        return {"code": code, "discount": None, "problem": refusal.code}
    currency = next(order.total.currency for order in orders if order.coupon is not None)
    charged = sum(order.total.amount_minor for order in orders if order.total.currency == currency)
    return {"code": code, "discount": money_view(Money(totals[currency] - charged, currency)), "problem": None}
