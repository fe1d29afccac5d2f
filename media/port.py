"""The media port: UDP, and TCP under the same number unless the operator has switched it off.

TCP is for the few whom UDP does not reach; where its port is taken, media goes without, and the log says so."""

from __future__ import annotations

import logging
from collections.abc import Callable

from media.core.ice import Remote
from media.counters import Counters
from media.errors import PortUnavailableError
from media.options import MediaOptions
from media.tcp import Receiver, TcpPort
from media.udp import UdpPort, bind_tcp

log = logging.getLogger(__name__)

_TRIES = 16  # for a number that is free for both


class MediaPort:
    """Bound when made, so that its number is known; open from `open` to `close`."""

    def __init__(self, options: MediaOptions, counters: Counters, clock: Callable[[], float]) -> None:
        self.udp, self.tcp = _bound(options, counters, clock)

    @property
    def port(self) -> int:
        """The number of both."""
        return self.udp.port

    def candidates(self) -> tuple[str, ...]:
        """The addresses that answers name."""
        return self.udp.candidates()

    async def open(self, receiver: Receiver) -> None:
        """Begin to read, in the running loop."""
        self.udp.open(receiver.receive, receiver.knows)
        if self.tcp is not None:
            await self.tcp.open(receiver)

    def send(self, data: bytes, remote: Remote) -> None:
        """One packet, by the way that the remote is reached."""
        if isinstance(remote, tuple):
            self.udp.send(data, remote)
        else:
            remote.send(data)

    def sweep(self, now: float) -> None:
        """Close and forget what nobody needs."""
        self.udp.sweep(now)
        if self.tcp is not None:
            self.tcp.sweep(now)

    async def close(self) -> None:
        """Give both back; idempotent."""
        self.udp.close()
        if self.tcp is not None:
            await self.tcp.close()


def _bound(options: MediaOptions, counters: Counters, clock: Callable[[], float]) -> tuple[UdpPort, TcpPort | None]:
    left = _TRIES if options.udp_port == 0 else 1
    while True:
        udp = UdpPort(options, counters)
        if not options.tcp:
            return udp, None
        try:
            return udp, TcpPort(options, counters, clock, bind_tcp(options.udp_host, udp.port))
        except PortUnavailableError as exc:
            left -= 1
            if not left:
                log.warning("media goes by UDP alone: %s", exc)
                return udp, None
            udp.close()
