"""What a show tells the people in it. The wire form of each type's data is in docs/protocol.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.ids import EventId, PersonId, ShowId

# A line of chat is published by whoever kept it; the relay only looks after what was left behind.
CHAT = "chat"
# For the host and moderators in the room. What they tell is rebuilt from SQL, so they are in no log that others read.
HELD, HELD_DECIDED = "held", "held.decided"
CALL_REQUESTED = "call.requested"
STAFF_EVENTS = frozenset({HELD, HELD_DECIDED, CALL_REQUESTED})
# To every process, and from none of them to a client: a word list has changed.
LISTS_CHANGED = "lists.changed"


@dataclass(frozen=True, slots=True)
class ShowEvent:
    """One piece of news before it has a number. Publishing the same `id` again changes nothing.

    With `person` it goes to that person alone, in whatever show, and gets no number, nor does what is for the staff;
    otherwise `show` names the log.
    """

    id: EventId
    show: ShowId | None
    type: str
    data: Mapping[str, Any]
    at_ms: int
    person: PersonId | None = None

    @property
    def numbered(self) -> bool:
        """Whether it stands in a show's log."""
        return self.show is not None and self.person is None and self.type not in STAFF_EVENTS


@dataclass(frozen=True, slots=True)
class LogPosition:
    """The number of the newest event: `seq` is gap-free within `epoch`, and a lost log starts a new epoch."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """One entry as it stands in the log."""

    position: LogPosition
    event: ShowEvent
