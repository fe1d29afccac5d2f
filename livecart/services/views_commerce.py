"""Orders and wallets as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from typing import Any

from livecart.domain.ledger import Wallet
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderLine
from livecart.services.views import rfc3339


def money_view(money: Money) -> dict[str, Any]:
    return {"amount_minor": money.amount_minor, "currency": money.currency}


def order_view(order: Order) -> dict[str, Any]:
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
