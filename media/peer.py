"""One session with a browser or encoder: its ICE credentials, DTLS association and SRTP, whatever its role.

The role (publisher or viewer) gets decrypted RTP and read RTCP; it never sees a datagram."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from typing import Protocol

from media.core import rtcp
from media.core.ice import IceSession, origin
from media.core.rtp import is_rtcp
from media.counters import Counters
from media.dtls import Certificate, DtlsConnection, Wire
from media.egress import Path
from media.errors import FormatError
from media.port import MediaPort
from media.srtp import Opener
from media.turns import Turns

EARLY_DATAGRAMS = 64

Fingerprints = tuple[tuple[str, str], ...]


def new_credentials() -> tuple[str, str]:
    """An ICE user name fragment and password."""
    return secrets.token_hex(4), secrets.token_hex(16)


class Role(Protocol):
    """What a session is for."""

    def connected(self, path: Path, now: float) -> None:
        """DTLS is done: media may flow over this path."""

    def take_rtp(self, packet: bytes, now: float) -> None:
        """A decrypted RTP packet; may raise `FormatError`."""

    def take_rtcp(self, events: list[rtcp.RtcpEvent], now: float) -> None:
        """What a decrypted RTCP compound said."""

    def released(self, now: float) -> None:
        """The session is over, for whatever reason; called once."""


class Peer:
    """Runs one session. `seen` is the last genuine sign of life of the peer, `born` when it was answered."""

    def __init__(
        self, session: str, credentials: tuple[str, str], port: MediaPort, counters: Counters, now: float
    ) -> None:
        self.session = session
        self.ice: IceSession[Peer] = IceSession(*credentials, owner=self)
        self.path: Path | None = None
        self.role: Role | None = None
        self.born = now
        self.seen = now
        self._port = port
        self._counters = counters
        # There before the handshake's task has had its first turn: a ClientHello may come at once.
        self._wire = Wire(self._send_record)
        self._early: deque[bytes] = deque(maxlen=EARLY_DATAGRAMS)
        self._opener: Opener | None = None
        self._reachable = asyncio.Event()

    def in_turn(self, turns: Turns) -> None:
        """Its handshake waits for its turns among all who join."""
        self._wire.turn = lambda: turns.take(None if self.ice.remote is None else origin(self.ice.remote))

    def checked(self, now: float) -> None:
        """A genuine connectivity check has come."""
        self.seen = now
        self.moved()
        self._reachable.set()

    def moved(self) -> None:
        """Packets go where ICE says from now on."""
        if self.path is not None and self.ice.remote is not None and self.path.remote != self.ice.remote:
            self.path.remote = self.ice.remote

    async def run(
        self, certificate: Certificate, dtls_role: str, fingerprints: Fingerprints, clock: Callable[[], float]
    ) -> None:
        """Live until the peer says goodbye or the task is cancelled; a handshake that fails ends it too."""
        await self._reachable.wait()
        dtls = DtlsConnection(certificate, dtls_role, self._wire)
        try:
            # Its connection may have ended with the last flight.
            if not await dtls.handshake(fingerprints) or self.ice.remote is None:
                self._counters.add("handshakes_failed")
                return
            assert dtls.sealer is not None
            self.path = Path(self.ice.remote, dtls.sealer)
            self._opener = dtls.opener
            self._counters.add("handshakes")
            if self.role is not None:
                self.role.connected(self.path, clock())
            while self._early:
                self.datagram(self._early.popleft(), clock())
            await dtls.closed()
        finally:
            await dtls.close()

    def datagram(self, data: bytes, now: float) -> bool:
        """DTLS, SRTP or SRTCP from a checked remote (RFC 7983 ranges). Whether it was genuine media."""
        first = data[0]
        if 20 <= first <= 63:
            if not self._wire.feed(data):
                self._counters.bad("dtls")
            return False
        if not 128 <= first <= 191:
            self._counters.bad("unknown")
            return False
        if self._opener is None:
            # A publisher whose handshake ended a moment before ours sends its first key frame at once.
            self._early.append(data)
            return False
        try:
            self._media(data, self._opener, now)
        except FormatError:
            self._counters.bad("rtcp" if is_rtcp(data) else "rtp")
            return False
        self.seen = now
        return True

    def _media(self, data: bytes, opener: Opener, now: float) -> None:
        if self.role is None:
            raise FormatError("media for nobody")
        if is_rtcp(data):
            self.role.take_rtcp(rtcp.read(opener.rtcp(data)), now)
        else:
            self.role.take_rtp(opener.rtp(data), now)

    def send_rtcp(self, compound: bytes) -> None:
        """Encrypt and send feedback; nothing happens before the handshake is done."""
        if self.path is not None:
            self._port.send(self.path.sealer.rtcp(compound), self.path.remote)

    def _send_record(self, record: bytes) -> None:
        if self.ice.remote is not None:
            self._port.send(record, self.ice.remote)
