"""Calls as plain values: for the person and the staff, and the stage as everybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from livecart.domain.call import Call, CallDesk
from livecart.domain.ids import PersonId
from livecart.domain.people import Person
from livecart.services.store import Transaction
from livecart.services.views import person_view, rfc3339

STAGE = "stage"


def call_view(call: Call, person: Person, position: int | None) -> dict[str, Any]:
    """`position` of one that waits, `slot` of one on stage, `until` and `reason` where there is one."""
    view: dict[str, Any] = {
        "id": call.id,
        "show": call.show,
        "user": person_view(person),
        "state": call.state.value,
        "note": call.note,
        "requested_at": rfc3339(call.requested_at_ms),
        "muted": call.muted,
        "hidden": call.hidden,
    }
    more = {"position": position, "slot": call.slot, "until": rfc3339(call.until_ms), "reason": call.reason}
    return view | {name: value for name, value in more.items() if value is not None}


async def full_view(tx: Transaction, call: Call) -> dict[str, Any]:
    return call_view(call, await tx.people.get(call.person), await tx.calls.position(call))


def stage_entry(call: Call, person: Person) -> dict[str, Any]:
    return {
        "slot": call.slot,
        "user": {"id": person.id, "display_name": person.display_name},
        "state": "live" if call.lost_at_ms is None else "lost",
        "muted": call.muted,
        "hidden": False,
        "since": rfc3339(call.shown_at_ms),
        "until": rfc3339(call.until_ms),
    }


def stage_view(calls: Iterable[Call], people: Mapping[PersonId, Person], desk: CallDesk) -> dict[str, Any]:
    """Those whom the audience sees, and who may ask to come."""
    slots = [stage_entry(call, people[call.person]) for call in calls if call.seen]
    return {"slots": slots, "version": desk.version, "who": desk.who.value}


def rules_view(desk: CallDesk, minutes: int) -> dict[str, Any]:
    return {"who": desk.who.value, "minutes": desk.minutes or minutes, "delay_s": desk.delay_s}
