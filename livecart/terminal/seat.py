"""One client's seat in a show: what it has heard, and how it comes back to exactly what it missed. No sockets in here.

The same rules as web/src/core/session.ts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Event = list[Any]

BACKOFF_BASE_S = 0.5
BACKOFF_CAP_S = 15.0
# More than any snapshot holds.
LINES_KEPT = 1_000


class Entry(StrEnum):
    """How a join went: for the first time, back with nothing missed, or back with something lost for good."""

    NEW = "new"
    BACK = "back"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Heard:
    """Events in order, each once. `missing`: then came one that does not follow; join again to get what is between."""

    events: list[Event]
    missing: bool = False


class Seat:
    def __init__(self, show: str) -> None:
        self._show = show
        self._epoch: str | None = None
        self._seq = 0
        self._lines: dict[str, None] = {}
        self._attempt = 0

    def join(self) -> dict[str, Any]:
        """What `show.join` is to be asked with."""
        if self._epoch is None:
            return {"show": self._show}
        return {"show": self._show, "epoch": self._epoch, "after": self._seq}

    def enter(self, ok: dict[str, Any]) -> tuple[Entry, list[Event]]:
        """The answer to `join`: how it went, and what is to be told. A snapshot tells the lines not heard yet."""
        was_here = self._epoch is not None
        self._epoch, self._attempt = ok["epoch"], 0
        if "events" in ok:
            told = self._taken(ok["events"])
            self._seq = ok["seq"]
            return Entry.BACK, told.events
        self._seq = ok["seq"]
        lines = [[None, "chat", line, line["at_ms"]] for line in ok["chat"] if self.note(line["id"])]
        return Entry.GAP if was_here else Entry.NEW, lines

    def take(self, events: Iterable[Event]) -> Heard:
        return self._taken(events)

    def note(self, line: str) -> bool:
        """Whether this line of chat was not told before."""
        if line in self._lines:
            return False
        self._lines[line] = None
        if len(self._lines) > LINES_KEPT:
            del self._lines[next(iter(self._lines))]
        return True

    def delay_s(self, random: float) -> float:
        """How long to wait before the next attempt, doubling; half of it is random (0 to 1), so that no crowd comes."""
        full = min(BACKOFF_CAP_S, BACKOFF_BASE_S * float(1 << min(self._attempt, 30)))
        self._attempt += 1
        return full / 2 + full / 2 * random

    def _taken(self, events: Iterable[Event]) -> Heard:
        fresh: list[Event] = []
        for event in events:
            seq, kind, data = event[0], event[1], event[2]
            skipped = kind == "skipped"
            first, last = (data["from"], data["to"]) if skipped else (seq, seq)
            if last is not None:
                if last <= self._seq:
                    continue
                if first > self._seq + 1:
                    return Heard(fresh, missing=True)
                self._seq = last
            if kind != "chat" or self.note(data["id"]):
                fresh.append(event)
        return Heard(fresh)
