"""What a receiver report says about one incoming stream: loss, jitter, highest sequence (RFC 3550 appendix
A)."""

from __future__ import annotations

from media.core.rtp import sequence_delta
from media.formats import RtcpReceiverInfo


class Reception:
    """Counts one SSRC. Jitter is kept in time stamp units, as the report wants it."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self._ssrc = ssrc
        self._clock_rate = clock_rate
        self._base: int | None = None
        self._highest = 0
        self.received = 0
        self._reported = (0, 0)
        self._jitter = 0.0
        self._transit: float | None = None
        self._sender_report: tuple[int, float] | None = None

    def packet(self, sequence: int, timestamp: int, now: float) -> None:
        """Count a packet that was decrypted."""
        self.received += 1
        if self._base is None or abs(delta := sequence_delta(sequence, self._highest & 0xFFFF)) > 3_000:
            self._base = self._highest = sequence
            self.received = 1
            self._reported = (0, 0)
            self._transit = None
            return
        if delta <= 0:
            return
        self._highest += delta
        transit = now * self._clock_rate - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < self._clock_rate:  # a wrapped or restarted time stamp says nothing about the path
                self._jitter += (difference - self._jitter) / 16
        self._transit = transit

    def sender_report(self, ntp: int, now: float) -> None:
        """Remember when a sender report came, for the round trip time."""
        self._sender_report = ((ntp >> 16) & 0xFFFFFFFF, now)

    @property
    def lost(self) -> int:
        """Packets that never came, as far as is known."""
        return 0 if self._base is None else max(self._highest - self._base + 1 - self.received, 0)

    def report(self, now: float) -> RtcpReceiverInfo | None:
        """The block for the next receiver report, None before the first packet."""
        if self._base is None:
            return None
        expected = self._highest - self._base + 1
        expected_before, received_before = self._reported
        interval = expected - expected_before
        missing = interval - (self.received - received_before)
        self._reported = (expected, self.received)
        lsr, dlsr = 0, 0
        if self._sender_report is not None:
            lsr = self._sender_report[0]
            dlsr = min(int((now - self._sender_report[1]) * 65_536), 0xFFFFFFFF)
        return RtcpReceiverInfo(
            ssrc=self._ssrc,
            fraction_lost=min(255, max(missing, 0) * 256 // interval) if interval > 0 else 0,
            packets_lost=min(self.lost, 0x7FFFFF),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            lsr=lsr,
            dlsr=dlsr,
        )
