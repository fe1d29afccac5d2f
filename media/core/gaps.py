"""What is missing of one incoming stream, and when to ask its sender for it again (RFC 4585 section 6.2.1).

A gap is asked for when it has outlived ordinary reordering, then once in each round trip, until it is
filled, too old to be shown, or hopeless. The round trip is learned from how long a repair takes: a relay
sends nothing that a publisher would report on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from media.core.mapping import MAX_BACKWARD, MAX_FORWARD
from media.core.rtp import sequence_delta

REORDER_S = 0.01
FIRST_RTT_S = 0.1
MIN_RETRY_S = 0.02
MAX_RETRY_S = 0.5
MARGIN_S = 0.005  # jitter of the answer
MAX_TRIES = 10
MAX_AGE_S = 1.0  # a viewer has asked for a key frame by then
MAX_MISSING = 256  # more at once is an outage: a key frame costs less
MAX_BEHIND = MAX_BACKWARD - 12  # what the mapping still takes for late and not for a restart


class Arrival(StrEnum):
    """What a packet is to its stream."""

    NEW = "new"
    LATE = "late"
    REPEATED = "repeated"


@dataclass(slots=True)
class _Gap:
    since: float
    due: float
    tries: int = 0


class Gaps:
    """Follows one SSRC. `given_up` counts packets that will never come."""

    def __init__(self) -> None:
        self.given_up = 0
        self._highest: int | None = None
        self._missing: dict[int, _Gap] = {}
        self._stray: int | None = None
        self._rtt_s = FIRST_RTT_S

    @property
    def rtt_s(self) -> float:
        """The round trip to the sender, smoothed."""
        return self._rtt_s

    def packet(self, sequence: int, now: float) -> Arrival:
        """A packet has come, first or again. `NEW` includes strays and restarts, which the mapping judges."""
        if self._highest is None:
            self._highest = sequence
            return Arrival.NEW
        ahead = sequence_delta(sequence, self._highest & 0xFFFF)
        if not -MAX_BACKWARD <= ahead <= MAX_FORWARD:
            self._far(sequence)
            return Arrival.NEW
        self._stray = None
        number = self._highest + ahead
        if ahead > 0:
            self._advance(number, now)
            return Arrival.NEW
        return Arrival.LATE if self._fill(number, now) else Arrival.REPEATED

    def fill(self, sequence: int, now: float) -> bool:
        """A retransmission has come: whether its original was missing."""
        if self._highest is None:
            return False
        return self._fill(self._highest + sequence_delta(sequence, self._highest & 0xFFFF), now)

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now, in order."""
        if not self._missing:
            return []
        asked = []
        for number, gap in list(self._missing.items()):
            if gap.tries >= MAX_TRIES or now - gap.since > MAX_AGE_S:
                if gap.due <= now:
                    self._give_up(number)
            elif gap.due <= now:
                gap.tries += 1
                gap.due = now + min(max(self._rtt_s + MARGIN_S, MIN_RETRY_S), MAX_RETRY_S)
                asked.append(number & 0xFFFF)
        return asked

    def deadline(self) -> float | None:
        """When `due` has something to say; None while nothing is missing."""
        return min((gap.due for gap in self._missing.values()), default=None)

    def _advance(self, number: int, now: float) -> None:
        assert self._highest is not None
        skipped = range(self._highest + 1, number)
        self._highest = number
        if len(skipped) + len(self._missing) > MAX_MISSING:
            self.given_up += len(skipped) + len(self._missing)
            self._missing.clear()
            return
        for each in skipped:
            self._missing[each] = _Gap(now, now + REORDER_S)
        while self._missing and (first := next(iter(self._missing))) < number - MAX_BEHIND:
            self._give_up(first)

    def _far(self, sequence: int) -> None:
        """As the mapping: one packet far away is a stray, two in a row are a sender that began anew."""
        if self._stray == sequence:
            self._highest, self._stray = sequence, None
            self._missing.clear()
        else:
            self._stray = (sequence + 1) & 0xFFFF

    def _give_up(self, number: int) -> None:
        del self._missing[number]
        self.given_up += 1

    def _fill(self, number: int, now: float) -> bool:
        gap = self._missing.pop(number, None)
        if gap is not None:
            self._learn(gap, now)
        return gap is not None

    def _learn(self, gap: _Gap, now: float) -> None:
        """Time from the first request to the repair. After several requests it is too long a guess, which
        counts only where it corrects one that is too short."""
        if gap.tries == 0:
            return  # merely reordered
        measured = now - gap.since - REORDER_S
        if gap.tries == 1:
            self._rtt_s += (measured - self._rtt_s) / 4
        elif measured > self._rtt_s:
            self._rtt_s += (min(measured, MAX_RETRY_S) - self._rtt_s) / 8
