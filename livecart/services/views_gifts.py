"""Gifts as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livecart.domain.gift import Gift, Streak
from livecart.domain.giver import DAY_MS, Giver
from livecart.services.store_gifts import GiftIncome
from livecart.services.views import rfc3339
from livecart.services.views_commerce import money_view


def gift_view(gift: Gift) -> dict[str, Any]:
    return {"id": gift.id, "name": gift.name, "icon": gift.icon, "price": money_view(gift.price)}


def streak_view(streak: Streak) -> dict[str, Any]:
    """The whole streak, which is what the room sees of a gift; of two, the one with the higher version is true."""
    return {
        "streak": streak.id,
        "show": streak.show,
        "from": {"id": streak.sender, "display_name": streak.sender_name},
        "gift": gift_view(streak.gift),
        "count": streak.count,
        "total": money_view(streak.total),
        "final": not streak.is_open,
        "ends_at": rfc3339(streak.ends_at_ms),
        "version": streak.version,
    }


def income_view(income: Sequence[GiftIncome]) -> dict[str, Any]:
    """What gifts brought, one amount for each currency; all viewers together may spend more than Money holds."""
    return {
        "count": sum(each.gifts for each in income),
        "totals": [{"amount_minor": each.total_minor, "currency": each.currency} for each in income],
        "proceeds": [
            {"amount_minor": each.total_minor - each.fees_minor, "currency": each.currency} for each in income
        ],
    }


def cap_view(giver: Giver, now_ms: int) -> dict[str, Any]:
    """What its person sees of his cap. `next` is one that holds from the next day on."""
    day, left = giver.today(now_ms), giver.left(now_ms)
    cap, later = giver.cap.on(day), None
    if giver.cap.next_day is not None and giver.cap.next_day > day:
        later = {
            "cap_minor": giver.cap.next_minor,
            "from": rfc3339(giver.cap.next_day * DAY_MS),
        }
    return {
        "currency": giver.currency,
        "cap_minor": cap,
        "spent_minor": giver.spent(now_ms).amount_minor,
        "left_minor": None if left is None else left.amount_minor,
        "next": later,
    }
