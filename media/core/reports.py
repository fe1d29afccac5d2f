"""What a viewer's receiver reports tell of its line: losses and round trips, most of a second's worth at a time.

Browsers send a report with each NACK and each REMB (seen: fifty a second, with shares of a handful of packets): taken
one by one, a single lost packet would look like an outage, and one slow sender report like a queue that stays."""

from __future__ import annotations

SPAN_S = 0.8
YIELDS = 64  # the shortest round trip follows a longer one by this part of the difference, each span


class Reports:
    """`losses` are shares, the last span's and that of the one before; `trips` the shortest round trip, the last one,
    and one from a span or more before it; `at` is when the last report came."""

    def __init__(self) -> None:
        self.losses = (0.0, 0.0)
        self.trips = (0.0, 0.0, 0.0)
        self.at = float("-inf")
        self._span = 0.0
        self._lost = 0.0
        self._trip_of_span = 0.0

    def add(self, fraction_lost: float, trip_s: float | None, now: float) -> None:
        """A report has come; its share is of the packets since the one before."""
        passed = SPAN_S if self.at == float("-inf") else max(now - self.at, 0.0)
        self.at = now
        self._span += passed
        self._lost += fraction_lost * passed
        whole = self._span >= SPAN_S
        if whole:
            self.losses = (self._lost / self._span, self.losses[0])
            self._span = self._lost = 0.0
        if trip_s is not None:
            self._trip(trip_s, whole=whole)

    def forgive(self) -> None:
        """Forget what was told, but for the shortest round trip."""
        self.losses = (0.0, 0.0)
        self._span = self._lost = 0.0
        self._trip_of_span = self.trips[0]
        self.trips = (self.trips[0],) * 3

    def _trip(self, trip_s: float, *, whole: bool) -> None:
        shortest, _, before = self.trips
        shortest = shortest or trip_s
        if whole:
            shortest += max(trip_s - shortest, 0.0) / YIELDS  # a viewer may move to a longer path
            before, self._trip_of_span = self._trip_of_span or trip_s, trip_s
        self.trips = (min(trip_s, shortest), trip_s, before or trip_s)
