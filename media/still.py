"""A still of a slot, for staff: the newest whole key frame of its smallest picture, as RTP payloads. Nothing is decoded
here, and while nobody asks nothing is done at all.

The ring forgets a key frame within seconds, so for a while after a question each one is kept when the slot ticks. A
publisher that answers requests for key frames gets one when there is no fresh one, at most every ten seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media.core.ring import PacketRing
from media.core.rtp import parse_header
from media.layers import Layer

ASKED_FOR_S = 30.0  # so long after a question key frames are kept
ASK_EACH_S = 10.0
FRESH_S = 3.0
MOST_PACKETS = 400
LARGEST = 400_000


class Still(NamedTuple):
    """A key frame: its codec's name, its payloads in order, when its first packet came."""

    codec: str
    payloads: tuple[bytes, ...]
    at: float


class Stills:
    """Which key frame of a slot is the newest whole one."""

    def __init__(self) -> None:
        self._until = float("-inf")
        self._asked = float("-inf")
        self._newest: Still | None = None

    def tick(self, layers: Sequence[Layer], now: float) -> None:
        """Twice a second: keep what has come, or forget it when nobody has asked for long."""
        if now < self._until:
            self._look(layers, now)
        else:
            self._newest = None

    def ask(self, layers: Sequence[Layer], now: float) -> Still | None:
        """The newest one there is; from now on they are kept."""
        self._until = now + ASKED_FOR_S
        self._look(layers, now)
        return self._newest

    def stale(self, layers: Sequence[Layer], now: float) -> Layer | None:
        """The layer to request a key frame of; None if there is a fresh one, or the publisher should not be asked."""
        fresh = self._newest is not None and now - self._newest.at < FRESH_S
        layer = _smallest(layers, now)
        if fresh or layer is None or layer.keyframes.deaf or now - self._asked < ASK_EACH_S:
            return None
        self._asked = now
        return layer

    def _look(self, layers: Sequence[Layer], now: float) -> None:
        layer = _smallest(layers, now)
        last = None if layer is None else layer.group.last
        if layer is None or last is None or layer.ring.codec is None:
            return
        place, began = last
        if self._newest is not None and self._newest.at >= began:
            return
        payloads = key_frame(layer.ring, place)
        if payloads is not None:
            self._newest = Still(layer.ring.codec.name, payloads, began)


def _smallest(layers: Sequence[Layer], now: float) -> Layer | None:
    """Layers stand from the lowest up."""
    return next((layer for layer in layers if layer.active(now)), None)


def key_frame(ring: PacketRing, place: int) -> tuple[bytes, ...] | None:
    """The payloads of the picture that begins at this place, without padding; None when one is missing or still on its
    way, or the picture is too large to be passed on."""
    payloads: list[bytes] = []
    timestamp, octets = None, 0
    for sequence in range(place, place + MOST_PACKETS):
        packet = ring.get(sequence & 0xFFFF)
        if packet is None:
            return None
        header = parse_header(packet)
        if timestamp is not None and header.timestamp != timestamp:
            return tuple(payloads)
        timestamp = header.timestamp
        payloads.append(packet[header.payload_at : len(packet) - header.padding])
        octets += len(payloads[-1])
        if octets > LARGEST:
            return None
        if header.marker:
            return tuple(payloads)
    return None
