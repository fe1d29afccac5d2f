"""The media port's UDP side: one non-blocking socket read through the event loop's `add_reader`.

An asyncio datagram transport cannot be used: uvloop's hides its socket, and UDP_SEGMENT needs `sendmsg`. The kernel
stamps each datagram, so that the time which it waits for us counts: a sender's bit rate follows the spacing of its
arrivals, not that of our turns (measured: 1 us a datagram)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
import sys
import time
from collections.abc import Callable

from aioice.ice import get_host_addresses

from media.core.ice import Address, Remote
from media.counters import Counters
from media.errors import PortUnavailableError
from media.options import MediaOptions
from media.sources import Ancillary, Pinned, sources_of

Receive = Callable[[bytes, Remote, float], None]
Knows = Callable[[Remote], bool]
SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python's socket module does not name it
_STAMPED = sys.platform == "linux" and sys.maxsize > 1 << 32
_STAMP = struct.Struct("=qq")
_SAID_ROOM = 128
_LONGEST_WAIT_S = 1.0  # above it the clock was set meanwhile
_BURST = 64  # datagrams read before the loop gets a turn
_LARGEST = 2048
BACKLOG = 256  # connections that wait to be taken


class UdpPort:
    """Owns the socket. `receive(data, address, waited_s)` is called for each datagram between `open` and `close`."""

    def __init__(self, options: MediaOptions, counters: Counters) -> None:
        self._options = options
        self._counters = counters
        self.socket = _bind(options)
        self.port: int = self.socket.getsockname()[1]
        self._sources = sources_of(self.socket, counters)
        self._own = _own_addresses() if options.own_machine else None
        self._knows: Knows = lambda _remote: False
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self, receive: Receive, knows: Knows = lambda _remote: False) -> None:
        """Begin to read, in the running loop. `knows` tells whether a remote has passed a check."""
        sock, sources, self._knows = self.socket, self._sources, knows

        def readable() -> None:
            for _ in range(_BURST):
                try:
                    data, said, _, address = sock.recvmsg(_LARGEST, _SAID_ROOM)
                except (BlockingIOError, InterruptedError):
                    return
                except OSError:
                    self._counters.add("receive_errors")
                    return
                if self._own is not None and not address[0].startswith("127.") and address[0] not in self._own:
                    self._counters.bad("udp_stranger")
                    continue
                remote = address if sources is None else sources.remote(data, address, said)
                receive(data, remote, _waited_s(said) if said else 0.0)
                if sources is not None and isinstance(remote, Pinned) and knows(remote):
                    sources.keep(remote)

        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), readable)

    def send(self, data: bytes, address: Address) -> None:
        """One datagram; a full socket buffer or an unreachable peer costs a counter."""
        try:
            self.socket.sendto(data, address)
        except OSError:
            self._counters.add("send_errors")

    def sweep(self, now: float) -> None:
        """Forget what is not needed any more."""
        if self._own is not None:
            self._own = _own_addresses()
        if self._sources is not None:
            self._sources.sweep(now, self._knows)

    def candidates(self) -> tuple[str, ...]:
        """The addresses that answers name."""
        if self._options.advertised:
            return self._options.advertised
        bound = ipaddress.ip_address(self.socket.getsockname()[0].partition("%")[0])
        if not bound.is_unspecified:
            return (str(bound),)
        return _own_addresses(wide=self.socket.family == socket.AF_INET6)

    def close(self) -> None:
        """Stop reading and give the port back; idempotent."""
        if self._loop is not None and self.socket.fileno() >= 0:
            self._loop.remove_reader(self.socket.fileno())
        self._loop = None
        self.socket.close()


def _own_addresses(*, wide: bool = False) -> tuple[str, ...]:
    """The machine's, those of the loopback first; IPv6 too if `wide`."""
    loopback = ("127.0.0.1", "::1") if wide else ("127.0.0.1",)
    return (*loopback, *get_host_addresses(use_ipv4=True, use_ipv6=wide))


def _bind(options: MediaOptions) -> socket.socket:
    sock = _socket(options.udp_host, socket.SOCK_DGRAM)
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        with contextlib.suppress(OSError):  # a system may refuse more than its limit; its default serves too
            sock.setsockopt(socket.SOL_SOCKET, buffer, options.socket_buffer_bytes)
    if _STAMPED:
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    # Firefox asks no loopback address, having none itself (seen: 153): a shop for its own machine must have others.
    host = "0.0.0.0" if options.own_machine else options.udp_host  # noqa: S104  strangers are not heard
    return _bound(sock, host, options.udp_port, "UDP")


def _waited_s(said: Ancillary) -> float:
    """How long ago the kernel got the datagram."""
    _, kind, stamp = said[0]  # it comes first
    if kind != SO_TIMESTAMPNS or len(stamp) != _STAMP.size:
        return 0.0
    seconds, nanoseconds = _STAMP.unpack(stamp)
    waited: float = time.time() - seconds - nanoseconds * 1e-9
    return waited if 0 < waited < _LONGEST_WAIT_S else 0.0


def bind_tcp(host: str, port: int) -> socket.socket:
    """A socket that listens at the TCP port of this number; raises `PortUnavailableError`."""
    sock = _socket(host, socket.SOCK_STREAM)
    # A port whose former connections still fade is free for a server.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return _bound(sock, host, port, "TCP")


def _socket(host: str, kind: socket.SocketKind) -> socket.socket:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError as exc:
        raise PortUnavailableError(f"the media address {host!r} is not an IP address") from exc
    try:
        return socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, kind)
    except OSError as exc:
        raise PortUnavailableError(f"this machine has no IPv{version}, which {host} is: {exc.strerror}") from exc


def _bound(sock: socket.socket, host: str, port: int, name: str) -> socket.socket:
    try:
        sock.setblocking(False)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, port))
        if name == "TCP":
            sock.listen(BACKLOG)  # at once: until one listens, two may be bound to the same port
    except OSError as exc:
        sock.close()
        raise PortUnavailableError(f"{name} {host} port {port} cannot be used: {exc.strerror}") from exc
    return sock
