"""What a publisher is told: receiver reports, the operator's cap as REMB, when packets arrived, what is
missing, key frames wanted.

Its bit rate follows from the arrival times, up to the cap. Chromium starts at 300 kbit/s and believes REMB
at once during its first two seconds, so the first ones go out early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from media.core import rtcp
from media.core.allowance import Allowance
from media.core.gaps import Gaps
from media.core.reception import Reception
from media.core.transport_cc import Arrivals
from media.counters import Counters
from media.tracks import Origin

REPORT_S = 1.0
POLICED_ABOVE = 2  # times the cap
POLICED_S = 2.0  # over this time: a key frame is a burst
EARLY_S = 5.0  # while a session is this young it gets a report with every tick
MIN_WAIT_S = 0.002

Clock = Callable[[], float]
Later = Callable[[float, Callable[[], None]], object]


@dataclass(slots=True, eq=False)
class Stream:
    """One incoming SSRC that feeds a track; `gaps` is None where loss may not be reported."""

    ssrc: int
    origin: Origin
    payload_type: int
    reception: Reception
    gaps: Gaps | None
    last: float
    octets: int = 0


class Sender(Protocol):
    """Who the feedback goes to."""

    born: float

    def send_rtcp(self, compound: bytes) -> None:
        """Send a compound, or nothing while there is no connection."""


class Feedback:
    """One publisher's feedback. `hopeless` is called when packets were given up: only a key frame helps."""

    def __init__(self, sender: Sender, bps: int, counters: Counters, clock: Clock, later: Later) -> None:
        self.counters = counters
        self.streams: dict[int, Stream] = {}
        self.hopeless: Callable[[], None] = lambda: None
        self.arrivals = Arrivals()
        self._sender = sender
        self._bps = bps
        self.policed = 0
        self._admitted = Allowance(bps * POLICED_ABOVE / 8, bps * POLICED_ABOVE / 8 * POLICED_S)
        self._clock = clock
        self._later = later
        self._reported = float("-inf")
        self._armed = False

    def tick(self, now: float) -> None:
        """A report about once a second."""
        if now - self._sender.born < EARLY_S or now - self._reported >= REPORT_S - 0.05:
            self.report(now)

    def report(self, now: float) -> None:
        """A receiver report with REMB."""
        self._reported = now
        reports = [stream.reception.report(now) for stream in self.streams.values()]
        compound = rtcp.receiver_report([report for report in reports if report is not None])
        self._sender.send_rtcp(compound + rtcp.estimate(self._bps, list(self.streams)))

    def ask_key_frame(self, rid: str) -> None:
        """PLI for a layer of the video."""
        for stream in self.streams.values():
            if stream.origin.kind == "video" and stream.origin.rid == rid:
                self._sender.send_rtcp(rtcp.picture_loss(stream.ssrc))

    def admits(self, octets: int, now: float) -> bool:
        """Whether a packet stays within what was agreed, with room to spare. One that does not is dropped and
        not told as arrived, so that a sender that listens slows down."""
        if self._admitted.admit(octets, now):
            return True
        self.policed += 1
        self.counters.add("policed")
        return False

    def poll(self, now: float) -> None:
        """After each packet, and by timer while something is outstanding."""
        for stream in self.streams.values():
            if stream.gaps is not None:
                self._ask_again(stream, stream.gaps, now)
        for feedback in self.arrivals.feedback(rtcp.OUR_SSRC, next(iter(self.streams), 0), now):
            self._sender.send_rtcp(rtcp.arrivals(feedback))
        self._arm(now)

    def over(self) -> None:
        """The session has ended: nothing more is told."""
        self.streams.clear()
        self.arrivals = Arrivals()

    def _ask_again(self, stream: Stream, gaps: Gaps, now: float) -> None:
        missing = gaps.due(now)
        if missing:
            self.counters.add("nack_sent", len(missing))
            self._sender.send_rtcp(rtcp.missing(stream.ssrc, missing))
        if gaps.given_up:
            self.counters.add("upstream_lost", gaps.given_up)
            gaps.given_up = 0
            self.hopeless()

    def _arm(self, now: float) -> None:
        if self._armed:
            return
        waits = [self.arrivals.deadline()]
        waits += [stream.gaps.deadline() for stream in self.streams.values() if stream.gaps is not None]
        due = min((wait for wait in waits if wait is not None), default=None)
        if due is not None:
            self._armed = True
            self._later(max(due - now, MIN_WAIT_S), self._due)

    def _due(self) -> None:
        self._armed = False
        self.poll(self._clock())
