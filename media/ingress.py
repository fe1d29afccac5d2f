"""Every packet of the port, sorted: checks are answered, the rest goes to the session whose remote it came from.

Addresses and flows that passed no check get nothing, whatever they send. A bad packet costs a counter, never a
log line."""

from __future__ import annotations

from collections.abc import Callable

from media.core.ice import Flow, IceSession, IceTable, Remote
from media.counters import Counters
from media.errors import FormatError
from media.formats import parse_binding_request
from media.peer import Peer
from media.port import MediaPort
from media.trunk import HEAD_BYTES, MARK, Trunk

ANSWER = b"\x01\x01"  # a success response to a binding request (RFC 8489 section 5)


class Ingress:
    """The receiving side of one media port."""

    def __init__(self, port: MediaPort, counters: Counters, clock: Callable[[], float]) -> None:
        self._port = port
        self._counters = counters
        self._clock = clock
        self._ice: IceTable[Peer] = IceTable()
        self._arrived: float | None = None

    def add(self, ice: IceSession[Peer]) -> None:
        """Begin to take datagrams for a session."""
        self._ice.add(ice)

    def remove(self, ice: IceSession[Peer]) -> None:
        """Take none any more."""
        self._ice.remove(ice)

    def expire(self, now: float, silence_s: float) -> None:
        """Forget addresses that have been silent for too long."""
        self._ice.expire(now, silence_s)

    def knows(self, remote: Remote) -> bool:
        """Whether it has passed a check of a session that is still there."""
        return self._ice.owner(remote) is not None

    def uses(self, remote: Remote) -> bool:
        """Whether its session's packets go there."""
        return self._ice.uses(remote)

    def lost(self, flow: Flow) -> None:
        """A flow has ended; its session goes on if it has another way."""
        peer = self._ice.lost(flow)
        if peer is not None:
            peer.moved()

    def moment(self) -> float:
        """When the packet in hand arrived; without one, now."""
        return self._clock() if self._arrived is None else self._arrived

    def receive(self, data: bytes, address: Remote, waited_s: float = 0.0) -> None:
        """One packet, which may be anything, and may have waited in the socket."""
        values = self._counters.values
        values["packets_in"] += 1
        values["bytes_in"] += len(data)
        if data and data[0] == MARK:
            data, address = data[HEAD_BYTES:], Trunk(data[1:HEAD_BYTES], address, self._port)
        if not data:
            self._counters.bad("empty")
        elif data[0] < 4:
            self._check(data, address)
        else:
            peer = self._ice.owner(address)
            if peer is None:
                self._counters.bad("unknown_address")
                return
            self._arrived = now = self._clock() - waited_s
            try:
                if peer.datagram(data, now):
                    self._ice.seen(address, now)
            finally:
                self._arrived = None

    def _check(self, data: bytes, address: Remote) -> None:
        if data[:2] == ANSWER and isinstance(address, Trunk):
            # To a check of ours (link.py). That it came proves nothing that the other's own check does not.
            return
        try:
            request = parse_binding_request(data)
        except FormatError:
            self._counters.bad("stun")
            return
        now = self._clock()
        checked = self._ice.check(request, address, now)
        if checked is None:
            self._counters.bad("stun_integrity")
            return
        self._port.send(checked.response, address)
        checked.owner.checked(now)
