"""The events of one tick, encoded once per codec and lane, and the same bytes given to every socket."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

from signaling.codec import Codec, CodecError
from signaling.lanes import Lane
from signaling.messages import Skipped, WireEvent

_log = logging.getLogger(__name__)


class Batch:
    """Immutable but for its cache of encoded frames."""

    __slots__ = ("_frames", "epoch", "events", "first_seq", "lanes")

    def __init__(self, events: Sequence[WireEvent], epoch: str | None = None) -> None:
        self.events = tuple(events)
        # Of the log that the numbers are of.
        self.epoch = epoch
        # What is at or below a socket's floor was in the answer to its join.
        self.first_seq = min((event.seq for event in self.events if event.seq is not None), default=math.inf)
        self.lanes = frozenset(event.lane for event in self.events)
        self._frames: dict[tuple[Codec, Lane], bytes | None] = {}

    def after(self, seq: float) -> Batch:
        return Batch([event for event in self.events if event.seq is None or event.seq > seq], self.epoch)

    def has(self, lane: Lane) -> bool:
        """Whether anything is left for a socket that gets the lanes up to `lane` only."""
        return min(self.lanes, default=Lane.CROWD + 1) <= lane

    def skipped(self, lane: Lane) -> Skipped | None:
        """The numbered events that a socket misses which gets nothing beyond `lane`."""
        return _run([event for event in self.events if event.lane > lane])

    def frame(self, codec: Codec, lane: Lane) -> bytes | None:
        """The frame for sockets that get the lanes up to `lane`; None if nothing of it can be sent to them."""
        lane = min(lane, max(self.lanes, default=lane))
        key = (codec, lane)
        if key not in self._frames:
            self._frames[key] = _encode(codec, self._up_to(lane))
        return self._frames[key]

    def _up_to(self, lane: Lane) -> list[WireEvent]:
        """The kept events in order, each run of left-out numbers replaced by one `skipped`."""
        kept: list[WireEvent] = []
        out: list[WireEvent] = []
        for event in self.events:
            if event.lane > lane:
                out.append(event)
                continue
            kept += skipped_event(_run(out), event.at_ms)
            out = []
            kept.append(event)
        return kept + skipped_event(_run(out), self.events[-1].at_ms if self.events else 0)


def skipped_event(skipped: Skipped | None, at_ms: int) -> list[WireEvent]:
    return [] if skipped is None else [WireEvent(None, "skipped", skipped, at_ms)]


def _run(events: Sequence[WireEvent]) -> Skipped | None:
    numbers = [event.seq for event in events if event.seq is not None]
    return Skipped(numbers[0], numbers[-1], len(numbers)) if numbers else None


def _encode(codec: Codec, events: list[WireEvent]) -> bytes | None:
    """An event that cannot be encoded costs itself, not the batch."""
    if not events:
        return None
    try:
        return codec.events(events)
    except CodecError:
        if len(events) == 1:
            _log.warning("an event of type %s cannot be sent as %s", events[0].type, codec.subprotocol)
            return None
    frames = [frame for event in events if (frame := _encode(codec, [event])) is not None]
    return b"".join(frames) or None
