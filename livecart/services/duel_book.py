"""The one place where a duel changes: its row, and what both hosts and both rooms are told in the same commit."""

from __future__ import annotations

from typing import Any

from livecart.domain.duel import Duel, DuelState
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId
from livecart.services.duel_views import duel_view
from livecart.services.ports import Clock
from livecart.services.store import Transaction

# To both hosts: what becomes of an invitation. To both rooms: what becomes of a duel that has begun.
TOLD_HOSTS, TOLD_ROOMS = "duel.invite", "duel.state"
SCORE = "duel.score"
_OF_HOSTS = frozenset(
    {DuelState.INVITED, DuelState.RUNNING, DuelState.DECLINED, DuelState.CANCELLED, DuelState.EXPIRED}
)


class DuelBook:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def enter(self, tx: Transaction, duel: Duel) -> dict[str, Any]:
        """An invitation that is new; answers its view."""
        await tx.duels.add(duel)
        return await self._tell(tx, duel)

    async def change(self, tx: Transaction, duel: Duel) -> dict[str, Any]:
        """It has become this; answers its view. Both desks were locked before it was read."""
        await tx.duels.save(duel)
        return await self._tell(tx, duel)

    async def _tell(self, tx: Transaction, duel: Duel) -> dict[str, Any]:
        view = await duel_view(tx, duel)
        now_ms, number = self._clock.now_ms(), f"{duel.id}:{duel.version}"
        events = []
        for side in duel.sides:
            if duel.started_at_ms is not None:
                name = EventId(f"{TOLD_ROOMS}:{number}:{side.show}")
                events.append(ShowEvent(name, side.show, TOLD_ROOMS, {"duel": view}, now_ms))
            if duel.state in _OF_HOSTS:
                name = EventId(f"{TOLD_HOSTS}:{number}:{side.show}")
                events.append(ShowEvent(name, side.show, TOLD_HOSTS, {"duel": view}, now_ms, side.host))
        await tx.outbox.add(*events)
        return view
