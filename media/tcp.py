"""The media port's TCP side: connections of peers whose firewall lets no UDP through (RFC 6544, passive).

Anybody may connect, so: their number is limited, in all and per address; one that belongs to no session is closed
after 10 s or 16 packets; one that no media goes by gives its place to a newcomer when there is no other (seen: Chromium
with a long round trip checks TCP too, and keeps the connection for 30 s after it has nominated UDP); a slow reader
loses packets and never grows memory; nothing is sent to a connection that has not passed a check, since only checked
ones are a session's remote."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable
from typing import Protocol, cast

from media.core.framing import MAX_FRAME, Frames, framed
from media.core.ice import Address, Flow, Remote, origin
from media.counters import Counters
from media.errors import FormatError
from media.options import MediaOptions
from media.udp import BACKLOG

STRANGER_S = 10.0
STRANGER_PACKETS = 16
# About a second of a video of 2.5 Mbit/s, in which a key frame finds its place. The kernel may add little to it: its
# own buffer would grow to megabytes, which a slow reader would see many seconds late.
MAX_UNSENT = 256 * 1_024
_KERNEL_UNSENT = 32 * 1_024
_BURST = 16  # packets of one connection before the others get a turn
_ROOM = 16 * 1_024
_CLOSE_S = 0.2


class Receiver(Protocol):
    """Takes what connections bring."""

    def receive(self, data: bytes, address: Remote, waited_s: float = 0.0) -> None:
        """One packet, which may be anything, and may have waited before it came to us."""

    def knows(self, remote: Remote) -> bool:
        """Whether it has passed a check of a session that is still there."""

    def uses(self, remote: Remote) -> bool:
        """Whether its session's packets go there."""

    def lost(self, flow: Flow) -> None:
        """The connection has ended."""


class TcpPort:
    """Owns the listening socket and all connections. Bound at once, open from `open` to `close`."""

    def __init__(
        self, options: MediaOptions, counters: Counters, clock: Callable[[], float], sock: socket.socket
    ) -> None:
        self.counters = counters
        self.room = memoryview(bytearray(_ROOM))  # for all connections: each empties it before the next is read
        self._options = options
        self._clock = clock
        self._socket = sock
        self._receiver: Receiver | None = None
        self._server: asyncio.Server | None = None
        self._open: set[TcpStream] = set()  # whatever is not closed yet
        # Those of them that have a place, the oldest first, with the time from which they have had no session.
        self._streams: dict[TcpStream, float | None] = {}
        self._origins: Counter[str] = Counter()
        self._empty = asyncio.Event()

    def __len__(self) -> int:
        return len(self._streams)

    async def open(self, receiver: Receiver) -> None:
        """Begin to take connections, in the running loop."""
        self._receiver = receiver
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # connections have it from the socket that listens
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _KERNEL_UNSENT)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: TcpStream(self), sock=self._socket, backlog=BACKLOG)

    def sweep(self, now: float) -> None:
        """Close connections that have had no session for too long."""
        assert self._receiver is not None
        for stream, since in list(self._streams.items()):
            if self._receiver.knows(stream):
                self._streams[stream] = None
            elif since is None:
                self._streams[stream] = now
            elif now - since > STRANGER_S:
                self.counters.add("tcp_timed_out")
                stream.abort()

    async def close(self) -> None:
        """Take no more, end those that are there, goodbyes included if they read them; idempotent."""
        if self._server is not None:
            self._server.close()
        self._socket.close()
        for finish in (TcpStream.end, TcpStream.abort):
            for stream in list(self._open):
                finish(stream)
            if self._open:
                self._empty.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._empty.wait(), _CLOSE_S)

    def arrived(self, stream: TcpStream) -> bool:
        """A connection was made; False when there is no place for it."""
        self._open.add(stream)
        limits = self._options
        rivals: list[TcpStream] | None = None
        if self._origins[stream.origin] >= limits.max_streams_per_address:
            rivals = [each for each in self._streams if each.origin == stream.origin]
        elif len(self._streams) >= limits.max_streams:
            rivals = list(self._streams)
        if not stream.origin or (rivals is not None and not self._displace(rivals)):
            self.counters.add("tcp_refused")
            return False
        self.counters.add("tcp_connections")
        self._streams[stream] = self._clock()
        self._origins[stream.origin] += 1
        return True

    def _displace(self, rivals: list[TcpStream]) -> bool:
        """Close the oldest that has no session, else the oldest that no media goes by; False if there is none."""
        assert self._receiver is not None
        spare = [each for each in rivals if not self._receiver.uses(each)]
        if not spare:
            return False
        self.counters.add("tcp_displaced")
        next((each for each in spare if self._streams[each] is not None), spare[0]).abort()
        return True

    def received(self, packet: bytes, stream: TcpStream) -> None:
        """One packet of a connection."""
        assert self._receiver is not None
        self._receiver.receive(packet, stream)
        if self._streams.get(stream) is not None:
            if self._receiver.knows(stream):
                self._streams[stream] = None
                stream.strange = 0
                return
            stream.strange += 1
            if stream.strange >= STRANGER_PACKETS:
                self.counters.bad("tcp_stranger")
                stream.abort()

    def closed(self, stream: TcpStream) -> None:
        """A connection is closed, whoever did it."""
        self.left(stream)
        self._open.discard(stream)
        if not self._open:
            self._empty.set()

    def left(self, stream: TcpStream) -> None:
        """A connection gives up its place; its session is told once."""
        if stream not in self._streams:
            return
        del self._streams[stream]
        self._origins[stream.origin] -= 1
        if not self._origins[stream.origin]:
            del self._origins[stream.origin]
        if self._receiver is not None:
            self._receiver.lost(stream)


class TcpStream(asyncio.BufferedProtocol):
    """One connection. `strange` counts its packets while it has no session."""

    __slots__ = ("_frames", "_paused", "_port", "_transport", "address", "origin", "strange")

    def __init__(self, port: TcpPort) -> None:
        self.address: Address = ("", 0)
        self.origin = ""
        self.strange = 0
        self._port = port
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer, or anybody, has connected."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own says only that it behaves as one
        peer = transport.get_extra_info("peername")
        if peer:  # it may have gone again
            self.address = peer
            self.origin = origin(self)
        if not self._port.arrived(self):
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, whoever made it."""
        del exc
        self._port.closed(self)
        self._transport = None

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where bytes are read to."""
        del sizehint
        return self._port.room

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have come."""
        self._frames.feed(self._port.room[:nbytes])
        self._work()

    def send(self, packet: bytes | memoryview) -> bool:
        """Whether it is on its way: whole, or not at all when too much waits already."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > MAX_UNSENT - MAX_FRAME:
            self._port.counters.add("tcp_dropped")
            return False
        transport.write(framed(packet))
        return True

    def end(self) -> None:
        """Close when what was sent has gone."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._port.left(self)
        if self._transport is not None:
            self._transport.abort()

    def _work(self) -> None:
        """Packets, so many at a time that one connection cannot hold up the loop."""
        transport = self._transport
        for _ in range(_BURST):
            if transport is None or transport.is_closing():
                return
            try:
                packet = self._frames.next()
            except FormatError:
                self._port.counters.bad("framing")
                self.abort()
                return
            if packet is None:
                if self._paused:
                    self._paused = False
                    transport.resume_reading()
                return
            self._port.received(packet, self)
        if transport is not None and not self._paused:
            self._paused = True
            transport.pause_reading()
        asyncio.get_running_loop().call_soon(self._work)
