"""A call-in: somebody of the audience asks to speak, or is asked to, and comes on stage for some minutes.

On stage he has one of three slots, from the acceptance on; the audience sees and hears him when he is live.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import CallId, PersonId, ShowId
from livecart.domain.text import check_text

# Slot 0 is the host's.
SLOTS = (1, 2, 3)
NOTE_MAX = 200
REASON_MAX = 200
MINUTES_MAX, DELAY_MAX_S = 240, 60


class CallState(StrEnum):
    REQUESTED = "requested"
    INVITED = "invited"
    # He has so long to come with camera or microphone.
    ACCEPTED = "accepted"
    # In the green room: the stage sees and hears him, the audience does not.
    GREEN = "green"
    LIVE = "live"
    ENDED = "ended"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CallStep(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    # His media is there, or is there anew.
    ARRIVE = "arrive"
    ADMIT = "admit"
    EXPIRE = "expire"
    END = "end"


_ENDS = {CallStep.END: CallState.ENDED}
TRANSITIONS: dict[CallState, dict[CallStep, CallState]] = {
    CallState.REQUESTED: {
        CallStep.ACCEPT: CallState.ACCEPTED,
        CallStep.DECLINE: CallState.DECLINED,
        CallStep.CANCEL: CallState.CANCELLED,
        **_ENDS,
    },
    CallState.INVITED: {
        CallStep.ACCEPT: CallState.ACCEPTED,
        CallStep.DECLINE: CallState.DECLINED,
        CallStep.CANCEL: CallState.CANCELLED,
        CallStep.EXPIRE: CallState.EXPIRED,
        **_ENDS,
    },
    CallState.ACCEPTED: {
        CallStep.ARRIVE: CallState.GREEN,
        CallStep.CANCEL: CallState.CANCELLED,
        CallStep.EXPIRE: CallState.EXPIRED,
        **_ENDS,
    },
    CallState.GREEN: {
        CallStep.ARRIVE: CallState.GREEN,
        CallStep.ADMIT: CallState.LIVE,
        CallStep.CANCEL: CallState.CANCELLED,
        CallStep.EXPIRE: CallState.EXPIRED,
        **_ENDS,
    },
    CallState.LIVE: {
        CallStep.ARRIVE: CallState.LIVE,
        CallStep.CANCEL: CallState.ENDED,
        CallStep.EXPIRE: CallState.ENDED,
        **_ENDS,
    },
    CallState.ENDED: {},
    CallState.DECLINED: {},
    CallState.CANCELLED: {},
    CallState.EXPIRED: {},
}

OPEN = tuple(state for state, steps in TRANSITIONS.items() if steps)
ON_STAGE = (CallState.ACCEPTED, CallState.GREEN, CallState.LIVE)
ON_AIR = (CallState.GREEN, CallState.LIVE)


@dataclass(frozen=True, slots=True)
class Call:
    """`until_ms`: when its state runs out. `shown`: the delay before the audience sees him is over.

    `media_at_ms`: when he last began to publish, `lost_at_ms`: since when nothing comes of it. `publications` counts
    the publish tokens that were used: the next one has the next number. `version` counts changes.
    """

    id: CallId
    show: ShowId
    person: PersonId
    state: CallState
    note: str
    requested_at_ms: int
    changed_at_ms: int
    until_ms: int | None = None
    slot: int | None = None
    muted: bool = False
    hidden: bool = False
    shown: bool = False
    shown_at_ms: int | None = None
    media_at_ms: int | None = None
    lost_at_ms: int | None = None
    publications: int = 0
    reason: str | None = None
    version: int = 1

    @property
    def on_stage(self) -> bool:
        return self.state in ON_STAGE

    @property
    def seen(self) -> bool:
        """Whether the audience gets his picture and his sound."""
        return self.state is CallState.LIVE and self.shown and not self.hidden

    def advance(self, step: CallStep, now_ms: int, *, until_ms: int | None = None, reason: str | None = None) -> Call:
        """The call after `step`; raises ConflictError `call_state` if its state has no such step."""
        state = TRANSITIONS[self.state].get(step)
        if state is None:
            raise ConflictError(f"a call that is {self.state} cannot take '{step}'", code="call_state")
        slot = self.slot if state in ON_STAGE else None
        return self.changed(now_ms, state=state, until_ms=until_ms, slot=slot, reason=reason)

    def accepted(self, slot: int, now_ms: int, until_ms: int) -> Call:
        return replace(self.advance(CallStep.ACCEPT, now_ms, until_ms=until_ms), slot=slot)

    def arrived(self, now_ms: int, green_ms: int) -> Call:
        """His media was answered; who is live already stays live, for as long as he had."""
        until_ms = self.until_ms if self.state is CallState.LIVE else now_ms + green_ms
        return replace(self.advance(CallStep.ARRIVE, now_ms, until_ms=until_ms), media_at_ms=now_ms, lost_at_ms=None)

    def admitted(self, now_ms: int, *, minutes: int, delay_s: int) -> Call:
        shown_at_ms = now_ms + delay_s * 1000
        call = self.advance(CallStep.ADMIT, now_ms, until_ms=shown_at_ms + minutes * 60_000)
        return replace(call, shown=delay_s == 0, shown_at_ms=shown_at_ms)

    def require_on_stage(self) -> Call:
        """Raises ConflictError `call_state`."""
        if not self.on_stage:
            raise ConflictError(f"a call that is {self.state} is not on stage", code="call_state")
        return self

    def changed(self, now_ms: int, **values: object) -> Call:
        return replace(self, changed_at_ms=now_ms, version=self.version + 1, **values)  # type: ignore[arg-type]


class Callers(StrEnum):
    """Who may ask to come on stage."""

    OFF = "off"
    FOLLOWERS = "followers"
    BUYERS = "buyers"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class CallDesk:
    """A show's rules of calls. `version` is that of the stage as everybody sees it.

    `told_at_ms`: when the staff was last told of the queue; `untold`: something has happened to it since.
    """

    who: Callers = Callers.EVERYONE
    minutes: int | None = None
    delay_s: int = 0
    version: int = 0
    told_at_ms: int = 0
    untold: bool = False

    def ruled(self, who: Callers, minutes: int, delay_s: int) -> CallDesk:
        """Raises InvalidError."""
        faults = {}
        if type(minutes) is not int or not 1 <= minutes <= MINUTES_MAX:
            faults["minutes"] = f"1 to {MINUTES_MAX}"
        if type(delay_s) is not int or not 0 <= delay_s <= DELAY_MAX_S:
            faults["delay_s"] = f"0 to {DELAY_MAX_S}"
        if faults:
            raise InvalidError("the rules are not valid", fields=faults)
        return replace(self, who=who, minutes=minutes, delay_s=delay_s)


def free_slot(calls: Iterable[Call], guest: int | None = None) -> int:
    """The first slot that none of these calls has, nor the guest host. Raises ConflictError `stage_full`."""
    taken = _taken(calls) | {guest}
    free = next((slot for slot in SLOTS if slot not in taken), None)
    if free is None:
        raise ConflictError("all places on stage are taken", code="stage_full")
    return free


def guest_slot(calls: Iterable[Call]) -> int:
    """Where the host of another show is seen: the last slot that no caller has. Raises ConflictError `stage_full`."""
    taken = _taken(calls)
    free = next((slot for slot in reversed(SLOTS) if slot not in taken), None)
    if free is None:
        raise ConflictError("all places on stage are taken", code="stage_full")
    return free


def _taken(calls: Iterable[Call]) -> set[int | None]:
    return {call.slot for call in calls if call.on_stage}


def check_note(note: str | None) -> str:
    """Returns the cleaned note, empty for none; raises InvalidError."""
    return check_text("note", note or "", 0, NOTE_MAX)


def check_reason(reason: str | None) -> str | None:
    """Returns the cleaned reason; raises InvalidError."""
    return check_text("reason", reason, 0, REASON_MAX) or None if reason else None
