"""Mutes, bans from shows, warnings, stops and assistants as the plain values that both edges send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from livecart.domain.interventions import ClosedProduct, HostWarning, ShowStop
from livecart.domain.people import Person
from livecart.domain.sanctions import Sanction
from livecart.domain.staffing import ALL_SHOWS, Appointment, Duty
from livecart.services.views import person_view, rfc3339


def sanction_view(sanction: Sanction, person: Person, by: Person | None) -> dict[str, Any]:
    """`show` null: everywhere; `until` null: for good. `by` is left out of what the person himself is told."""
    return {
        "id": sanction.id,
        "kind": sanction.kind.value,
        "user": person_view(person),
        "show": sanction.show,
        "by": None if by is None else person_view(by),
        "reason": sanction.reason,
        "at": rfc3339(sanction.at_ms),
        "until": rfc3339(sanction.until_ms),
    }


def muted_view(person: Person, mute: Sanction | None, *, told: bool) -> dict[str, Any]:
    """The event `user.muted`: how it is from now on. `told`: with the reason, which is for the person alone."""
    return {
        "user": person_view(person),
        "muted": mute is not None,
        "everywhere": mute is not None and mute.show is None,
        "until": None if mute is None else rfc3339(mute.until_ms),
        "reason": mute.reason if told and mute is not None else None,
    }


def own_mute_view(mute: Sanction | None) -> dict[str, Any] | None:
    if mute is None:
        return None
    return {"everywhere": mute.show is None, "until": rfc3339(mute.until_ms), "reason": mute.reason}


def warning_view(warning: HostWarning) -> dict[str, Any]:
    """Without who gave it: his office is what counts."""
    return {
        "id": warning.id,
        "show": warning.show,
        "code": warning.code,
        "text": warning.text,
        "at": rfc3339(warning.at_ms),
        "deadline": rfc3339(warning.deadline_ms),
        "acknowledged_at": rfc3339(warning.acknowledged_at_ms),
        "withdrawn_at": rfc3339(warning.withdrawn_at_ms),
    }


def stop_view(stop: ShowStop) -> dict[str, Any]:
    return {"show": stop.show, "code": stop.code, "reason": stop.reason, "at": rfc3339(stop.at_ms)}


def closed_view(closed: ClosedProduct) -> dict[str, Any]:
    return {
        "show": closed.show,
        "product": closed.product,
        "code": closed.code,
        "reason": closed.reason,
        "at": rfc3339(closed.at_ms),
    }


def assistant_view(appointment: Appointment, person: Person) -> dict[str, Any]:
    return {
        "user": person_view(person),
        "permissions": duty_names(appointment.duties),
        "all_shows": appointment.scope == ALL_SHOWS,
        "at": rfc3339(appointment.at_ms),
    }


def duty_names(duties: Iterable[Duty]) -> list[str]:
    return sorted(duty.value for duty in duties)
