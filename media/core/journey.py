"""Which layers a viewer has come through: the way back from its sequence numbers to packets, for NACK."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from media.core.codecs import Codec
from media.core.renumber import STRAIGHT, Edge, Shift, follow, renumbered
from media.core.ring import CAPACITY, PacketRing
from media.core.rtp import sequence_delta, timestamp_delta

LEGS = 64  # at two switches a second as long as the ring of a video of 300 packets/s


class Squeeze(NamedTuple):
    """Time that runs `speed` times as fast until a (layer's) time stamp, and then as it should."""

    until: int
    speed: int

    def later(self, timestamp: int) -> int:
        """By how much a time stamp moves; 0 from `until` on."""
        ahead = timestamp_delta(self.until, timestamp)
        return max(ahead, 0) * (self.speed - 1) // self.speed

    def packet(self, packet: bytes, codec: Codec | None, shift: Shift = STRAIGHT) -> bytes:
        """A packet with squeezed time, moved by the shift too."""
        later = self.later(int.from_bytes(packet[4:8], "big"))
        return renumbered(packet, codec, shift._replace(timestamp=shift.timestamp + later))


class Leg(NamedTuple):
    """From `first` on (unwrapped, in the viewer's numbers) the packets were those of `ring`, moved by `shift`."""

    first: int
    ring: PacketRing
    shift: Shift
    squeeze: Squeeze | None = None

    def packet(self, number: int) -> bytes | None:
        """A packet of the ring in the viewer's numbers."""
        packet = self.ring.get(number)
        if packet is None or self.squeeze is None:
            return None if packet is None else renumbered(packet, self.ring.codec, self.shift)
        return self.squeeze.packet(packet, self.ring.codec, self.shift)


class Journey:
    """One viewer's way through the layers of one track. It answers as a ring of what this viewer was sent."""

    def __init__(self) -> None:
        self._legs: deque[Leg] = deque(maxlen=LEGS)
        self._last: Callable[[], Edge | None] = lambda: None

    @property
    def shift(self) -> Shift:
        """What is added to the present layer's numbers."""
        return self._legs[-1].shift if self._legs else STRAIGHT

    @property
    def newest(self) -> int | None:
        """The viewer's number of the last packet."""
        edge = self._last()
        return None if edge is None or not self._legs else self.number(edge.sequence)

    def board(
        self, first: Edge, ring: PacketRing, last: Callable[[], Edge | None], squeeze: Squeeze | None = None
    ) -> None:
        """The viewer gets another layer from the packet `first` on; `last` tells the last one that it has sent."""
        before = self._last() if self._legs else None
        shift = STRAIGHT if before is None else follow(before, self.shift, first)
        self._legs.append(Leg(first.sequence + shift.sequence, ring, shift, squeeze))
        self._last = last

    def rest(self) -> None:
        """The viewer gets no more until it boards again: what it was sent ends here, and nothing later is its own."""
        edge = self._last()
        self._last = lambda: edge

    def relax(self, place: int) -> None:
        """From this packet of the present layer on time runs as it should."""
        leg = self._legs[-1]
        self._legs.append(Leg(place + leg.shift.sequence, leg.ring, leg.shift))

    def number(self, place: int) -> int:
        """The viewer's number of a packet of the present layer."""
        return (place + self.shift.sequence) & 0xFFFF

    def holds(self, sequence: int) -> bool:
        """Whether a packet of the present layer (unwrapped number) belongs to the viewer's stay on it."""
        return bool(self._legs) and sequence + self._legs[-1].shift.sequence >= self._legs[-1].first

    def get(self, sequence: int) -> bytes | None:
        """The packet as the viewer was sent it, or None when it is gone or never was."""
        leg, number = self._leg(sequence)
        return None if leg is None else leg.packet(number)

    def late_at(self, sequence: int) -> float:
        """When the packet went out, if it was late."""
        leg, number = self._leg(sequence)
        return float("-inf") if leg is None else leg.ring.late_at(number)

    def _leg(self, sequence: int) -> tuple[Leg | None, int]:
        """The leg of a viewer's number, and the layer's number."""
        edge = self._last()
        if edge is None or not self._legs:
            return None, 0
        newest = edge.sequence + self.shift.sequence
        number = newest + sequence_delta(sequence, newest & 0xFFFF)
        if not newest - CAPACITY < number <= newest:
            return None, 0
        leg = next((leg for leg in reversed(self._legs) if leg.first <= number), None)
        return leg, 0 if leg is None else (number - leg.shift.sequence) & 0xFFFF
