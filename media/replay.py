"""Fast start with publishers that do not answer requests for key frames (FFmpeg, OBS): the last key-frame group again.

A joiner gets it three times as fast as it was sent, and what is sent meanwhile, with time stamps that are squeezed to
end at the live edge: it never waits, never sees the past as if it were now, and gets no burst. The packets are the
ring's; then it goes on with everybody else."""

from __future__ import annotations

from collections.abc import Callable

from media.core.journey import Squeeze
from media.core.renumber import Edge, numbers_of
from media.core.rtp import timestamp_delta
from media.egress import Egress, SentFrame
from media.layers import Layer
from media.subscription import Subscription

STEP_S = 0.01
SPEED = 3
LONGEST_S = 5.0

Later = Callable[[float, Callable[[], None]], object]


class Replay:
    """One joiner's catching up; it is over when the subscription's `replay` is another."""

    def __init__(
        self, subscription: Subscription, layer: Layer, egress: Egress, clock: Callable[[], float], later: Later
    ) -> None:
        self._subscription = subscription
        self._layer = layer
        self._egress = egress
        self._clock = clock
        self._later = later
        self._began = clock()
        self._next = 0
        self._first_timestamp = 0
        self._until = 0

    def start(self) -> bool:
        """Begin; False if there is nothing to replay."""
        layer, live = self._layer, self._layer.edge
        first = layer.group.start(self._began)
        packet = None if first is None else layer.ring.get(first & 0xFFFF)
        if first is None or live is None or packet is None:
            return False
        numbers = numbers_of(packet, layer.ring.codec)
        self._first_timestamp, self._next = numbers.timestamp, first
        # While it catches up at this speed, so much more is sent.
        behind = timestamp_delta(live.numbers.timestamp, numbers.timestamp)
        self._until = (live.numbers.timestamp + behind // (SPEED - 1)) & 0xFFFFFFFF
        self._subscription.replay = self
        squeeze = Squeeze(self._until, SPEED)
        self._subscription.journey.board(Edge(first, numbers), layer.ring, lambda: layer.edge, squeeze)
        self._step()
        return True

    def _step(self) -> None:
        subscription, now = self._subscription, self._clock()
        if subscription.replay is not self:
            return
        if now - self._began > LONGEST_S:
            # The publisher has stopped in the middle.
            subscription.wait_for(self._layer, now)
            return
        first = self._next
        if self._advance((now - self._began) * SPEED * self._layer.flow.track.clock_rate):
            self._send(first, self._next, now)
            self._finish(now)
        else:
            self._send(first, self._next, now)
            self._later(STEP_S, self._step)

    def _advance(self, played: float) -> bool:
        """Go on to what is not due yet; whether that is the live edge. `played` is in units of time stamps."""
        live = self._layer.edge
        while live is not None and self._next <= live.sequence:
            packet = self._layer.ring.get(self._next & 0xFFFF)
            if packet is not None:
                timestamp = int.from_bytes(packet[4:8], "big")
                if timestamp_delta(timestamp, self._until) >= 0:
                    return True
                if timestamp_delta(timestamp, self._first_timestamp) > played:
                    return False
            self._next += 1
        return False

    def _send(self, first: int, end: int, now: float) -> None:
        journey, outlet = self._subscription.journey, self._subscription.outlet
        packets = [journey.get(journey.number(place)) for place in range(first, end)]
        frame = SentFrame([packet for packet in packets if packet is not None], (), now)
        if frame.video:
            self._egress.send(frame, (outlet._replace(audio=-1),))

    def _finish(self, now: float) -> None:
        """What lies between here and the live edge goes out as it is, and then the viewer is one of the others."""
        subscription, live = self._subscription, self._layer.edge
        subscription.replay = None
        subscription.journey.relax(self._next)
        if live is not None:
            self._send(self._next, live.sequence + 1, now)
        subscription.sit(self._layer, picture=True)
        subscription.choice.moved(now)
