"""What one viewer gets again of one track: the packets that its NACKs name, as far as that can help.

No packet goes twice within one round trip: the second NACK for it left the viewer before the first answer
could arrive. The same goes for a packet that was itself repaired on its way from the publisher: viewers asked
for it before it could be sent at all. What a viewer may cause is bounded by its allowance."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

from media.core.allowance import Allowance
from media.core.ring import CAPACITY
from media.core.rtx import wrap

FIRST_RTT_S = 0.1  # until the viewer has reported one
MAX_RTT_S = 1.0


OLD_AT_ONCE = 16


class Memory(Protocol):
    """What was sent, by the viewer's numbers: a ring, or a journey through several."""

    def get(self, sequence: int) -> bytes | None:
        """The packet as it was sent, or None."""

    def late_at(self, sequence: int) -> float:
        """When it went out, if it was late."""


class Repair:
    """`first` is the number of the first retransmission packet of the stream `rtx_ssrc`."""

    def __init__(self, rtx_ssrc: int, first: int, allowance: Allowance) -> None:
        self._rtx_ssrc = rtx_ssrc
        self._next = first
        self._allowance = allowance
        self._resent: OrderedDict[int, float] = OrderedDict()
        self._rtt_s: float | None = None

    @property
    def rtt_s(self) -> float:
        """The round trip to this viewer, smoothed."""
        return FIRST_RTT_S if self._rtt_s is None else self._rtt_s

    def round_trip(self, measured_s: float) -> None:
        """The viewer has reported a round trip."""
        measured_s = min(max(measured_s, 0.0), MAX_RTT_S)
        self._rtt_s = measured_s if self._rtt_s is None else self._rtt_s + (measured_s - self._rtt_s) / 4

    def missing(self, sequences: Iterable[int], sent: Memory, now: float, *, rtx: bool) -> list[bytes]:
        """The packets to send now, wrapped or exactly as they were first sent."""
        latest = now - self.rtt_s
        due = [
            number
            for number in dict.fromkeys(sequences)
            if self._resent.get(number, latest) <= latest and sent.late_at(number) <= latest
        ]
        found = [(number, packet) for number in due if (packet := sent.get(number)) is not None]
        granted = found[: self._allowance.take(len(found), now)]
        for number, _ in granted:
            self._resent[number] = now
            self._resent.move_to_end(number)
        while len(self._resent) > CAPACITY:
            self._resent.popitem(last=False)
        return [self._wrapped(packet) if rtx else packet for _, packet in granted]

    def old(self, sent: Memory, newest: int, octets: int) -> list[bytes]:
        """About so much of what was sent last, wrapped: to see whether more fits (libwebrtc probes so too)."""
        found: list[bytes] = []
        for back in range(2 * OLD_AT_ONCE):  # what was lost on its way to us leaves holes
            packet = sent.get((newest - back) & 0xFFFF)
            if octets <= 0 or len(found) >= OLD_AT_ONCE:
                break
            if packet is not None:
                found.append(self._wrapped(packet))
                octets -= len(packet)
        return found

    def _wrapped(self, packet: bytes) -> bytes:
        sequence = self._next
        self._next = (sequence + 1) & 0xFFFF
        return wrap(packet, sequence, self._rtx_ssrc)
