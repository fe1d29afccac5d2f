"""Places in waitlists as the plain values that both edges send: docs/protocol.md, "Objects"."""

from __future__ import annotations

from typing import Any

from livecart.domain.waitlist import ThingKind, Waiting
from livecart.services.store_waitlist import LineCount
from livecart.services.views import rfc3339


def place_view(waiting: Waiting) -> dict[str, Any]:
    """For the person whose place it is: nobody else is told who waits."""
    place, (kind, name) = waiting.place, waiting.place.thing
    return {
        "id": place.id,
        "show": place.show,
        "variant": name if kind is ThingKind.VARIANT else None,
        "offer": name if kind is ThingKind.OFFER else None,
        "variants": list(waiting.goods.variants),
        "product": waiting.goods.product,
        "title": waiting.goods.title,
        "quantity": place.quantity,
        "units": place.units,
        "state": waiting.state.value,
        "position": waiting.position,
        "joined_at": rfc3339(place.joined_at_ms),
        "until": rfc3339(place.until_ms),
    }


def line_view(count: LineCount) -> dict[str, Any]:
    """For the show's host: how many, never who."""
    kind, name = count.thing
    return {
        "variant": name if kind is ThingKind.VARIANT else None,
        "offer": name if kind is ThingKind.OFFER else None,
        "product": count.goods.product,
        "title": count.goods.title,
        "waiting": count.waiting,
        "invited_units": count.invited_units,
    }
