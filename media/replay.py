"""Fast start with publishers that do not answer requests for key frames (FFmpeg, OBS): the last key-frame group again.

Joiners get it three times as fast as it was sent, and what is sent meanwhile, with time stamps that are squeezed to end
at the live edge: they never wait, never see the past as if it were now, and get no burst. The packets are the ring's;
then the joiners go on with everybody else. Those who come within a moment share one replay, as joins come in crowds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from media.core.journey import Squeeze
from media.core.renumber import Edge, numbers_of
from media.core.rtp import timestamp_delta
from media.egress import Egress, SentFrame
from media.layers import Layer
from media.subscription import Subscription

GATHER_S = 0.05
STEP_S = 0.02
SPEED = 3
LONGEST_S = 5.0

Later = Callable[[float, Callable[[], None]], object]


class Replay:
    """A few joiners' catching up. It is over for one whose `replay` is another by now."""

    def __init__(self, layer: Layer, egress: Egress, clock: Callable[[], float], later: Later) -> None:
        self._layer = layer
        self._egress = egress
        self._clock = clock
        self._later = later
        self._began = clock()
        self._members: list[Subscription] = []
        self._next = 0
        self._first_timestamp = 0
        self._squeeze = Squeeze(0, SPEED)

    def start(self, members: Sequence[Subscription]) -> None:
        """Begin, if there is something to replay; else they go on waiting."""
        layer, live = self._layer, self._layer.edge
        first = layer.group.start(self._began)
        packet = None if first is None else layer.ring.get(first & 0xFFFF)
        if first is None or live is None or packet is None:
            return
        numbers = numbers_of(packet, layer.ring.codec)
        self._first_timestamp, self._next = numbers.timestamp, first
        # While they catch up at this speed, so much more is sent.
        behind = timestamp_delta(live.numbers.timestamp, numbers.timestamp)
        self._squeeze = Squeeze((live.numbers.timestamp + behind // (SPEED - 1)) & 0xFFFFFFFF, SPEED)
        for each in members:
            each.stay()
            each.replay = self
            each.journey.board(Edge(first, numbers), layer.ring, lambda: layer.edge, self._squeeze)
            self._members.append(each)
        self._step()

    def _step(self) -> None:
        now = self._clock()
        self._members = [each for each in self._members if each.replay is self]
        if now - self._began > LONGEST_S:
            # The publisher has stopped in the middle.
            for each in self._members:
                each.wait_for(self._layer, now)
            return
        if not self._members:
            return
        first = self._next
        at_edge = self._advance((now - self._began) * SPEED * self._layer.flow.track.clock_rate)
        self._send(first, self._next, now)
        if at_edge:
            self._finish(now)
        else:
            self._later(STEP_S, self._step)

    def _advance(self, played: float) -> bool:
        """Go on to what is not due yet; whether that is the live edge. `played` is in units of time stamps."""
        live = self._layer.edge
        while live is not None and self._next <= live.sequence:
            packet = self._layer.ring.get(self._next & 0xFFFF)
            if packet is not None:
                timestamp = int.from_bytes(packet[4:8], "big")
                if self._squeeze.later(timestamp) == 0:
                    return True
                if timestamp_delta(timestamp, self._first_timestamp) > played:
                    return False
            self._next += 1
        return False

    def _send(self, first: int, end: int, now: float) -> None:
        ring = self._layer.ring
        packets = [packet for place in range(first, end) if (packet := ring.get(place & 0xFFFF)) is not None]
        if packets:
            frame = SentFrame([self._squeeze.packet(packet, ring.codec) for packet in packets], (), now, ring.codec)
            self._egress.send(frame, tuple(each.picture_alone() for each in self._members))

    def _finish(self, now: float) -> None:
        """What lies between here and the live edge goes out as it is, and then they are some of the others."""
        live = self._layer.edge
        if live is not None:
            self._send(self._next, live.sequence + 1, now)
        for each in self._members:
            each.replay = None
            each.journey.relax(self._next)
            each.sit(self._layer, picture=True)
            each.choice.moved(now)
