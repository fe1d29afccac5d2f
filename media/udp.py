"""The media port: one non-blocking UDP socket read through the event loop's `add_reader`.

An asyncio datagram transport cannot be used: uvloop's hides its socket, and UDP_SEGMENT needs `sendmsg`."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable

from aioice.ice import get_host_addresses

from media.core.ice import Address
from media.counters import Counters
from media.errors import PortUnavailableError
from media.options import MediaOptions

_BURST = 64  # datagrams read before the loop gets a turn
_LARGEST = 2048


class UdpPort:
    """Owns the socket. `receive(data, address)` is called for each datagram between `open` and `close`."""

    def __init__(self, options: MediaOptions, counters: Counters) -> None:
        self._options = options
        self._counters = counters
        self.socket = _bind(options)
        self.port: int = self.socket.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self, receive: Callable[[bytes, Address], None]) -> None:
        """Begin to read, in the running loop."""
        sock = self.socket

        def readable() -> None:
            for _ in range(_BURST):
                try:
                    data, address = sock.recvfrom(_LARGEST)
                except (BlockingIOError, InterruptedError):
                    return
                except OSError:
                    self._counters.add("receive_errors")
                    return
                receive(data, address)

        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), readable)

    def send(self, data: bytes, address: Address) -> None:
        """One datagram; a full socket buffer or an unreachable peer costs a counter."""
        try:
            self.socket.sendto(data, address)
        except OSError:
            self._counters.add("send_errors")

    def candidates(self) -> tuple[str, ...]:
        """The addresses that answers name."""
        if self._options.advertised:
            return self._options.advertised
        bound = ipaddress.ip_address(self.socket.getsockname()[0].partition("%")[0])
        if not bound.is_unspecified:
            return (str(bound),)
        wide = self.socket.family == socket.AF_INET6
        return ("127.0.0.1", *get_host_addresses(use_ipv4=True, use_ipv6=wide))

    def close(self) -> None:
        """Stop reading and give the port back; idempotent."""
        if self._loop is not None and self.socket.fileno() >= 0:
            self._loop.remove_reader(self.socket.fileno())
        self._loop = None
        self.socket.close()


def _bind(options: MediaOptions) -> socket.socket:
    host, port = options.udp_host, options.udp_port
    try:
        version = ipaddress.ip_address(host).version
    except ValueError as exc:
        raise PortUnavailableError(f"the media address {host!r} is not an IP address") from exc
    sock = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if version == 6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            with contextlib.suppress(OSError):  # a system may refuse more than its limit; its default serves too
                sock.setsockopt(socket.SOL_SOCKET, buffer, options.socket_buffer_bytes)
        sock.bind((host, port))
    except OSError as exc:
        sock.close()
        raise PortUnavailableError(f"UDP {host} port {port} cannot be used: {exc.strerror}") from exc
    return sock
