"""The session of one socket as a pure machine: new → joined → left. The shell feeds it and does what it answers.

It knows the order of things (no chat before a join), how often a client may speak, when it was last heard, and when its
log-in runs out. It does not know sockets, bytes or use cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from livecart.domain.errors import InvalidError, LimitedError, LivecartError
from livecart.domain.limits import Rate, take
from signaling.desk_messages import DeskJoin, DeskLeave
from signaling.errors import CloseCode, already_joined, not_joined
from signaling.messages import Like, Ping, ProductShow, Request, ShowJoin, ShowLeave
from signaling.sale_requests import OrderPlace

SILENT_MS = 90_000
# Half the time that a silent socket lives: a browser answers the ping by itself.
PROBE_MS = SILENT_MS // 2
STRIKES = 3
# One burst is one strike, however many messages it had too many.
STRIKE_EVERY_MS = 1_000
FORGIVEN_MS = 60_000


class State(StrEnum):
    NEW = "new"
    JOINED = "joined"
    LEFT = "left"


class Step(StrEnum):
    JOIN = "join"
    LEAVE = "leave"
    END = "end"


TRANSITIONS: dict[State, dict[Step, State]] = {
    State.NEW: {Step.JOIN: State.JOINED, Step.END: State.LEFT},
    State.JOINED: {Step.LEAVE: State.NEW, Step.END: State.LEFT},
    State.LEFT: {},
}


class IllegalStep(Exception):  # noqa: N818 -- a fault of the shell, never of the client
    """The shell told the machine something that cannot happen in its state."""


# ---- what the shell tells


@dataclass(frozen=True, slots=True)
class Received:
    """A request was decoded."""

    request: Request


@dataclass(frozen=True, slots=True)
class Malformed:
    """A frame was decodable, but no request of ours."""

    re: int | None
    error: LivecartError


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A frame was of the wrong kind or not decodable at all."""

    code: CloseCode


@dataclass(frozen=True, slots=True)
class Heard:
    """A ping or pong frame came. These count against the rate too, or a flood of them would be free."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """A use case went through: the socket is in a show now, or no longer."""

    step: Step


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went by."""


Event = Received | Malformed | Undecodable | Heard | Stepped | Tick


# ---- what the shell is to do


@dataclass(frozen=True, slots=True)
class Run:
    request: Request


@dataclass(frozen=True, slots=True)
class Refuse:
    re: int | None
    error: LivecartError


@dataclass(frozen=True, slots=True)
class Probe:
    """Send a ping frame."""


@dataclass(frozen=True, slots=True)
class Close:
    code: CloseCode


Output = Run | Refuse | Probe | Close


class Session:
    """`handle` answers what to do, in order; after a Close it answers nothing more."""

    def __init__(self, now_ms: int, rate: Rate | None, expires_at_ms: int | None = None) -> None:
        self.state = State.NEW
        self._rate = rate
        self._rate_state: float | None = None
        self._strikes = 0
        self._struck_at_ms = now_ms
        self._heard_at_ms = now_ms
        self._probed = False
        # None for a guest.
        self._expires_at_ms = expires_at_ms

    def deadline_ms(self) -> int:
        """When a Tick will next answer something."""
        due_ms = self._heard_at_ms + (SILENT_MS if self._probed else PROBE_MS)
        return due_ms if self._expires_at_ms is None else min(due_ms, self._expires_at_ms)

    def handle(self, event: Event, now_ms: int) -> list[Output]:
        if self.state is State.LEFT:
            return []
        if self._expires_at_ms is not None and now_ms >= self._expires_at_ms:
            return self._end(CloseCode.EXPIRED)
        match event:
            case Received(request):
                return self._heard(now_ms, request.id) or [self._judge(request)]
            case Malformed(re, error):
                return self._heard(now_ms, re) or [Refuse(re, error)]
            case Undecodable(code):
                return self._end(code)
            case Heard():
                return [output for output in self._heard(now_ms, None) if isinstance(output, Close)]
            case Stepped(step):
                self._advance(step)
                return []
            case Tick():
                return self._tick(now_ms)
            case _:
                assert_never(event)

    def _judge(self, request: Request) -> Output:
        joined = self.state is State.JOINED
        match request.body:
            case ShowJoin() if joined:
                return Refuse(request.id, already_joined())
            case ShowJoin(epoch=epoch, after=after) if (epoch is None) != (after is None):
                return Refuse(request.id, InvalidError("epoch and after go together"))
            case ShowJoin() | DeskJoin() | DeskLeave() | Ping():
                return Run(request)
            case ShowLeave() | ProductShow() | OrderPlace() | Like() | _ if joined:
                return Run(request)
            case _:
                return Refuse(request.id, not_joined())

    def _heard(self, now_ms: int, re: int | None) -> list[Output]:
        """Counts one frame; answers nothing while the client keeps within its rate."""
        self._heard_at_ms = now_ms
        self._probed = False
        if self._rate is None:
            return []
        taken = take(self._rate_state, self._rate, now_ms)
        self._rate_state = taken.state
        if not taken.retry_after_ms:
            return []
        since_ms = now_ms - self._struck_at_ms
        if since_ms >= FORGIVEN_MS:
            self._strikes = 0
        if self._strikes == 0 or since_ms >= STRIKE_EVERY_MS:
            self._strikes += 1
            self._struck_at_ms = now_ms
        if self._strikes >= STRIKES:
            return self._end(CloseCode.FLOOD)
        return [Refuse(re, LimitedError("too many messages", retry_after_ms=taken.retry_after_ms))]

    def _tick(self, now_ms: int) -> list[Output]:
        silent_ms = now_ms - self._heard_at_ms
        if silent_ms >= SILENT_MS:
            return self._end(CloseCode.SILENT)
        if silent_ms >= PROBE_MS and not self._probed:
            self._probed = True
            return [Probe()]
        return []

    def _end(self, code: CloseCode) -> list[Output]:
        self._advance(Step.END)
        return [Close(code)]

    def _advance(self, step: Step) -> None:
        try:
            self.state = TRANSITIONS[self.state][step]
        except KeyError:
            raise IllegalStep(f"a session that is {self.state} cannot {step}") from None
