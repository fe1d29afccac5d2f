"""DTLS-SRTP by aiortc's RTCDtlsTransport, over a transport of our own: no socket, no ICE agent, no per-packet
work.

Only this file and `media/peer.py` may touch private names of aiortc; the release is pinned and a test holds
the names. One certificate and one SSL context serve the whole process (0.3 ms and 22 kB less per
connection)."""

from __future__ import annotations

# ruff: noqa: SLF001  the pinned private names are held by a test
import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from OpenSSL import SSL

from media.srtp import Opener, Sealer

# AES-128-GCM first: cheapest per packet, and the profile that a native inner loop will know. FFmpeg takes
# only CM.
PROFILES = [rtcdtlstransport.SRTP_AEAD_AES_128_GCM, rtcdtlstransport.SRTP_AES128_CM_SHA1_80]
_OVERHEAD = {b"SRTP_AEAD_AES_128_GCM": 16, b"SRTP_AES128_CM_SHA1_80": 10}
_QUEUE = 64
_FIRST_REPEAT_S = 0.06
_MAX_REPEATS = 6

# aiortc logs each state step of each connection at debug level, formatting included.
logging.getLogger("aiortc.rtcdtlstransport").setLevel(logging.ERROR)


class Certificate(RTCCertificate):
    """A certificate that keeps its SSL context, for all connections of the process."""

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context

    @property
    def fingerprint(self) -> str:
        """SHA-256, as SDP writes it."""
        return next(item.value for item in self.getFingerprints() if item.algorithm == "sha-256")


class Wire:
    """What RTCDtlsTransport takes for its ICE transport: records in through a bounded queue, records out."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None], *, repeats: bool = False) -> None:
        self.repeats = repeats  # whether flights are repeated before OpenSSL would
        self.turn: Callable[[], Awaitable[None]] | None = None  # awaited before each step of the handshake
        self._out = send
        self._records: deque[bytes] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._ended = False
        self._repeat: asyncio.TimerHandle | None = None

    def feed(self, record: bytes) -> bool:
        """A datagram of DTLS records; False when it is dropped because the queue is full or the end has
        come."""
        self._stop_repeating()
        if self._ended or len(self._records) >= _QUEUE:
            return False
        self._records.append(record)
        self._wake_up()
        return True

    def end(self) -> None:
        """No more records: whoever waits for one gets a ConnectionError, by which aiortc ends its task."""
        self._ended = True
        self._records.clear()
        self._stop_repeating()
        self._wake_up()

    async def _recv(self) -> bytes:
        await self._arrival()
        if self.turn is not None:
            await self.turn()
            await self._arrival()  # the end may have come meanwhile
        return self._records.popleft()

    async def _arrival(self) -> None:
        while not self._records:
            if self._ended:
                raise ConnectionError
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake

    async def _send(self, record: bytes) -> None:
        self._out(record)
        if self.repeats and not self._ended:
            # FFmpeg loses an early ClientHello, and OpenSSL would wait a second before it repeats the flight.
            self._stop_repeating()
            self._schedule(record, _FIRST_REPEAT_S, _MAX_REPEATS)

    def _schedule(self, record: bytes, delay_s: float, left: int) -> None:
        def again() -> None:
            self._out(record)
            self._schedule(record, delay_s * 2, left - 1)

        self._repeat = asyncio.get_running_loop().call_later(delay_s, again) if left else None

    def settle(self) -> None:
        """The handshake is over: nothing is repeated any more."""
        self.repeats = False
        self.turn = None
        self._stop_repeating()

    def _stop_repeating(self) -> None:
        if self._repeat is not None:
            self._repeat.cancel()
            self._repeat = None

    def _wake_up(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        self._wake = None


class DtlsConnection:
    """One peer's DTLS association. `sealer` and `opener` are there once `handshake` has answered True."""

    def __init__(self, certificate: Certificate, role: str, wire: Wire) -> None:
        self.wire = wire
        wire.repeats = role == "client"
        self.sealer: Sealer | None = None
        self.opener: Opener | None = None
        transport: Any = self.wire
        self._dtls = RTCDtlsTransport(transport, [certificate])
        self._dtls._set_role(role)
        self._dtls._srtp_profiles = PROFILES

    async def handshake(self, fingerprints: tuple[tuple[str, str], ...]) -> bool:
        """Run to the end; False for a failed one (aiortc itself returns normally then). Has no time limit:
        `wire.end()` makes it fail."""
        remote = [RTCDtlsFingerprint(algorithm=name, value=value) for name, value in fingerprints]
        await self._dtls.start(RTCDtlsParameters(fingerprints=remote))
        self.wire.settle()
        if self._dtls.state != "connected":
            return False
        assert self._dtls._ssl is not None
        profile = self._dtls._ssl.get_selected_srtp_profile()
        self.sealer = Sealer(self._dtls._tx_srtp, _OVERHEAD[profile])
        self.opener = Opener(self._dtls._rx_srtp)
        return True

    async def closed(self) -> None:
        """Wait until the peer has sent close_notify or `wire.end()` was called."""
        task = self._dtls._task
        if task is not None:
            # Not `gather`: a cancelled waiter must leave the task alone, or no close_notify could be sent.
            await asyncio.wait([task])

    async def close(self) -> None:
        """Send close_notify if there is an association, and end aiortc's task; idempotent."""
        task = self._dtls._task
        await self._dtls.stop()
        self.wire.end()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)
        self._dtls.remove_all_listeners()
