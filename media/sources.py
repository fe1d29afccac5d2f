"""From which of our addresses a datagram leaves, on a socket that listens on all of them.

An answer must leave from the address that was asked (RFC 8445 section 7.2.5.2.1), or the check has failed. The kernel
takes the one that its routes prefer. That is nearly always the one that was asked; where it is not (a floating address,
two addresses on one line) the peer is reached by a `Pinned` flow. Only checks are looked at, and only Linux says what
was asked."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from media.core.ice import Address, Remote
from media.counters import Counters

IP_PKTINFO = 8  # linux/in.h; Python's socket module does not name it
MAX_USUAL = 4_096
USUAL_S = 30.0  # after which a changed route is noticed
_FIRST_OF_OTHERS = 4  # what begins with less is a check (RFC 7983)

Ancillary = Sequence[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class Pinned:
    """Datagrams to `address` from `local`, one of ours, packed. Two of the same addresses are the same flow."""

    address: Address
    local: bytes
    send: Callable[[bytes | memoryview], bool] = field(compare=False)


class Sources:
    """Tells a datagram's remote by what the kernel says of it."""

    def __init__(self, sock: socket.socket, counters: Counters) -> None:
        self._socket = sock
        self._counters = counters
        self._wide = sock.family == socket.AF_INET6
        self._usual: dict[str, bytes] = {}
        self._asked_at = float("-inf")
        self._pinned: dict[tuple[Address, bytes], Pinned] = {}
        level, option = (
            (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO) if self._wide else (socket.IPPROTO_IP, IP_PKTINFO)
        )
        sock.setsockopt(level, option, 1)

    def remote(self, data: bytes, address: Address, ancillary: Ancillary) -> Remote:
        """Whom a datagram came from."""
        check = data[:1] < bytes([_FIRST_OF_OTHERS])
        if not check and not self._pinned:
            return address
        local = self._asked(ancillary)
        known = self._pinned.get((address, local))
        if known is not None or not check or local in {b"", self._kernels(address)}:
            return known or address
        return self._pin(address, local)

    def keep(self, pinned: Pinned) -> None:
        """It has passed a check: from now on it is known by any datagram."""
        self._pinned[pinned.address, pinned.local] = pinned

    def sweep(self, now: float, knows: Callable[[Remote], bool]) -> None:
        """Forget what no session needs, and what may have changed."""
        if now - self._asked_at > USUAL_S:
            self._asked_at = now
            self._usual.clear()
        for key, pinned in list(self._pinned.items()):
            if not knows(pinned):
                del self._pinned[key]

    def _asked(self, ancillary: Ancillary) -> bytes:
        """The address that the datagram was sent to, empty if that is not said: `in6_pktinfo`, `in_pktinfo`."""
        for level, kind, data in ancillary:
            if self._wide and (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO) and len(data) >= 16:
                return data[:16]
            if not self._wide and (level, kind) == (socket.IPPROTO_IP, IP_PKTINFO) and len(data) >= 12:
                return data[8:12]
        return b""

    def _kernels(self, address: Address) -> bytes:
        """The address that the kernel would answer from; nothing is sent to learn it."""
        host = address[0]
        if host not in self._usual:
            if len(self._usual) >= MAX_USUAL:
                self._usual.clear()
            chosen = b""  # for a peer that cannot be reached at all
            with contextlib.suppress(OSError), socket.socket(self._socket.family, socket.SOCK_DGRAM) as probe:
                probe.connect(address)
                chosen = socket.inet_pton(self._socket.family, probe.getsockname()[0].partition("%")[0])
            self._usual[host] = chosen
        return self._usual[host]

    def _pin(self, address: Address, local: bytes) -> Pinned:
        if self._wide:
            said = (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, local + struct.pack("=i", 0))
        else:
            said = (socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=i4s4s", 0, local, bytes(4)))

        def send(packet: bytes | memoryview) -> bool:
            try:
                self._socket.sendmsg((packet,), (said,), 0, address)
            except OSError:
                self._counters.add("send_errors")
                return False
            return True

        return Pinned(address, local, send)


def sources_of(sock: socket.socket, counters: Counters) -> Sources | None:
    """None where there is nothing to choose, or nothing is said."""
    everywhere = sock.getsockname()[0] in {"0.0.0.0", "::"}  # noqa: S104  compared with, not bound to
    return Sources(sock, counters) if everywhere and sys.platform == "linux" else None
