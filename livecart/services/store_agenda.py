"""The agenda as SQL tells it: which of the things that are done by the clock there are to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Task(StrEnum):
    """What the clock does about one kind of rows."""

    CHAT = "chat"
    RESERVATIONS = "reservations"
    BANS = "bans"
    SANCTIONS = "sanctions"
    WARNINGS = "warnings"
    CLOSURES = "closures"
    SHOWS = "shows"
    WALL = "wall"
    CALLS = "calls"
    CALL_QUEUES = "call_queues"
    DUELS = "duels"
    PACKETS = "packets"
    GIFTS = "gifts"
    WAITLISTS = "waitlists"
    REFUNDS = "refunds"
    REMINDERS = "reminders"


class Agenda(Protocol):
    async def due(self, now_ms: int) -> frozenset[Task]:
        """What there is to do now, and perhaps something in vain."""
        ...
