"""Orders and wallets as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from typing import Any

from livecart.domain.ledger import Wallet
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderLine
from livecart.domain.payment import Payment
from livecart.domain.places import public
from livecart.services.views import rfc3339


def money_view(money: Money) -> dict[str, Any]:
    return {"amount_minor": money.amount_minor, "currency": money.currency}


def order_view(order: Order, payment: Payment | None = None) -> dict[str, Any]:
    """`payment` is named where it is known; an order paid from the wallet has none."""
    more = {} if payment is None else {"payment": payment_view(payment)}
    return {
        "id": order.id,
        "state": order.state.value,
        "show": order.show,
        "lines": [_line_view(line) for line in order.lines],
        "discount": money_view(Money(order.discount_minor, order.total.currency)),
        "coupon": order.coupon,
        "total": money_view(order.total),
        "held": order.held,
        "created_at": rfc3339(order.created_at_ms),
        "expires_at": rfc3339(order.expires_at_ms),
        "paid_at": rfc3339(order.paid_at_ms),
        "fulfilled_at": rfc3339(order.fulfilled_at_ms),
        "refunded_minor": order.refunded_minor,
        **more,
    }


def payment_view(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "provider": payment.provider,
        "state": payment.state.value,
        "amount": money_view(payment.amount),
        "refunded_minor": payment.refunded_minor,
        "reason": payment.reason,
        "url": None if payment.url is None else public(payment.url),
    }


def wallet_view(wallet: Wallet) -> dict[str, Any]:
    return {"balances": [money_view(money) for money in wallet.balances]}


def _line_view(line: OrderLine) -> dict[str, Any]:
    return {
        "variant": line.variant,
        "product": line.product,
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "offer": line.offer,
    }
