"""Which layer a viewer gets: the best that its line carries, without flapping. Pure: events and times in, a layer out.

A viewer tells its losses and the round trip (receiver reports), and browsers what they believe fits (REMB). REMB climbs
by 8 % a second and never beyond 1.5 times what comes in, so a low one proves nothing; one that falls, or stands still
below what is sent, does (libwebrtc: AimdRateControl). Going down is quick. Going up is tried with repeats of old
packets first, at the rate of the next layer; each failure doubles the time until the next try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media.core.budget import ceiling
from media.core.reports import Reports

START_BPS = 1_000_000  # a joiner begins with the best layer below this
REACT_S = 2.0  # what is reported so soon after a switch is about the layer before
SETTLE_S = 1.0  # before the first try to go up
PROBE_S = 1.2
REPORT_S = 1.0  # between two sender reports, and between two of a viewer
PROBE_SHARE = 1.15  # of the next layer's rate: what is probed for must fit with room
PATIENCE_S = 6.0  # a climb that lasted so long was right
FIRST_PAUSE_S, LONGEST_PAUSE_S = 8.0, 240.0
FITS = 0.85  # of an estimate may be used
FELL = 0.93  # of the estimate before; less is the noise of the rate that it follows
# An estimate below this share of the rate is too low for it. A browser falls to 0.85 of what comes in when packets come
# unevenly, so also when the machine is busy; where all of the layer comes in, that alone is no reason to leave it.
SHORT = 0.78
FOUNDED_S = 4.0  # a first estimate that comes sooner is of a queue that grew; later it is what came in (5 s)
STALLED_S = 3.5  # an estimate that has not risen for so long will not
FRESH_S = 6.0
ECHO_S = 3.0  # libwebrtc counts the queue of a probe as overuse until the stream of repeats was silent for two seconds
HEAVY_LOSS, LOSS = 0.25, 0.10  # one report, two reports in a row; less is repaired
PROBE_LOSS = 0.10  # more than before the probe; less comes of what is sent above the next layer's rate, or of chance
FELT_QUEUE_S, FELT_LOSS = 0.02, 0.02  # without so much of either an estimate is wrong: all of the layer arrives in time
# A round trip longer than the best by so much means that a queue is filling: one report, two in a row, while probing.
LONG_QUEUE_S, QUEUE_S, PROBE_QUEUE_S = 0.5, 0.2, 0.12


class Decision(NamedTuple):
    """The layer to be on, and how much to send on top of it to try the next one."""

    layer: int
    probe_bps: int = 0


class _Probe(NamedTuple):
    """Until when, and what was lost before it."""

    until: float
    loss: float


class LayerChoice:
    """Layers are numbered from the lowest. `decide` is asked after each event and twice a second."""

    def __init__(self, now: float) -> None:
        self.pinned: float | None = None  # 0.0 is the lowest layer, 1.0 the highest
        self.size = 1.0  # how large it is shown: more than that is of no use
        self._calm_until = now
        self._up_at = now + SETTLE_S
        self._pause_s = FIRST_PAUSE_S
        self._climbed_at = float("-inf")
        self._began = float("inf")  # when the first picture came
        self._probe: _Probe | None = None
        self._estimate: tuple[float, float, float] | None = None  # bits per second, when told, when it last rose
        self._fell = False
        self._deaf_until = now
        self._reports = Reports()

    @staticmethod
    def first(rates: Sequence[float], size: float = 1.0) -> int:
        """Where a joiner begins; a rate of 0 is not known yet."""
        most = ceiling(size, len(rates))
        if not all(rates):
            return min(1, most)
        return min(max((index for index, rate in enumerate(rates) if rate <= START_BPS), default=0), most)

    def reported(self, fraction_lost: float, trip_s: float | None, now: float) -> None:
        """A receiver report has come."""
        self._reports.add(fraction_lost, trip_s, now)

    def estimated(self, bps: float, now: float) -> None:
        """REMB has come."""
        before, _, rose = self._estimate or (bps, now, now)
        fell = bps < FELL * before or (self._estimate is None and now - self._began < FOUNDED_S)
        deaf = now < self._deaf_until
        self._fell |= fell and not deaf
        self._estimate = (bps, now, now if bps > before or deaf else rose)

    def moved(self, now: float) -> None:
        """The switch to what was decided has happened."""
        self._began = min(self._began, now)
        self._forgive(now)

    def resized(self, size: float, now: float) -> None:
        """It is shown in this size from now on: what was told is about another share of the line."""
        self.size = size
        self._probe = self._estimate = None
        self._forgive(now)

    def _forgive(self, now: float) -> None:
        self._calm_until = now + REACT_S
        self._fell = False
        self._reports.forgive()

    def decide(self, rates: Sequence[float], current: int, now: float) -> Decision:
        """The layer for now; `rates` are the layers' in bits per second, lowest first."""
        top = ceiling(self.size, len(rates))
        if self.pinned is not None or top <= 0:
            self._probe = None
            return Decision(min(ceiling(self.pinned or 0.0, len(rates)), top))
        if current > top:
            self._probe = None
        current = min(current, top)
        if now >= self._calm_until and self._trouble(rates[current], now):
            # While a probe is under way it is the probe that does not fit, not the layer.
            return self._down(rates, current, now) if self._probe is None else self._fail(current, now)
        if current == top or now < max(self._up_at, self._calm_until):
            return Decision(current)
        return self._up(rates, current, now)

    def _trouble(self, rate: float, now: float) -> bool:
        last, before = self._reports.losses
        if last >= HEAVY_LOSS or min(last, before) >= LOSS:
            return True
        shortest, trip, trip_before = self._reports.trips
        if trip - shortest > LONG_QUEUE_S or min(trip, trip_before) - shortest > QUEUE_S:
            return True
        if self._estimate is None or now - self._estimate[1] > FRESH_S or self._estimate[0] >= SHORT * rate:
            return False
        # A browser goes by the publisher's time stamps, so what its way up to us delays lowers all viewers' estimates.
        felt = trip - shortest > FELT_QUEUE_S or last > FELT_LOSS or not shortest
        return felt and (self._fell or now - self._estimate[2] > STALLED_S)

    def _down(self, rates: Sequence[float], current: int, now: float) -> Decision:
        if now - self._climbed_at < PATIENCE_S:
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
            self._climbed_at -= PATIENCE_S  # one climb is one mistake
        self._up_at = now + self._pause_s
        self._forgive(now)
        if self._estimate is not None and now - self._estimate[1] <= FRESH_S and self._estimate[0] < rates[current]:
            fitting = [index for index in range(current) if rates[index] <= FITS * self._estimate[0]]
            return Decision(fitting[-1] if fitting else 0)
        return Decision(max(current - 1, 0))

    def _up(self, rates: Sequence[float], current: int, now: float) -> Decision:
        wanted = rates[current + 1] * PROBE_SHARE
        if self._estimate is not None and self._estimate[0] >= wanted and now - self._estimate[1] <= FRESH_S:
            return self._climb(current, now)
        if self._probe is None:
            self._probe = _Probe(now + PROBE_S, sum(self._reports.losses) / 2)
            self._fell = False
        until, loss = self._probe
        shortest, trip, _ = self._reports.trips
        failed = self._reports.losses[0] > loss + PROBE_LOSS or trip - shortest > PROBE_QUEUE_S or self._fell
        if failed and self._reports.at > until - PROBE_S:
            return self._fail(current, now)
        if now < until:
            return Decision(current, max(int(wanted - rates[current]), 0))
        if self._reports.at > until + REPORT_S:
            return self._climb(current, now)
        return Decision(current)  # what the end of the probe did to the round trip is still to be reported

    def _fail(self, current: int, now: float) -> Decision:
        self._probe = None
        self._deaf_until = now + ECHO_S
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._up_at = now + self._pause_s
        self._forgive(now)
        return Decision(current)

    def _climb(self, current: int, now: float) -> Decision:
        if now - self._climbed_at > 2 * LONGEST_PAUSE_S:
            self._pause_s = FIRST_PAUSE_S
        self._probe = None
        self._climbed_at = now
        self._up_at = now + SETTLE_S
        self._calm_until = now + REACT_S
        return Decision(current + 1)
