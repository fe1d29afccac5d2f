"""One endless stream out of whichever publishers come and go: sequence numbers and time stamps of a track.

All viewers of a layer share this mapping, and with it one plaintext; what a switch changes for one viewer is added
where it is sent (`renumber.py`). A publisher's own jump or restart is never passed on (SRTP guesses the roll-over
counter)."""

from __future__ import annotations

from media.core.rtp import sequence_delta, timestamp_delta

MAX_FORWARD = 3_000  # RFC 3550 appendix A.1: MAX_DROPOUT
MAX_BACKWARD = 512
MAX_TIMESTAMP_JUMP_S = 10


class TrackMapping:
    """Maps (source, sequence, time stamp) to the outgoing numbers. `source` is any id of a publisher's
    stream; a new one continues where the old one stopped, a moment later by the clock."""

    def __init__(self, clock_rate: int, sequence: int, timestamp: int) -> None:
        self._clock_rate = clock_rate
        self._source: int | None = None
        self._sequence_shift = 0
        self._timestamp_shift = 0
        self._newest_in = 0
        self._newest_timestamp_in = 0
        self._next_out = sequence
        self._timestamp_out = timestamp
        self._newest_at: float | None = None
        self._stray: int | None = None

    @property
    def timestamp(self) -> int:
        """The newest outgoing time stamp."""
        return self._timestamp_out

    @property
    def next_sequence(self) -> int:
        """The outgoing sequence number that comes next."""
        return self._next_out

    def catch_up(self, since: int) -> None:
        """Some have got nothing since this sequence number, and get what follows: skip what would look to them like a
        step back, whose packets SRTP refuses as old ones (RFC 3711 section 3.3.1). Nobody is moved by half a cycle."""
        missed = (self._next_out - since) & 0xFFFF
        if missed >= 0x8000:
            self._next_out = since
            self._source = None

    def map(
        self, source: int, sequence: int, timestamp: int, now: float, beside: int | None = None
    ) -> tuple[int, int] | None:
        """The outgoing sequence number and time stamp, or None for a stray packet that must be dropped. A new source
        begins at the time stamp `beside`, unless that lies in the past."""
        if source != self._source:
            self._source = source
            self._anchor(sequence, timestamp, now)
            if beside is not None and (self._newest_at is None or timestamp_delta(beside, self._timestamp_out) > 0):
                self.align(source, timestamp, beside)
        ahead = sequence_delta(sequence, self._newest_in)
        if not -MAX_BACKWARD <= ahead <= MAX_FORWARD:
            # One packet far away is a stray; two in a row are a publisher that began anew (RFC 3550 A.1).
            if self._stray != sequence:
                self._stray = (sequence + 1) & 0xFFFF
                return None
            self._anchor(sequence, timestamp, now)
        elif ahead > 0 and self._jumped(timestamp, now):
            self._anchor_timestamp(timestamp, now)
        self._stray = None
        out = (sequence + self._sequence_shift) & 0xFFFF
        if sequence_delta(out, self._next_out) < 0 and out - self._next_out > 0x8000:
            # Late, and from before the last wrap: a viewer whose SRTP started after it would take the packet
            # for one far in the future.
            return None
        out_timestamp = (timestamp + self._timestamp_shift) & 0xFFFFFFFF
        if sequence_delta(sequence, self._newest_in) >= 0:
            self._newest_in, self._newest_timestamp_in = sequence, timestamp
            self._next_out, self._timestamp_out = (out + 1) & 0xFFFF, out_timestamp
            self._newest_at = now
        return out, out_timestamp

    def map_timestamp(self, source: int, timestamp: int) -> int | None:
        """The outgoing time stamp of a sender report; None unless it is of the current source."""
        if source != self._source:
            return None
        return (timestamp + self._timestamp_shift) & 0xFFFFFFFF

    def align(self, source: int, timestamp: int, outgoing: int) -> None:
        """From now on this incoming time stamp is that outgoing one; nothing happens unless it is of the current
        source."""
        if source == self._source:
            self._timestamp_shift = (outgoing - timestamp) & 0xFFFFFFFF
            self._timestamp_out = (self._newest_timestamp_in + self._timestamp_shift) & 0xFFFFFFFF

    def _anchor(self, sequence: int, timestamp: int, now: float) -> None:
        self._sequence_shift = (self._next_out - sequence) & 0xFFFF
        self._newest_in = sequence
        self._anchor_timestamp(timestamp, now)

    def _anchor_timestamp(self, timestamp: int, now: float) -> None:
        if self._newest_at is not None:
            # At least 10 ms on, so that two frames never share a time stamp.
            passed = max(now - self._newest_at, 0.01)
            self._timestamp_out = (self._timestamp_out + int(passed * self._clock_rate)) & 0xFFFFFFFF
        self._timestamp_shift = (self._timestamp_out - timestamp) & 0xFFFFFFFF
        self._newest_timestamp_in = timestamp

    def _jumped(self, timestamp: int, now: float) -> bool:
        if self._newest_at is None:
            return False
        moved = timestamp_delta(timestamp, self._newest_timestamp_in) / self._clock_rate
        return abs(moved - (now - self._newest_at)) > MAX_TIMESTAMP_JUMP_S
