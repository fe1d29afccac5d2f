"""What a show tells the people in it. The wire form of each type's data is in docs/protocol.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.staffing import Duty

# A line of chat is published by whoever kept it; the relay only looks after what was left behind.
CHAT = "chat"
# For the host and moderators in the room. What they tell is rebuilt from SQL, so they are in no log that others read.
HELD, HELD_DECIDED = "held", "held.decided"
CALL_REQUESTED = "call.requested"
# And the duty of those who hear it.
STAFF_EVENTS = {HELD: Duty.HELD, HELD_DECIDED: Duty.HELD, CALL_REQUESTED: Duty.CALLS}
# To moderators at their desks, whatever show it is about: what has changed in the desk's lists.
DESK_NEWS = "desk.news"
# To whoever reported something: what became of it.
REPORT = "report"
# To every process, and from none of them to a client: a word list has changed.
LISTS_CHANGED = "lists.changed"
# The same: somebody was muted, banned from a show, or appointed; or that has ended.
STANDINGS_CHANGED = "standings.changed"
# To a room and to the person, to the host alone, to an assistant alone.
USER_MUTED, HOST_WARNED, SHOW_STOPPED, DUTIES_CHANGED = "user.muted", "host.warned", "show.stopped", "you.duties"
# The same, and it names the person: look at his sessions again. It says nothing else, so that whoever can forge it ends
# nobody's session.
SESSIONS_CHANGED = "sessions.changed"
FOR_PROCESSES = frozenset({LISTS_CHANGED, STANDINGS_CHANGED, SESSIONS_CHANGED})


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

    @property
    def personal(self) -> bool:
        """Whether a person is told, who asks for it when he comes back. The desk's news is about somebody else."""
        return self.person is not None and self.type not in FOR_PROCESSES and self.type != DESK_NEWS


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
