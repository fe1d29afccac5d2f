"""A duel: two hosts of two live shows stand side by side for some minutes, and their audiences' likes are the score.

Who invited is at home, who was invited is away. The clock is the server's; when it has run out both stay a while.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import DuelId, PersonId, ShowId

MINUTES_MAX = 30
# Likes are gathered for a second before they are counted: those of the last second are still on their way.
COUNTING_MS = 1_500


class DuelState(StrEnum):
    INVITED = "invited"
    RUNNING = "running"
    # The score stands; both hosts are still together.
    AFTER = "after"
    ENDED = "ended"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class DuelStep(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    EXPIRE = "expire"
    TIME_UP = "time_up"
    END = "end"


TRANSITIONS: dict[DuelState, dict[DuelStep, DuelState]] = {
    DuelState.INVITED: {
        DuelStep.ACCEPT: DuelState.RUNNING,
        DuelStep.DECLINE: DuelState.DECLINED,
        DuelStep.CANCEL: DuelState.CANCELLED,
        DuelStep.EXPIRE: DuelState.EXPIRED,
    },
    DuelState.RUNNING: {DuelStep.TIME_UP: DuelState.AFTER, DuelStep.END: DuelState.ENDED},
    DuelState.AFTER: {DuelStep.EXPIRE: DuelState.ENDED, DuelStep.END: DuelState.ENDED},
    DuelState.ENDED: {},
    DuelState.DECLINED: {},
    DuelState.CANCELLED: {},
    DuelState.EXPIRED: {},
}

OPEN = tuple(state for state, steps in TRANSITIONS.items() if steps)
TOGETHER = (DuelState.RUNNING, DuelState.AFTER)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `slot`: where the other host is seen in this show. `lost`: nothing comes of this host now."""

    show: ShowId
    host: PersonId
    slot: int | None = None
    score: int = 0
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Duel:
    """`until_ms`: when its state runs out. `decided_at_ms`: when the clock had run out; None if it was ended before.

    `version` counts changes.
    """

    id: DuelId
    home: Side
    away: Side
    state: DuelState
    minutes: int
    invited_at_ms: int
    changed_at_ms: int
    until_ms: int | None = None
    started_at_ms: int | None = None
    decided_at_ms: int | None = None
    reason: str | None = None
    version: int = 1

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.home, self.away

    @property
    def together(self) -> bool:
        """Whether both audiences see both."""
        return self.state in TOGETHER

    @property
    def winner(self) -> ShowId | None:
        """The show with more likes once the clock has run out; None before, and for a draw."""
        if self.decided_at_ms is None or self.home.score == self.away.score:
            return None
        return max(self.sides, key=lambda side: side.score).show

    def side(self, show: ShowId) -> Side:
        return self.home if self.home.show == show else self.away

    def other(self, show: ShowId) -> Side:
        return self.away if self.home.show == show else self.home

    def advance(self, step: DuelStep, now_ms: int, *, until_ms: int | None = None, reason: str | None = None) -> Duel:
        """The duel after `step`; raises ConflictError `duel_state` if its state has no such step."""
        state = TRANSITIONS[self.state].get(step)
        if state is None:
            raise ConflictError(f"a duel that is {self.state} cannot take '{step}'", code="duel_state")
        return self.changed(now_ms, state=state, until_ms=until_ms, reason=reason)

    def accepted(self, home_slot: int, away_slot: int, now_ms: int) -> Duel:
        """The clock starts."""
        duel = self.advance(DuelStep.ACCEPT, now_ms, until_ms=now_ms + self.minutes * 60_000)
        sides = {"home": replace(self.home, slot=home_slot), "away": replace(self.away, slot=away_slot)}
        return replace(duel, started_at_ms=now_ms, **sides)  # type: ignore[arg-type]

    def due(self, now_ms: int, after_ms: int) -> Duel | None:
        """What the clock makes of it; None if nothing yet."""
        if self.until_ms is None:
            return None
        if self.state is DuelState.RUNNING:
            if now_ms < self.until_ms + COUNTING_MS:
                return None
            duel = self.advance(DuelStep.TIME_UP, now_ms, until_ms=self.until_ms + after_ms)
            return replace(duel, decided_at_ms=self.until_ms)
        if now_ms < self.until_ms:
            return None
        return self.advance(DuelStep.EXPIRE, now_ms, reason="time_up")

    def counted(self, home: int, away: int) -> Duel:
        """With a new score, which only grows and is no change of its own; nothing is counted once it is decided."""
        if self.state is not DuelState.RUNNING:
            return self
        return replace(
            self,
            home=replace(self.home, score=max(self.home.score, home)),
            away=replace(self.away, score=max(self.away.score, away)),
        )

    def seen(self, now_ms: int, *, home_lost: bool, away_lost: bool) -> Duel:
        """Whose pictures come; itself if nothing has changed."""
        if (self.home.lost, self.away.lost) == (home_lost, away_lost):
            return self
        sides = {"home": replace(self.home, lost=home_lost), "away": replace(self.away, lost=away_lost)}
        return self.changed(now_ms, **sides)

    def changed(self, now_ms: int, **values: object) -> Duel:
        return replace(self, changed_at_ms=now_ms, version=self.version + 1, **values)  # type: ignore[arg-type]


class Inviters(StrEnum):
    """From whom a host takes invitations."""

    OFF = "off"
    # Whom he follows himself.
    FOLLOWING = "following"
    EVERYONE = "everyone"


def check_minutes(minutes: int) -> int:
    """Raises InvalidError."""
    if type(minutes) is not int or not 1 <= minutes <= MINUTES_MAX:
        raise InvalidError("the duel's time is not valid", fields={"minutes": f"1 to {MINUTES_MAX}"})
    return minutes
