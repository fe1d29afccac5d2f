"""Duels as plain values, the same for both rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livecart.domain.duel import Duel, DuelState, Side
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person
from livecart.domain.show import Show
from livecart.services.store import Transaction
from livecart.services.views import person_view, rfc3339


async def duel_view(tx: Transaction, duel: Duel) -> dict[str, Any]:
    """`winner` once the clock has run out: the show's id, or null for a draw."""
    people = await tx.people.many([side.host for side in duel.sides])
    titles = {side.show: (await tx.shows.get(side.show)).title for side in duel.sides}
    view: dict[str, Any] = {
        "id": duel.id,
        "state": duel.state.value,
        "minutes": duel.minutes,
        "home": _side_view(duel.home, people, titles),
        "away": _side_view(duel.away, people, titles),
        "decided": duel.decided_at_ms is not None,
        "winner": duel.winner,
        "version": duel.version,
    }
    more = {
        "started_at": rfc3339(duel.started_at_ms),
        "until": rfc3339(duel.until_ms if duel.state is not DuelState.ENDED else None),
        "reason": duel.reason,
    }
    return view | {name: value for name, value in more.items() if value is not None}


def _side_view(side: Side, people: Mapping[PersonId, Person], titles: Mapping[ShowId, str]) -> dict[str, Any]:
    return {
        "show": side.show,
        "title": titles[side.show],
        "user": person_view(people[side.host]),
        "slot": side.slot,
        "score": side.score,
        "lost": side.lost,
    }


def score_view(duel: Duel) -> dict[str, Any]:
    return {"duel": duel.id, "home": duel.home.score, "away": duel.away.score}


def host_view(show: Show, host: Person, viewers: int) -> dict[str, Any]:
    """A show that could be met."""
    return {"show": show.id, "title": show.title, "user": person_view(host), "viewers": viewers}
